"""What `guild.ipy.run` raises of runs that did not complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guild.run import Run

__all__ = ["RunError", "RunException", "RunTerminated"]


class RunException(Exception):
    """A run did not complete.

    Attributes:
        run: The run.
        from_exc: What its function raised.
        runs, results: Of several trials those that were done before, and what they returned.
    """

    __module__ = "guild.ipy"

    def __init__(self, run: Run, from_exc: BaseException) -> None:
        super().__init__(run, from_exc)
        self.run = run
        self.from_exc = from_exc
        self.runs: list[Run] = []
        self.results: list[object] = []


class RunError(RunException):
    """The function of a run raised an exception."""

    __module__ = "guild.ipy"


class RunTerminated(RunException):
    """The function of a run was interrupted, such as by Ctrl-C."""

    __module__ = "guild.ipy"
