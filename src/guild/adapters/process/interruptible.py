"""Requests to stop, raised where this process waits for something that is no job."""

from __future__ import annotations

import signal

from guild.adapters.process.supervisor import STOP_SIGNALS
from guild.domain.interruption import ToldToStop

__all__ = ["Interruptible"]

_LEFT_ALONE = (signal.SIG_IGN, signal.default_int_handler, None)
"""What is ignored, as with nohup, stays so; an interrupt raises something already."""


class Interruptible:
    """Has signals raise `ToldToStop`, after whoever else listens to them was told.

    Only the main thread can be told; elsewhere this does nothing.
    """

    def __init__(self) -> None:
        self._before: dict[int, object] = {}

    def __enter__(self) -> None:
        for number in STOP_SIGNALS:
            before = signal.getsignal(number)
            if before not in _LEFT_ALONE:
                try:
                    signal.signal(number, self._raise)
                except ValueError:
                    return
                self._before[number] = before

    def __exit__(self, *exc: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)  # type: ignore[arg-type]  # It came from there.

    def _raise(self, number: int, frame: object) -> None:
        before = self._before.get(number)
        if callable(before):
            before(number, frame)
        raise ToldToStop(number)
