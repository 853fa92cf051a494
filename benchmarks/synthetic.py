"""Synthetic runs: what each of them is, and its scalars, by its number alone."""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Iterator, Mapping

__all__ = [
    "EXIT_STATUS",
    "OPERATIONS",
    "STEPS",
    "SyntheticRun",
    "event_file",
    "last_loss",
    "newest_first",
    "scalars",
]

OPERATIONS = ("train", "eval", "prepare")
STEPS = 20
_TAGS = ("loss", "acc", "val_loss", "val_acc")
_CHOICES = 256
"""Of values for each tag and step: the records are made once, and chosen from by a byte."""
_BEGAN_S = 1_700_000_000
_APART_S = 37

_STATUSES = ("completed", "error", "terminated", "staged", "pending")
_SHARES = (78, 9, 8, 3, 2)
EXIT_STATUS: Mapping[str, int] = {"completed": 0, "error": 1, "terminated": -15}


class SyntheticRun:
    """What a run is, before it is written.

    Attributes:
        number: Its place in time, from 0.
        id: 32 hexadecimal digits.
        operation: Name of its operation.
        status: As a listing shows it.
        flags: Values by name.
        label, tags, marked: As people set them.
        initialized, started, stopped: Microseconds since the epoch; the last two are None if it
            has not run.
        picks: Which value each scalar has at each step, a byte each; none if it has not run.
    """

    def __init__(self, number: int) -> None:
        draw = random.Random(number)
        self.number = number
        self.id = f"{draw.getrandbits(128):032x}"
        self.operation = draw.choices(OPERATIONS, (6, 2, 2))[0]
        self.status = draw.choices(_STATUSES, _SHARES)[0] if number % 10 != 9 else "completed"
        self.flags: Mapping[str, int | float | str] = {
            "batch-size": draw.choice((16, 32, 64, 128)),
            "dropout": round(draw.uniform(0, 0.6), 3),
            "epochs": draw.choice((5, 10, 20)),
            "lr": round(10 ** draw.uniform(-4, -1), 7),
            "optimizer": draw.choice(("adam", "sgd", "rmsprop")),
        }
        self.label = " ".join(f"{name}={value}" for name, value in self.flags.items())
        if draw.random() < 0.2:
            self.label = f"{draw.choice(('baseline', 'best so far', 'sweep', 'retry'))} {number}"
        self.tags = ("nightly",) if draw.random() < 0.1 else ()
        self.marked = draw.random() < 0.03
        has_run = self.status in EXIT_STATUS
        began = (_BEGAN_S + number * _APART_S) * 1_000_000
        self.initialized = began - 900_000
        self.started = began if has_run else None
        self.stopped = began + draw.randint(1_000_000, 3_600_000_000) if has_run else None
        self.picks = draw.randbytes(STEPS * len(_TAGS)) if has_run else b""


def newest_first(count: int) -> Iterator[SyntheticRun]:
    """The runs of a home of so many, as listings have them."""
    return (SyntheticRun(number) for number in range(count - 1, -1, -1))


def _crc_table() -> list[int]:
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_CRC = _crc_table()


def _masked_crc(data: bytes) -> bytes:
    """CRC-32C, as records have it."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _CRC[crc & 0xFF ^ byte] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def _record(data: bytes) -> bytes:
    length = struct.pack("<Q", len(data))
    return length + _masked_crc(length) + data + _masked_crc(data)


def _event(tag: str, value: float, step: int) -> bytes:
    """A message of one scalar: all lengths are below 128."""
    name = tag.encode()
    inner = b"\x0a%c%b\x15%b" % (len(name), name, struct.pack("<f", value))
    summary = b"\x0a%c%b" % (len(inner), inner)
    number = b"\x10%c" % step if step else b""
    time = struct.pack("<d", _BEGAN_S + step)
    return b"\x09%b%b\x2a%c%b" % (time, number, len(summary), summary)


def _scalar_values() -> list[list[float]]:
    """Values to choose from, by step and tag."""
    draw = random.Random(1)
    values = []
    for step in range(STEPS):
        for tag in _TAGS:
            loss = [math.exp(-step / 8) * draw.uniform(0.5, 1.5) for _ in range(_CHOICES)]
            plain = loss if tag.endswith("loss") else [max(0.0, 1 - 0.6 * each) for each in loss]
            values.append([float(struct.unpack("<f", struct.pack("<f", v))[0]) for v in plain])
    return values


_VALUES = _scalar_values()
_RECORDS: list[list[bytes]] = []


def scalars(step: int, picks: bytes) -> Iterator[tuple[str, float]]:
    """Tags and values at a step."""
    first = step * len(_TAGS)
    for place, tag in enumerate(_TAGS, first):
        yield tag, _VALUES[place][picks[place]]


def event_file(picks: bytes) -> bytes:
    """An event file with these values."""
    if not _RECORDS:
        for place, values in enumerate(_VALUES):
            step, tag = divmod(place, len(_TAGS))
            _RECORDS.append([_record(_event(_TAGS[tag], value, step)) for value in values])
        version = b"\x09%b\x1a\x0dbrain.Event:2" % struct.pack("<d", _BEGAN_S)
        _RECORDS.append([_record(version)])
    chosen = (records[pick] for records, pick in zip(_RECORDS, picks, strict=False))
    return _RECORDS[-1][0] + b"".join(chosen)


def last_loss(run: SyntheticRun) -> float:
    """The last value of the scalar `loss`; nan if it has none."""
    return dict(scalars(STEPS - 1, run.picks))["loss"] if run.picks else math.nan
