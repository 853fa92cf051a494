"""Reads many records at once where the same tags follow each other again and again.

That is what nearly all files are: a script logs the same few scalars at each step. A period is
one record of each of them. As long as their steps are of the same length, periods differ in
nothing but times, steps, numbers and checksums, which are at the same places in each. So the
bytes of one place in many periods are taken at once, as a slice with the size of a period for its
step: what may be anything is blanked in all of them, by 16 slices and more for each message, and
the rest compared as a whole. That pays where there are more periods than a few.

No other bytes pass for such records: every bit of a record is either compared with the only one
that it can be, or part of a time, a step or a number, which may be anything, or of a checksum;
and the places of all of them follow from lengths that were compared. What does not fit is left
to those who read record by record.
"""

from __future__ import annotations

import struct
from bisect import bisect
from collections.abc import Sequence
from functools import lru_cache
from itertools import cycle, islice

from guild.adapters.tfevents.records import MASK_DELTA, extended_crc32c, record_head

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

__all__ = ["MOST", "Form", "Stretch", "stretch_at"]

Form: TypeAlias = tuple[bytes, bytes]
"""What is in a message with a number between its step and the number, and after the number."""

Stretch: TypeAlias = tuple[int, int, list[tuple[Sequence[int], Sequence[float]]]]
"""Length in bytes, number of periods, and by message its steps and its numbers."""

_TIME = b"\x09"  # see messages
_STEP = b"\x10"
_STEP_AT = 12 + 9  # after the head of the record, and the time
_MAX_STEP = 9  # bytes; longer ones are negative

MOST = 1 << 15
"""Bytes at once: more are no faster."""
_LEAST = 16  # records, and
_LEAST_PERIODS = 8  # in them; fewer are read as fast one by one

_HIGHEST = bytes(byte & 0x80 for byte in range(256))
_POLYNOMIAL = 0x82F63B78  # of CRC-32C, its bits in reverse
_NOTHING = 0xFFFFFFFF  # the register before anything was taken in


def stretch_at(
    block: bytes, at: int, period: tuple[Form, ...], most: int = MOST
) -> Stretch | None:
    """Sound records that repeat a period from a place on; more of them may follow.

    Args:
        block: Records.
        at: Where one begins.
        period: The messages of a period.
        most: How many bytes to look at. If few of them repeat it, the more it is the longer that
            takes for nothing.

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
    least = max(-(-_LEAST // len(period)), _LEAST_PERIODS)
    count = min((len(block) - at) // layout.size, max(most // layout.size, least))
    while count >= least:
        repeated = _repeated(layout, count)
        data = block[at : at + count * layout.size]
        fitting = repeated.fitting(data)
        if fitting == count:
            return repeated.stretch(data) if repeated.is_sound(data) else None
        # What is known of a number of periods is kept, so it should be one of few.
        count = fitting - fitting % _LEAST_PERIODS
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
        bits: What is the same in all periods, and zeros.
        blanks: Slices of many periods, each of one byte in all of them that may be anything.
        steps: For each message the places of its step, of which only the highest bits are the
            same: they tell whether one more byte follows.
        numbers: The numbers of all messages, as a format of `struct`.
        codes: Likewise, of its checksum.
        resets: For each message what makes the checksum of the data that follows begin anew, in
            place of its checksum: see `_Repeated.is_sound`.
    """

    def __init__(self, period: tuple[Form, ...], step_size: int) -> None:
        self.bits = b""
        places: list[int] = []
        self.steps: list[range] = []
        self.numbers = ""
        self.codes: list[int] = []
        heads: list[bytes] = []
        step = _STEP + b"\x80" * (step_size - 1) + b"\0" if step_size else b""
        for before, behind in period:
            begin = len(self.bits)
            heads.append(record_head(9 + len(step) + len(before) + 4 + len(behind)))
            self.bits += heads[-1] + _TIME + bytes(8) + step
            self.steps.append(range(len(self.bits) - step_size, len(self.bits)))
            number = len(self.bits) + len(before)
            self.numbers += f"{number - begin}xf{len(behind) + 4}x"
            self.codes.append(number + 4 + len(behind))
            self.bits += before + bytes(4) + behind + bytes(4)
            for at, width in ((begin + 13, 8), (number, 4), (self.codes[-1], 4)):
                places += range(at, at + width)
        self.size = len(self.bits)
        self.blanks = [slice(at, None, self.size) for at in places]
        self.resets = [_reset(following) for following in (*heads[1:], heads[0])]


