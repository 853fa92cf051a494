"""Framing of records in event files (the TFRecord format).

A record is its length (8 bytes, little-endian), the masked CRC-32C of those, the data, and the
masked CRC-32C of the data.
"""

from __future__ import annotations

import enum
import os
import struct
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache

__all__ = ["MASK_DELTA", "Damage", "RecordReader", "extended_crc32c", "frames", "record_head"]

MASK_DELTA = 0xA282EAD8
"""Added to a checksum, modulo 2**32, after it is turned right by 15 bits: that masks it."""

_HEAD = struct.Struct("<QI")
_CRC = struct.Struct("<I")
_LONGEST = (1 << 31) - 1  # no message can be longer


class Damage(enum.Enum):
    """What ends a file of records other than its end."""

    CUT = "ends within a record"
    """As a file does that is being written, or whose writer was killed."""

    CORRUPT = "a checksum is wrong"


def frames(messages: Iterable[bytes]) -> bytes:
    """The records of messages, one after another."""
    parts: list[bytes] = []
    for data in messages:
        parts += (record_head(len(data)), data, _masked_crc(data))
    return b"".join(parts)


class RecordReader:
    """Reads records for as long as they are sound. Iterate over it once.

    It gives lists of their data, each of what is in one portion of the file. Records that are
    appended while it reads are left for a reader that begins at `offset`.

    Args:
        fd: The open file.
        offset: Where to begin: at a record, or the end.
        block: How many bytes to have in memory at once; a longer record is read whole, but only
            once its checksums proved right.
        size: That of the file, in bytes, if it is known.

    Attributes:
        portion: How many bytes to give at once, but for the last record of them; all of a block
            at first.
        size: That of the file when reading began, in bytes.
        offset: Where the record begins that follows those that were given.
        damage: What stopped the reader, after the iteration; None for the end of the file.

    Raises:
        OSError: While iterating, if the file can't be read.
    """

    def __init__(
        self, fd: int, offset: int = 0, block: int = 1 << 20, size: int | None = None
    ) -> None:
        self._fd = fd
        self._max_block = block
        self._block = b""
        self._at = 0  # in the block
        self.portion = block
        self.size = os.fstat(fd).st_size if size is None else size
        self.offset = offset
        self.damage: Damage | None = None

    def __iter__(self) -> Iterator[list[bytes]]:
        while self.damage is None and self.offset < self.size:
            if self._at == len(self._block):
                length = min(self._max_block, self.size - self.offset)
                self._block = os.pread(self._fd, length, self.offset)
                self._at = 0
            messages, length, self.damage = _split(self._block, self._at, self.portion)
            self._pass(length)
            if self._goes_on():
                self.damage = None
                if not self._at:
                    messages = self._long(self._block)
                self._block = b""
                self._at = 0
            if messages:
                yield messages

    def take(self, read: Callable[[bytes, int], int]) -> bool:
        """Let another read what follows, and go on after that.

        Args:
            read: Takes a block and a place in it, where a record begins. It returns the length
                of the sound records that it read.

        Returns:
            Whether anything was read.
        """
        if self._at == len(self._block):
            return False
        length = read(self._block, self._at)
        self._pass(length)
        return length > 0

    def _pass(self, length: int) -> None:
        self._at += length
        self.offset += length

    def _goes_on(self) -> bool:
        """Whether there is more of the record that the block ends in, if it ends in one."""
        there = len(self._block) >= _HEAD.size  # or the file shrank
        end = self.offset - self._at + len(self._block)
        return self.damage is Damage.CUT and there and end < self.size

    def _long(self, block: bytes) -> list[bytes]:
        """The one record that begins with a whole block."""
        size = _HEAD.unpack_from(block)[0]
        start = self.offset + _HEAD.size
        stop = start + size
        data = b""
        if stop + _CRC.size > self.size:  # asked before reading: a length may be of any size
            self.damage = Damage.CUT
        elif size > _LONGEST or os.pread(self._fd, _CRC.size, stop) != self._crc(start, stop):
            self.damage = Damage.CORRUPT
        elif len(data := os.pread(self._fd, size, start)) < size:
            self.damage = Damage.CUT
        if self.damage is not None:
            return []
        self.offset = stop + _CRC.size
        return [data]

    def _crc(self, start: int, stop: int) -> bytes | None:
        """The masked checksum of a part of the file, of which a block is in memory at a time."""
        crc = 0
        while start < stop:
            data = os.pread(self._fd, min(self._max_block, stop - start), start)
            if not data:
                return None
            crc = extended_crc32c(crc, data)
            start += len(data)
        return _masked(crc)


