"""Framing of records in event files (the TFRecord format).

A record is its length (8 bytes, little-endian), the masked CRC-32C of those, the data, and the
masked CRC-32C of the data.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from typing import BinaryIO

__all__ = ["Damage", "RecordReader", "frames"]

_HEAD = struct.Struct("<QI")
_CRC = struct.Struct("<I")


class Damage(enum.Enum):
    """What ends a file of records other than its end."""

    CUT = "ends within a record"
    """As a file does that is being written, or whose writer was killed."""

    CORRUPT = "a checksum is wrong"


def frames(messages: Iterable[bytes]) -> bytes:
    """The records of messages, one after another."""
    parts: list[bytes] = []
    for data in messages:
        parts += (_head(len(data)), data, _masked_crc(data))
    return b"".join(parts)


class RecordReader:
    """Reads records for as long as they are sound. Iterate over it once for their data.

    Records that are appended while it reads are left for a reader that begins at `offset`.

    Attributes:
        offset: Where the next record begins.
        damage: What stopped the reader, after the iteration; None for the end of the file.
    """

    def __init__(self, file: BinaryIO, offset: int = 0) -> None:
        self._file = file
        self.offset = offset
        self.damage: Damage | None = None

    def __iter__(self) -> Iterator[bytes]:
        file = self._file
        left = file.seek(0, 2) - self.offset
        file.seek(self.offset)
        while left > 0:
            head = file.read(_HEAD.size)
            if len(head) < _HEAD.size:
                self.damage = Damage.CUT
                return
            size = _HEAD.unpack(head)[0]
            if head != _head(size):
                self.damage = Damage.CORRUPT
                return
            whole = _HEAD.size + size + _CRC.size
            if whole > left:  # asked before reading: a length may be of any size
                self.damage = Damage.CUT
                return
            data = file.read(size)
            if file.read(_CRC.size) != _masked_crc(data):
                self.damage = Damage.CORRUPT
                return
            left -= whole
            self.offset += whole
            yield data


@lru_cache(maxsize=256)
def _head(size: int) -> bytes:
    length = size.to_bytes(8, "little")
    return length + _masked_crc(length)


def _masked_crc(data: bytes) -> bytes:
    crc = _crc32c()(data)
    return _CRC.pack((crc >> 15 | crc << 17) + 0xA282EAD8 & 0xFFFFFFFF)


@cache
def _crc32c() -> Callable[[bytes], int]:
    from google_crc32c import value  # a library to load: only where there are records

    crc32c: Callable[[bytes], int] = value
    return crc32c