class _Repeated:
    """A number of periods."""

    def __init__(self, layout: _Layout, count: int) -> None:
        self._layout = layout
        self._count = count
        self._bits = layout.bits * count
        # A bytearray, since what is none is copied to one whenever it is put into places.
        self._zeros = bytearray(count)
        self._numbers = struct.Struct("<" + layout.numbers * count)
        # Checksums of all first messages, then of all second ones, and so on: of 64 bits each, so
        # that no sum of one reaches the next.
        places = range(0, 8 * count * len(layout.codes), 8 * count)
        self._columns = [
            (slice(place + byte, place + 8 * count, 8), slice(code + byte, None, layout.size))
            for place, code in zip(places, layout.codes, strict=True)
            for byte in range(4)
        ]
        self._room = 8 * count * len(layout.codes)
        ones = _number(b"\1\0\0\0\0\0\0\0" * (count * len(layout.codes)))
        self._low = ones * 0xFFFFFFFF
        self._unmask = ones * (2**32 - MASK_DELTA)
        resets = (each.to_bytes(8, "little") * count for each in layout.resets)
        self._resets = _number(b"".join(resets))
        self._begin = extended_crc32c(0, layout.resets[-1].to_bytes(4, "little"))

    def fitting(self, data: bytes) -> int:
        """How many periods have all the bits that they are to have."""
        layout = self._layout
        size, zeros = layout.size, self._zeros
        rest = bytearray(data)
        for places in layout.blanks:
            rest[places] = zeros
        for step in layout.steps:
            for at in step:
                rest[at::size] = rest[at::size].translate(_HIGHEST)
        if rest == self._bits:
            return self._count
        return bisect(range(self._count), False, key=lambda last: self._differs(rest, last))

    def _differs(self, rest: bytearray, last: int) -> bool:
        return not self._bits.startswith(rest[: (last + 1) * self._layout.size])

    def is_sound(self, data: bytes) -> bool:
        """Whether all checksums are right.

        The CRC of all is taken at once. What ends in 4 bytes has a CRC that depends on
        `crc ^ bytes` alone, with the CRC of what is before them. In place of each checksum there
        is `checksum ^ reset`: if it is right, the CRC goes on as that of these 4 bytes, `reset`,
        which is such that the head of the next record after it has the CRC of nothing. So the CRC
        of the next data begins as it is to. The CRC of all begins, and is to end, with that of the
        last reset. If a checksum is wrong the CRC is another, and stays another after what is
        right. Two wrong checksums can make up for each other, by a chance of 1 to 2**32, as any
        checksum can be right by.
        """
        replaced = bytearray(data)
        codes = bytearray(self._room)
        for column, places in self._columns:
            codes[column] = replaced[places]
        turned = _number(codes) + self._unmask & self._low
        checksums = (turned << 15 | turned >> 17) & self._low
        codes[:] = (checksums ^ self._resets).to_bytes(self._room, "little")
        for column, places in self._columns:
            replaced[places] = codes[column]
        return extended_crc32c(self._begin, bytes(replaced)) == self._begin

    def stretch(self, data: bytes) -> Stretch:
        """Take the periods apart."""
        count, size = self._count, self._layout.size
        series: list[tuple[Sequence[int], Sequence[float]]] = []
        numbers = self._numbers.unpack(data)
        each = len(self._layout.steps)
        for index, places in enumerate(self._layout.steps):
            steps = _steps([data[at::size] for at in places]) if places else [0] * count
            series.append((steps, numbers[index::each]))
        return len(data), count, series


def _steps(columns: Sequence[bytes]) -> Sequence[int]:
    """The numbers of variable length of which these are the first bytes, the second, and so on."""
    numbers: Sequence[int] = list(columns[-1])
    for lower in columns[-2::-1]:
        numbers = [number << 7 | low & 0x7F for number, low in zip(numbers, lower, strict=True)]
    return numbers


def _number(data: bytes | bytearray) -> int:
    return int.from_bytes(data, "little")


@lru_cache(maxsize=1 << 5)
def _layout(period: tuple[Form, ...], step_size: int) -> _Layout:
    return _Layout(period, step_size)


@lru_cache(maxsize=1 << 5)
def _repeated(layout: _Layout, count: int) -> _Repeated:
    return _Repeated(layout, count)


@lru_cache(maxsize=1 << 7)
def _reset(data: bytes) -> int:
    """The 4 bytes, lowest first, after which the CRC-32C of these and the data is that of nothing.

    A register that takes in bits is turned back from what it is to be in the end.
    """
    register = _NOTHING
    for byte in reversed(data):
        register = _turned_back(register, 8) ^ byte
    return _turned_back(register, 32) ^ _NOTHING


def _turned_back(register: int, bits: int) -> int:
    for _ in range(bits):
        if register >> 31:
            register = (register ^ _POLYNOMIAL) << 1 | 1
        else:
            register <<= 1
    return register