def _split(block: bytes, begin: int, portion: int) -> tuple[list[bytes], int, Damage | None]:
    """The data of sound records of a block, their length, what comes then.

    Args:
        block: The block.
        begin: Where a record begins.
        portion: How many bytes to look at, but for the last record.
    """
    messages: list[bytes] = []
    codes: list[bytes] = []
    size_of = _sizes.get
    length = len(block)
    at = begin
    last = min(length, begin + portion)
    damage = None if block else Damage.CUT  # the file shrank
    while at < last:
        start = at + 12
        size = size_of(block[at:start])
        if size is None:
            if start > length:
                damage = Damage.CUT
                break
            size = _size(block[at:start])
            if size is None:
                damage = Damage.CORRUPT
                break
        stop = start + size
        end = stop + 4
        if end > length:
            damage = Damage.CUT
            break
        messages.append(block[start:stop])
        codes.append(block[stop:end])
        at = end
    if not _are_sound(messages, codes):
        pairs = enumerate(zip(messages, codes, strict=True))
        sound = next(index for index, (data, code) in pairs if _masked_crc(data) != code)
        del messages[sound:]
        return messages, sum(len(data) + 16 for data in messages), Damage.CORRUPT
    return messages, at - begin, damage


def _are_sound(messages: list[bytes], codes: list[bytes]) -> bool:
    """Whether these are the masked checksums of messages, all at once.

    Masking each by itself takes longer than the checksums do. So they are laid side by side, as
    one number with 64 bits for each, in which no sum of one reaches the next.
    """
    crcs = int.from_bytes(struct.pack(f"<{len(messages)}Q", *map(_crc32c(), messages)), "little")
    ones = int.from_bytes(b"\1\0\0\0\0\0\0\0" * len(messages), "little")
    low = ones * 0xFFFFFFFF
    masked = ((crcs | crcs << 32) >> 15 & low) + ones * MASK_DELTA & low
    return masked == int.from_bytes(b"\0\0\0\0".join(codes), "little")


_sizes: dict[bytes, int] = {}
"""Sizes of data by the 12 bytes before it, which were found to be sound."""

_MAX_SIZES = 1 << 12


def _size(head: bytes) -> int | None:
    """The size that the head of a record tells, if its checksum is right."""
    size: int = _HEAD.unpack(head)[0]
    if head[8:] != _masked_crc(head[:8]):
        return None
    if len(_sizes) >= _MAX_SIZES:
        _sizes.clear()
    _sizes[head] = size
    return size


@lru_cache(maxsize=256)
def record_head(size: int) -> bytes:
    """The bytes before the data of a record.

    Args:
        size: Length of the data.
    """
    length = size.to_bytes(8, "little")
    return length + _masked_crc(length)


def _masked_crc(data: bytes) -> bytes:
    return _masked(_crc32c()(data))


def _masked(crc: int) -> bytes:
    return _CRC.pack((crc >> 15 | crc << 17) + MASK_DELTA & 0xFFFFFFFF)


def extended_crc32c(crc: int, data: bytes) -> int:
    """The CRC-32C of something with more after it, by its own."""
    from google_crc32c import extend  # see _crc32c

    extended: int = extend(crc, data)
    return extended


@cache
def _crc32c() -> Callable[[bytes], int]:
    from google_crc32c import value  # a library to load: only where there are records

    crc32c: Callable[[bytes], int] = value
    return crc32c
