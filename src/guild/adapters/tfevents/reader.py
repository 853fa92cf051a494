"""Scalars from the event files of a run: its own, and those its script wrote."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from typing import Any

from guild.adapters.tfevents.records import RecordReader
from guild.domain.run import Run
from guild.domain.scalars import ScalarPoint

__all__ = ["TfEventsScalarSource"]

_MARK = ".tfevents."
_SCALARS = "scalars"
_BFLOAT16 = 14
_HALF = 19
# By number of the data type: the code of its binary form, and the field of its unpacked form.
_TYPES = {
    1: ("f", "float_val"),
    2: ("d", "double_val"),
    3: ("i", "int_val"),
    4: ("B", "int_val"),
    5: ("h", "int_val"),
    6: ("b", "int_val"),
    9: ("q", "int64_val"),
    10: ("?", "bool_val"),
    _BFLOAT16: ("H", "half_val"),
    17: ("H", "int_val"),
    _HALF: ("e", "half_val"),
    22: ("I", "uint32_val"),
    23: ("Q", "uint64_val"),
}


class TfEventsScalarSource:
    """Scalars from the files named `*.tfevents.*` below a run's directory."""

    def points(self, run: Run) -> Iterable[ScalarPoint]:
        """All values, file after file: by directory, then by name, which begins with its time.

        A file gives what comes before its first damage. One that can't be opened gives
        nothing, and so does one with text only.
        """
        for prefix, path in sorted(_event_files(run.path)):
            for tag, value, step in _scalars(path):
                yield ScalarPoint(tag, value, step, prefix)


def _event_files(root: str) -> Iterator[tuple[str, str]]:
    """Directory relative to the root, and path of each event file.

    Links to directories are followed only to runs, and to each once: links of runs to each
    other may form circles.
    """
    seen: set[tuple[int, int]] = set()
    waiting = [("", root)]
    while waiting:
        prefix, directory = waiting.pop()
        try:
            status = os.stat(directory)
            entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
        except OSError:
            continue  # gone, or not ours to read
        if (status.st_dev, status.st_ino) in seen:
            continue
        seen.add((status.st_dev, status.st_ino))
        inner: list[tuple[str, str]] = []
        for entry in entries:
            if _is_followed(entry):
                inner.append((f"{prefix}/{entry.name}" if prefix else entry.name, entry.path))
            elif _MARK in entry.name and os.path.isfile(entry.path):
                yield prefix, entry.path
        waiting += reversed(inner)


def _is_followed(entry: os.DirEntry[str]) -> bool:
    if entry.is_symlink():
        return os.path.isfile(f"{entry.path}/.guild/opref")
    return entry.is_dir()


def _scalars(path: str) -> Iterator[tuple[str, float, int]]:
    # Slow to load: only where there are events. Protobuf has no types.
    from google.protobuf.message import DecodeError
    from tensorboard.compat.proto import event_pb2

    plugins: dict[str, str] = {}
    try:
        with open(path, "rb") as file:
            for record in RecordReader(file):
                event = event_pb2.Event.FromString(record)
                for value in event.summary.value:
                    number = _number(value, plugins)
                    if number is not None:
                        yield value.tag, number, event.step
    except (OSError, DecodeError):
        return


def _number(value: Any, plugins: dict[str, str]) -> float | None:  # a message: has no types
    """The number of a summary value, if it is a scalar.

    Args:
        value: A `Summary.Value` message.
        plugins: Names of plugins by tag; a tag need tell its plugin in its first value only.
    """
    kind = value.WhichOneof("value")
    if kind == "simple_value":
        return float(value.simple_value)
    if kind != "tensor":
        return None
    if value.metadata.plugin_data.plugin_name:
        plugins.setdefault(value.tag, value.metadata.plugin_data.plugin_name)
    if plugins.get(value.tag) != _SCALARS:
        return None
    return _tensor_number(value.tensor)


def _tensor_number(tensor: Any) -> float | None:  # a message: has no types
    """The number of a `TensorProto` message with a single one."""
    if tensor.dtype not in _TYPES or any(dim.size != 1 for dim in tensor.tensor_shape.dim):
        return None
    code, unpacked = _TYPES[tensor.dtype]
    if tensor.tensor_content:
        data = tensor.tensor_content
    else:
        numbers = getattr(tensor, unpacked)
        if len(numbers) != 1:
            return None
        if unpacked != "half_val":
            return float(numbers[0])
        data = (numbers[0] & 0xFFFF).to_bytes(2, "little")
    if tensor.dtype == _BFLOAT16:  # the upper half of a float
        code, data = "f", b"\0\0" + data
    try:
        return float(struct.unpack(f"<{code}", data)[0])
    except struct.error:
        return None
