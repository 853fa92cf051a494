"""A run that is asked to stop."""

from __future__ import annotations

from guild.domain.record import Record
from guild.domain.run import Run

__all__ = ["RunInterrupted", "RunTimedOut", "ToldToStop"]


class ToldToStop(BaseException):
    """This process was asked to stop, by a signal, while it prepared a run.

    It is no failure, so nothing that deals with failures gets it.

    Args:
        number: The signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class RunInterrupted(Record, kw_only=False):
    """The user asked a running process to stop; it has not done so yet."""

    run: Run


class RunTimedOut(Record, kw_only=False):
    """A run's time is up, and its process is being stopped.

    Attributes:
        elapsed_s: Seconds since the process started.
    """

    run: Run
    pid: int
    elapsed_s: float
