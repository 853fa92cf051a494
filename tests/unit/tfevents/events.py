"""Events of all kinds, as writers make them, and what TensorBoard's own reader finds in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from google.protobuf.message import Message
from hypothesis import strategies as st
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2
from tensorboard.plugins.histogram import summary_v2 as histogram_summary
from tensorboard.plugins.hparams import summary_v2 as hparams_summary
from tensorboard.plugins.scalar import summary_v2 as scalar_summary_v2
from tensorboard.plugins.text import summary_v2 as text_summary
from tensorboard.util import tensor_util

from tests.strategies import any_text

__all__ = ["DTYPES", "KINDS", "Point", "events", "scalar_tensor", "shown", "tensorboard_points"]

Point: TypeAlias = tuple[str, int, float]

DTYPES = ("float16", "float32", "float64", "int8", "uint8", "int16", "uint16", "int32", "int64",
          "bool")  # fmt: skip

_PLUGIN_FORMS = ("none", "bare", "class", "described")


def scalar_tensor(
    tag: str, proto: tensor_pb2.TensorProto, form: str = "bare", plugin: str = "scalars"
) -> summary_pb2.Summary.Value:
    """A value with a tensor.

    Args:
        tag: Its tag.
        proto: The tensor.
        form: How it tells its plugin: `none`, `bare`, with the `class` of data, `described`.
        plugin: The plugin.
    """
    value = summary_pb2.Summary.Value(tag=tag, tensor=proto)
    if form != "none":
        value.metadata.plugin_data.plugin_name = plugin
    if form in ("class", "described"):
        value.metadata.data_class = summary_pb2.DATA_CLASS_SCALAR
    if form == "described":
        value.metadata.summary_description = "what it is"
    return value


def tensor(dtype: str, number: float, shape: tuple[int, ...], packed: bool) -> Message:
    """A tensor message of one number."""
    array = np.full(shape, number).astype(dtype)
    proto = tensor_util.make_tensor_proto(array)
    if not packed:
        return proto
    return tensor_pb2.TensorProto(
        dtype=proto.dtype, tensor_shape=proto.tensor_shape, tensor_content=array.tobytes()
    )


def _event(*values: summary_pb2.Summary.Value, step: int = 3) -> event_pb2.Event:
    return event_pb2.Event(wall_time=12.5, step=step, summary={"value": values})


def _simple(tag: str, number: float) -> summary_pb2.Summary.Value:
    return summary_pb2.Summary.Value(tag=tag, simple_value=number)


_ONE = tensor_pb2.TensorProto(dtype=1, float_val=[1.0])
_METADATA_ONLY = summary_pb2.Summary.Value(
    tag="later", metadata={"plugin_data": {"plugin_name": "scalars"}}
)
_OTHER_FIRST = summary_pb2.Summary.Value(
    tag="never", metadata={"plugin_data": {"plugin_name": "other"}}
)
_OLDER = summary_pb2.Summary.Value(
    tag="older",
    tensor=_ONE,
    metadata={"display_name": "name", "plugin_data": {"plugin_name": "scalars"}},
)

KINDS: dict[str, list[event_pb2.Event]] = {
    "version": [event_pb2.Event(wall_time=1.5, file_version="brain.Event:2")],
    "version and writer": [
        event_pb2.Event(
            wall_time=1.5, file_version="brain.Event:2", source_metadata={"writer": "some.writer"}
        )
    ],
    "another version": [event_pb2.Event(file_version="brain.Event:1")],
    "nothing": [event_pb2.Event()],
    "a time only": [event_pb2.Event(wall_time=1.5)],
    "a step only": [event_pb2.Event(step=-1)],
    "no values": [event_pb2.Event(wall_time=1.5, summary={})],
    "simple value": [_event(_simple("a", 0.5)), _event(_simple("a", 0.25), step=4)],
    "no step": [_event(_simple("a", 0.5), step=0)],
    "steps": [_event(_simple("a", 1), step=step) for step in (1, 127, 128, 16384, 2**63 - 1)],
    "negative steps": [_event(_simple("a", 1), step=step) for step in (-1, -(2**63))],
    "no time": [event_pb2.Event(step=2, summary={"value": [_simple("a", 1)]})],
    "nan and inf": [_event(_simple("a", float(each))) for each in ("nan", "inf", "-inf", "-0.0")],
    "unicode tags": [_event(_simple("ä/日本\U0001f600\x00", 1)), _event(_simple("\n\x15*B", 1))],
    "empty tags": [
        _event(_simple("", 1)),
        _event(_simple("", 2)),
        _event(scalar_tensor("", _ONE)),
        _event(scalar_tensor("", _ONE, "none")),
    ],
    "long tags": [_event(_simple("x" * size, 1)) for size in (110, 127, 128, 5000, 20000)],
    "several values": [_event(_simple("a", 1), _simple("b", 2), scalar_tensor("c", _ONE))],
    "new scalar": [event_pb2.Event(summary=scalar_summary_v2.scalar_pb("a", 0.5))] * 2,
    "older new scalar": [_event(_OLDER), _event(scalar_tensor("older", _ONE, "none"))],
    "ways to tell the plugin": [_event(scalar_tensor(form, _ONE, form)) for form in _PLUGIN_FORMS],
    "plugin told once": [_event(scalar_tensor("a", _ONE, form)) for form in _PLUGIN_FORMS[::-1]]
    + [_event(scalar_tensor("a", _ONE, "none"), step=step) for step in (1, 2, 300)],
    "plugin told late": [
        _event(scalar_tensor("a", _ONE, form), step=step)
        for step, form in enumerate(["none", "none", "class", "none"])
    ],
    "plugin told first": [_event(_METADATA_ONLY), _event(scalar_tensor("later", _ONE, "none"))],
    "other plugin first": [_event(_OTHER_FIRST), _event(scalar_tensor("never", _ONE, "class"))],
    "other plugin": [_event(scalar_tensor("a", _ONE, plugin="images"))] * 2,
    "node name": [
        _event(summary_pb2.Summary.Value(tag="a", node_name="n", simple_value=1)),
    ],
    "simple value with a plugin": [
        _event(
            summary_pb2.Summary.Value(
                tag="a", simple_value=1, metadata={"plugin_data": {"plugin_name": "other"}}
            )
        )
    ],
    **{
        f"tensor of {dtype}": [
            _event(scalar_tensor(f"{shape}{packed}{form}", tensor(dtype, 1, shape, packed), form))
            for shape in ((), (1,), (1, 1))
            for packed in (False, True)
            for form in _PLUGIN_FORMS
        ]
        for dtype in DTYPES
    },
    "two numbers": [
        _event(scalar_tensor("a", tensor_util.make_tensor_proto([1.0, 2.0]))),
        _event(scalar_tensor("a", tensor_pb2.TensorProto(dtype=1, float_val=[1.0, 2.0]))),
        _event(scalar_tensor("a", tensor_pb2.TensorProto(dtype=1, tensor_content=b"12345678"))),
    ],
    "no number": [
        _event(scalar_tensor("a", tensor_pb2.TensorProto(dtype=1))),
        _event(scalar_tensor("a", tensor_pb2.TensorProto(dtype=1, tensor_content=b"123"))),
        _event(scalar_tensor("a", tensor_util.make_tensor_proto("text"))),
        _event(scalar_tensor("a", tensor_pb2.TensorProto(dtype=1, double_val=[1.0]))),
    ],
    "image": [
        _event(
            summary_pb2.Summary.Value(
                tag="a", image={"height": 1, "width": 1, "encoded_image_string": b"png" * 1000}
            )
        )
    ],
    "audio": [_event(summary_pb2.Summary.Value(tag="a", audio={"sample_rate": 1.5}))],
    "histogram": [
        _event(
            summary_pb2.Summary.Value(
                tag="a", histo={"min": 0, "max": 1, "bucket_limit": [1.0], "bucket": [2.0]}
            )
        )
    ],
    "new histogram": [event_pb2.Event(summary=histogram_summary.histogram_pb("a", np.ones(3)))],
    "text": [event_pb2.Event(summary=text_summary.text_pb("a", "text"))],
    "hparams": [event_pb2.Event(summary=hparams_summary.hparams_pb({"lr": 0.1}))],
    "graph": [event_pb2.Event(graph_def=b"")],
    "meta graph": [event_pb2.Event(meta_graph_def=b"graph")],
    "log message": [event_pb2.Event(log_message={"message": "hello"})],
    "session log": [event_pb2.Event(session_log={"status": 1, "msg": "started"}, step=7)],
    "tagged run metadata": [event_pb2.Event(tagged_run_metadata={"tag": "a"})],
}
"""Events by what is special about them. A tag has one kind in each."""


def _values() -> st.SearchStrategy[list[summary_pb2.Summary.Value]]:
    tags = st.sampled_from(["loss", "", "b*B\x15"]) | any_text()
    numbers = st.floats(width=32)
    plain = st.builds(lambda tag, number: _simple(f"s{tag}", number), tags, numbers)
    tensors = st.builds(
        lambda tag, dtype, number, shape, packed, form: scalar_tensor(
            f"t{tag}", tensor(dtype, number, shape, packed), form
        ),
        tags,
        st.sampled_from(["float32", "float64"]),
        numbers,
        st.sampled_from([(), (1,)]),
        st.booleans(),
        st.sampled_from(_PLUGIN_FORMS),
    )
    floats = st.builds(
        lambda tag, number, form: scalar_tensor(
            f"t{tag}", tensor_pb2.TensorProto(dtype=1, float_val=[number]), form
        ),
        tags,
        numbers,
        st.sampled_from(_PLUGIN_FORMS),
    )
    return st.lists(plain | tensors | floats, max_size=3)


def events() -> st.SearchStrategy[list[event_pb2.Event]]:
    """Events as they may come in one file."""
    scalars = st.builds(
        lambda time, step, values: event_pb2.Event(
            wall_time=time, step=step, summary={"value": values}
        ),
        st.floats(),
        st.integers(0, 300) | st.integers(-(2**63), 2**63 - 1),
        _values(),
    )
    kinds = st.sampled_from(sorted(set(KINDS) - {"empty tags"})).flatmap(
        lambda name: st.sampled_from(KINDS[name])
    )
    return st.lists(scalars | kinds.filter(_is_other), max_size=10)


def _is_other(event: event_pb2.Event) -> bool:
    return not event.summary.value


def tensorboard_points(paths: Iterable[Path]) -> list[Point]:
    """The scalars that TensorBoard shows of the files of one directory, in their order.

    What its `EventAccumulator` does, without its reservoirs.
    """
    points: list[Point] = []
    kinds: dict[str, str] = {}
    for path in paths:
        for event in EventFileLoader(str(path)).Load():
            for value in event.summary.value:
                if value.HasField("metadata"):
                    kinds.setdefault(value.tag, value.metadata.plugin_data.plugin_name)
                if value.HasField("tensor") and kinds.get(value.tag) == "scalars":
                    try:
                        number = tensor_util.make_ndarray(value.tensor).item()
                    except (ValueError, TypeError):
                        continue
                    if not isinstance(number, bytes):
                        points.append((value.tag, event.step, float(number)))
    return points


def shown(points: Sequence[Point]) -> list[str]:
    """Points so that NaN is equal to NaN."""
    return [repr(point) for point in points]
