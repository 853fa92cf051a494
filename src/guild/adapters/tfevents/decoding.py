"""Scalars in event messages of any form, by the library for messages."""

from __future__ import annotations

import struct
from typing import Any

# Slow to load, so this module is for what is not settled without. Protobuf has no types.
from google.protobuf.message import DecodeError
from tensorboard.compat.proto import event_pb2

from guild.adapters.tfevents.events import SCALARS

__all__ = ["decoded"]

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


def decoded(data: bytes, kinds: dict[str, str]) -> list[tuple[str, int, float]] | None:
    """Tags, steps and values of the scalars of a message; None if it is no event.

    Args:
        data: The message.
        kinds: Names of plugins by tag; those that the message tells are added.
    """
    try:
        event = event_pb2.Event.FromString(data)
    except DecodeError:
        return None
    numbers = ((value.tag, _number(value, kinds)) for value in event.summary.value)
    return [(tag, event.step, number) for tag, number in numbers if number is not None]


def _number(value: Any, kinds: dict[str, str]) -> float | None:  # a message: has no types
    """The number of a summary value, if it is a scalar.

    Args:
        value: A `Summary.Value` message.
        kinds: Names of plugins by tag; a tag need tell its own in its first value only.
    """
    kind = value.WhichOneof("value")
    if kind == "simple_value":
        return float(value.simple_value)
    if value.HasField("metadata"):  # which may come before the first value
        kinds.setdefault(value.tag, value.metadata.plugin_data.plugin_name)
    if kind != "tensor" or kinds.get(value.tag) != SCALARS:
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
