"""Event messages of scalars in their binary form.

The form is that of protocol buffers, and the messages are `Event` and `Summary` as TensorBoard's
`event.proto` and `summary.proto` define them. A message is its fields one after another: the
number of the field and the kind of its value in one byte, then the value. Only five fields are
ever written here, so the library for all of them, which takes longer to load than most scripts
that log a few scalars take to start, is left to readers. The tests hold every byte against it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from math import inf

TYPE_CHECKING = False  # a script that logs scalars does without what these take to load
if TYPE_CHECKING:
    from guild.domain.scalars import ScalarPoint

__all__ = ["EventMessages", "scalar_head", "version_message"]

_DOUBLE = struct.Struct("<d")
_FLOAT = struct.Struct("<f")

# The first byte of each field: its number times 8, plus 0 for a number of variable length, 1 for
# 8 bytes, 2 for a length and as many bytes, 5 for 4 bytes.
_EVENT_WALL_TIME = b"\x09"
_EVENT_STEP = b"\x10"
_EVENT_FILE_VERSION = b"\x1a"
_EVENT_SUMMARY = b"\x2a"
_SUMMARY_VALUE = b"\x0a"
_VALUE_TAG = b"\x0a"
_VALUE_SIMPLE_VALUE = b"\x15"

_MAX_TAGS = 1 << 12


def version_message() -> bytes:
    """The message that begins a file."""
    return _EVENT_FILE_VERSION + _with_length(b"brain.Event:2")


class EventMessages:
    """Makes the messages of scalars. What all messages of a tag share is made once."""

    def __init__(self) -> None:
        self._summaries: dict[str, bytes] = {}

    def scalars(self, points: Iterable[ScalarPoint], seconds: float) -> Iterator[bytes]:
        """The messages of values of one time.

        Args:
            points: The values.
            seconds: The time, in seconds since the epoch.
        """
        summaries = self._summaries
        time = head = _time(seconds)
        step = 0
        for point in points:
            if point.step != step:
                step = point.step
                head = time + _EVENT_STEP + _varint(step) if step else time
            summary = summaries.get(point.tag) or self._summary(point.tag)
            yield head + summary + _number(point.value)

    def _summary(self, tag: str) -> bytes:
        """The summary's field without the number that ends it."""
        summary = scalar_head(tag.encode())
        if len(self._summaries) >= _MAX_TAGS:
            self._summaries.clear()
        self._summaries[tag] = summary
        return summary


def scalar_head(tag: bytes, between: bytes = _VALUE_SIMPLE_VALUE, behind: int = 0) -> bytes:
    """The field of a summary with one number, up to the 4 bytes of the number.

    Args:
        tag: Tag in UTF-8.
        between: The bytes between the tag and the number.
        behind: How many bytes of the summary come after the number.
    """
    name = _VALUE_TAG + _with_length(tag) if tag else b""  # what is empty is absent
    value = name + between
    size = _FLOAT.size + behind
    within = _SUMMARY_VALUE + _varint(len(value) + size) + value
    return _EVENT_SUMMARY + _varint(len(within) + size) + within


def _time(seconds: float) -> bytes:
    return _EVENT_WALL_TIME + _DOUBLE.pack(seconds) if seconds else b""


def _number(value: float) -> bytes:
    try:
        return _FLOAT.pack(value)
    except OverflowError:  # a message has an infinite value then
        return _FLOAT.pack(value * inf)


def _with_length(data: bytes) -> bytes:
    return _varint(len(data)) + data


def _varint(number: int) -> bytes:
    """7 bits in each byte, the lowest first; of a negative number, its 64 bits."""
    number &= 0xFFFFFFFFFFFFFFFF
    data = bytearray()
    while number > 0x7F:
        data.append(number & 0x7F | 0x80)
        number >>= 7
    data.append(number)
    return bytes(data)
