"""Reads many records at once where the same tags follow each other again and again.

That is what nearly all files are: a script logs the same few scalars at each step. A period is
one record of each of them. As long as their steps are of the same length, periods differ in
nothing but times, steps, numbers and checksums, which are at the same places in each. So many of
them are compared as one long number, by a mask, and taken apart by one format.

No other bytes pass for such records: every bit of a record is either compared with the only one
that it can be, or part of a time, a step or a number, which may be anything, or of a checksum;
and the places of all of them follow from lengths that were compared. What does not fit is left
to those who read record by record.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import cycle, islice

from guild.adapters.tfevents.records import MASK_DELTA, extended_crc32c, record_head

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

__all__ = ["Form", "Stretch", "stretch_at"]

Form: TypeAlias = tuple[bytes, bytes]
"""What is in a message with a number between its step and the number, and after the number."""

Stretch: TypeAlias = tuple[int, int, list[tuple[Sequence[int], Sequence[float]]]]
"""Length in bytes, number of periods, and by message its steps and its numbers."""

_TIME = b"\x09"  # see messages
_STEP = b"\x10"
_STEP_AT = 12 + 9  # after the head of the record, and the time
_MAX_STEP = 9  # bytes; longer ones are negative

_MOST = 1 << 13  # bytes at once: longer numbers are no faster
_LEAST = 16  # records; fewer are read as fast one by one

_BACK = 0x111C2232  # the CRC of these 4 bytes and 12 zeros is 0, as that of nothing is


def stretch_at(block: bytes, at: int, period: tuple[Form, ...]) -> Stretch | None:
    """Sound records that repeat a period from a place on; more of them may follow.

    Args:
        block: Records.
        at: Where one begins.
        period: The messages of a period.

    Returns:
        None if there are none, or few, or if one of the first is damaged.
    """
    step = at + _STEP_AT
    step_size = 0
    if block.startswith(_STEP, step):
        step_size = _varint_size(block, step + 1)
        step += 1 + step_size
    if step_size > _MAX_STEP or not _begins(block, at, step - at, period):
        return None
    layout = _layout(period, step_size)
    least = -(-_LEAST // len(period))
    count = min((len(block) - at) // layout.size, max(_MOST // layout.size, least))
    while count >= least:
        repeated = _repeated(layout, count)
        data = block[at : at + count * layout.size]
        number = int.from_bytes(data, "little")
        fitting = repeated.fitting(number)
        if fitting == count:
            return repeated.stretch(data) if repeated.is_sound(number) else None
        count = fitting
    return None


def _begins(block: bytes, at: int, skipped: int, period: tuple[Form, ...]) -> bool:
    """Whether the first records look right: quick, where all else takes as long as many do.

    Args:
        block: Records.
        at: Where the first begins.
        skipped: How many bytes of each come before what the forms tell.
        period: The messages of a period.
    """
    for before, behind in islice(cycle(period), _LEAST // 4):
        at += skipped
        if not block.startswith(before, at):
            return False
        at += len(before) + 4 + len(behind) + 4
    return True


def _varint_size(block: bytes, at: int) -> int:
    """Length of the number of variable length there; what is too long has any."""
    size = 1
    for byte in block[at : at + _MAX_STEP]:
        if byte < 0x80:
            break
        size += 1
    return size


class _Layout:
    """Where everything is in the records of a period.

    Attributes:
        size: Of a period, in bytes.
        fixed: Which bits are the same in all periods.
        bits: Those bits.
        data: Which bytes are data of records.
        codes: Which are checksums of it.
        numbers: The numbers, as a format of `struct`.
        steps: For each message where the bytes of its step are.
    """

    def __init__(self, period: tuple[Form, ...], step_size: int) -> None:
        self.fixed = self.bits = self.data = self.codes = b""
        self.numbers = ""
        self.steps: list[range] = []
        step = fixed_step = b""
        if step_size:  # the highest bit of a byte tells whether one more follows
            step = _STEP + b"\x80" * (step_size - 1) + b"\0"
            fixed_step = b"\xff" + b"\x80" * step_size
        for before, behind in period:
            step_at = len(self.bits) + _STEP_AT + len(step) - step_size
            self.steps.append(range(step_at, step_at + step_size))
            size = 9 + len(step) + len(before) + 4 + len(behind)
            self.bits += record_head(size) + _TIME + bytes(8) + step
            self.bits += before + bytes(4) + behind + bytes(4)
            self.fixed += b"\xff" * 13 + bytes(8) + fixed_step
            self.fixed += b"\xff" * len(before) + bytes(4) + b"\xff" * len(behind) + bytes(4)
            self.data += bytes(12) + b"\xff" * size + bytes(4)
            self.codes += bytes(12 + size) + b"\xff" * 4
            self.numbers += f"{_STEP_AT + len(step) + len(before)}xf{len(behind) + 4}x"
        self.size = len(self.bits)


def _numbers(columns: Sequence[bytes]) -> Sequence[int]:
    """The numbers of variable length of which these are the first bytes, the second, and so on."""
    numbers: Sequence[int] = list(columns[-1])
    for lower in columns[-2::-1]:
        numbers = [number << 7 | low & 0x7F for number, low in zip(numbers, lower, strict=True)]
    return numbers


class _Repeated:
    """What is known of a number of periods.

    Bytes are numbers here, of which the lowest byte is the first.
    """

    def __init__(self, layout: _Layout, count: int) -> None:
        self._layout = layout
        self._size = layout.size
        self._count = count
        self._numbers = struct.Struct("<" + layout.numbers * count)
        self._fixed = _number(layout.fixed * count)
        self._bits = _number(layout.bits * count)
        self._data = _number(layout.data * count)
        self._codes = _number(layout.codes * count)
        ones = self._codes // 0xFFFFFFFF  # in the lowest bit of each checksum
        self._unmask = ones * (2**32 - MASK_DELTA)
        self._back = ones * _BACK

    def fitting(self, number: int) -> int:
        """How many periods have all the bits that they are to have."""
        other = number & self._fixed ^ self._bits
        if not other:
            return self._count
        lowest = (other & -other).bit_length() - 1
        return lowest // (8 * self._size)

    def is_sound(self, number: int) -> bool:
        """Whether all checksums are right.

        The CRC of all is taken at once. It begins with that of `_BACK`, so that it is 0 after 12
        zeros, which stand for the head of the first record, and that of the record's data after
        them. Then come 4 bytes in place of the checksum. The CRC of what ends in 4 bytes depends
        on what `crc ^ bytes` is; they are `checksum ^ _BACK`. So if the checksum is right the CRC
        is that of `_BACK` again, and else it is another, and stays another after what is right.
        Two wrong checksums can make up for each other, by a chance of 1 to 2**32, as any
        checksum can be right by.
        """
        codes = number & self._codes
        turned = codes + self._unmask & self._codes  # nothing is between them
        checksums = (turned << 15 | turned >> 17) & self._codes
        replaced = number & self._data | checksums ^ self._back
        begin = _crc_of_back()
        size = self._size * self._count
        return extended_crc32c(begin, replaced.to_bytes(size, "little")) == begin

    def stretch(self, data: bytes) -> Stretch:
        """Take the periods apart."""
        count, size = self._count, self._size
        numbers = self._numbers.unpack(data)
        each = len(self._layout.steps)
        series: list[tuple[Sequence[int], Sequence[float]]] = []
        for index, places in enumerate(self._layout.steps):
            # All first bytes of the steps of this message, all second ones, and so on.
            columns = [data[at::size] for at in places]
            steps = _numbers(columns) if columns else [0] * count
            series.append((steps, numbers[index::each]))
        return len(data), count, series


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")


@lru_cache(maxsize=1 << 7)
def _layout(period: tuple[Form, ...], step_size: int) -> _Layout:
    return _Layout(period, step_size)


@lru_cache(maxsize=1 << 6)
def _repeated(layout: _Layout, count: int) -> _Repeated:
    return _Repeated(layout, count)


@cache
def _crc_of_back() -> int:
    return extended_crc32c(0, _BACK.to_bytes(4, "little"))
