"""Time, ids and seeds from the operating system."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

from guild.domain.ids import RunId
from guild.domain.timestamps import Timestamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.app.ports.recording import Clock

__all__ = ["new_run_id", "new_seed", "strict_clock"]

_SEEDS = 2**32 + 1
_SEED_BYTES = 6


def strict_clock(now_ns: Callable[[], int] = time.time_ns) -> Clock:
    """A clock each of whose times is after the one before, whatever the system's time does.

    Args:
        now_ns: Nanoseconds since the epoch.
    """
    last = 0
    lock = threading.Lock()

    def clock() -> Timestamp:
        nonlocal last
        with lock:
            last = max(now_ns() // 1000, last + 1)
            return Timestamp(last)

    return clock


def new_run_id() -> RunId:
    """A random id: the 32 digits of a UUID of version 4, without loading `uuid`."""
    bits = bytearray(os.urandom(16))
    bits[6] = bits[6] & 0x0F | 0x40
    bits[8] = bits[8] & 0x3F | 0x80
    return RunId(bits.hex())


def new_seed() -> int:
    """A random integer from 0 to 2**32, both included, all equally likely."""
    # Numbers from the incomplete last round would make small seeds more likely.
    fair = 256**_SEED_BYTES // _SEEDS * _SEEDS
    while True:
        number = int.from_bytes(os.urandom(_SEED_BYTES))
        if number < fair:
            return number % _SEEDS
