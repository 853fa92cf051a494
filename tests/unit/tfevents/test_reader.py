"""Scalars of runs: which files are read, and which values they give."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import numpy as np
import pytest
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2
from tensorboard.plugins.scalar import summary_v2
from tensorboard.util import tensor_util

from guild.adapters.tfevents.reader import TfEventsScalarSource
from guild.adapters.tfevents.records import frames
from guild.adapters.tfevents.writer import TfEventsScalarLogs
from guild.domain.ids import RunId
from guild.domain.run import Run
from guild.domain.scalars import ScalarPoint

NAME = "events.out.tfevents.0000000001.host.1.0"


def run_at(path: Path) -> Run:
    return Run(id=RunId(path.name), path=str(path))


def make_run(path: Path) -> Run:
    (path / ".guild").mkdir(parents=True)
    (path / ".guild" / "opref").touch()
    return run_at(path)


def write_events(path: Path, *summaries: summary_pb2.Summary, damage: bytes = b"") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    found = [event_pb2.Event(step=2, summary=summary) for summary in summaries]
    path.write_bytes(frames(event.SerializeToString() for event in found) + damage)


def simple(tag: str, value: float) -> summary_pb2.Summary:
    return summary_pb2.Summary(value=[{"tag": tag, "simple_value": value}])


def tensor(
    proto: tensor_pb2.TensorProto, plugin: str = "scalars", tag: str = "a"
) -> summary_pb2.Summary:
    value = summary_pb2.Summary.Value(tag=tag, tensor=proto)
    value.metadata.plugin_data.plugin_name = plugin
    return summary_pb2.Summary(value=[value])


def points(path: Path) -> list[ScalarPoint]:
    return list(TfEventsScalarSource().points(run_at(path)))


def places(path: Path) -> list[str]:
    return [f"{point.prefix}#{point.tag}" for point in points(path)]


def test_a_run_without_events_has_no_scalars(tmp_path: Path) -> None:
    make_run(tmp_path / "r")

    assert points(tmp_path / "r") == []
    assert points(tmp_path / "missing") == []


def test_what_is_written_is_read(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    written = [ScalarPoint("loss", 0.5, 1, ".guild"), ScalarPoint("loss", 0.25, -2, ".guild")]
    log = TfEventsScalarLogs().open(run)
    log.append(written)
    log.close()

    assert points(tmp_path) == written


def test_the_prefix_is_the_directory(tmp_path: Path) -> None:
    write_events(tmp_path / NAME, simple("a", 1))
    write_events(tmp_path / "logs" / "train" / f"my.{NAME}.v2", simple("b", 1))
    write_events(tmp_path / ".guild" / NAME, simple("c", 1))
    write_events(tmp_path / "logs" / "other.txt", simple("d", 1))

    assert places(tmp_path) == ["#a", ".guild#c", "logs/train#b"]


def test_files_of_a_directory_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    write_events(tmp_path / "events.out.tfevents.0000000002.h", simple("b", 1))
    write_events(tmp_path / "events.out.tfevents.0000000001.h", simple("a", 1))

    assert places(tmp_path) == ["#a", "#b"]


def test_links_are_followed_to_runs_only(tmp_path: Path) -> None:
    other = tmp_path / "other"
    make_run(other)
    write_events(other / NAME, simple("a", 1))
    write_events(tmp_path / "data" / NAME, simple("b", 1))
    run = tmp_path / "run"
    make_run(run)
    (run / "step").symlink_to("../other")
    (run / "data").symlink_to("../data")
    (run / "broken").symlink_to("nowhere")
    (run / "loop.tfevents.x").symlink_to("loop.tfevents.x")

    assert places(run) == ["step#a"]


def test_runs_that_link_to_each_other_are_read_once(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        make_run(tmp_path / name)
        write_events(tmp_path / name / NAME, simple(name, 1))
        (tmp_path / name / other).symlink_to(f"../{other}")
        (tmp_path / name / "self").symlink_to(".")

    assert places(tmp_path / "a") == ["#a", "b#b"]


def test_a_linked_event_file_is_read(tmp_path: Path) -> None:
    write_events(tmp_path / "file", simple("a", 1))
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / NAME).symlink_to("../file")

    assert places(tmp_path / "run") == ["#a"]


@pytest.mark.parametrize("damage", [b"\x01", b"x" * 100, frames([b"\xff\xff"])])
def test_a_damaged_file_gives_what_comes_before(tmp_path: Path, damage: bytes) -> None:
    write_events(tmp_path / "a" / NAME, simple("a", 1), damage=damage)
    write_events(tmp_path / "b" / NAME, simple("b", 1))

    assert places(tmp_path) == ["a#a", "b#b"]


def test_an_unreadable_file_gives_nothing(tmp_path: Path) -> None:
    write_events(tmp_path / NAME, simple("a", 1))
    os.mkfifo(tmp_path / f"{NAME}.fifo")

    assert places(tmp_path) == ["#a"]


def test_scalars_of_tensorflow_2_are_read(tmp_path: Path) -> None:
    write_events(tmp_path / NAME, summary_v2.scalar_pb("loss", 0.5))

    assert points(tmp_path) == [ScalarPoint("loss", 0.5, 2)]


@pytest.mark.parametrize(
    "dtype",
    ["float16", "float32", "float64", "int8", "uint8", "int16", "int32", "int64", "bool"],
)
@pytest.mark.parametrize("shape", [(), (1,)])
def test_tensors_of_one_number_are_scalars(
    tmp_path: Path, dtype: str, shape: tuple[int, ...]
) -> None:
    array = np.ones(shape, dtype)
    unpacked = tensor_util.make_tensor_proto(array)
    packed = tensor_pb2.TensorProto(
        dtype=unpacked.dtype,
        tensor_shape=unpacked.tensor_shape,
        tensor_content=array.tobytes(),
    )
    write_events(tmp_path / NAME, tensor(unpacked), tensor(packed))

    assert [point.value for point in points(tmp_path)] == [1.0, 1.0]


def test_bfloat16_is_read(tmp_path: Path) -> None:
    upper = struct.pack("<f", 1.5)[2:]
    proto = tensor_pb2.TensorProto(dtype=14, tensor_content=upper)
    write_events(tmp_path / NAME, tensor(proto))

    assert [point.value for point in points(tmp_path)] == [1.5]


def test_other_tensors_are_passed_over(tmp_path: Path) -> None:
    one = tensor_util.make_tensor_proto(1.0)
    write_events(
        tmp_path / NAME,
        tensor(one, plugin="histograms"),
        tensor(tensor_util.make_tensor_proto([1.0, 2.0]), tag="b"),
        tensor(tensor_util.make_tensor_proto("text"), tag="c"),
        tensor(tensor_pb2.TensorProto(dtype=1), tag="d"),
        tensor(tensor_pb2.TensorProto(dtype=1, tensor_content=b"123"), tag="e"),
        summary_pb2.Summary(value=[{"tag": "f", "image": {"height": 1}}]),
        simple("g", 1),
    )

    assert places(tmp_path) == ["#g"]


def test_a_tag_tells_its_plugin_once(tmp_path: Path) -> None:
    one = tensor_util.make_tensor_proto(1.0)
    bare = summary_pb2.Summary(value=[{"tag": "a", "tensor": one}])
    write_events(tmp_path / NAME, bare, tensor(one), bare)

    assert len(points(tmp_path)) == 2
