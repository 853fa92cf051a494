"""Port: processes of runs that somebody else started."""

from __future__ import annotations

import enum
from typing import Protocol

from guild.domain.record import Record
from guild.domain.run import Run

__all__ = ["Owner", "Processes", "Reach"]


class Reach(enum.Enum):
    """Whether the owner of a run can be told to stop from here."""

    NOBODY = "nobody"
    """The run has no living owner."""
    HERE = "here"
    """It is proven that this process of this host is the owner."""
    ELSEWHERE = "elsewhere"
    """It is on another host, or out of sight in a container; it may have ended."""
    UNPROVEN = "unproven"
    """A process has the number that the run's lock names, but may be any other."""


class Owner(Record, kw_only=False):
    """Who owns a run, as far as can be told from here.

    Attributes:
        pid: The process, if it is here or unproven.
        host: Where it is, if elsewhere.
    """

    reach: Reach
    pid: int | None = None
    host: str = ""


class Processes(Protocol):
    """Processes of runs that somebody else started."""

    def owner(self, run: Run) -> Owner:
        """Who owns the run now, whether it prepares the run, is its process, or watches it."""
        ...

    def stop(self, run: Run, *, timeout_s: float, force: bool) -> list[int]:
        """Ask a run's process tree to end and wait for it.

        Processes that are not proven to be the run's are left alone.

        Args:
            run: The run: processes that left the tree are recognised by its id and directory.
            timeout_s: Seconds to wait; 0 to return at once.
            force: Whether what is left then is killed.

        Returns:
            Ids of the processes that are left.
        """
        ...
