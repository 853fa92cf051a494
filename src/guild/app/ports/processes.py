"""Port: processes of runs that somebody else started."""

from __future__ import annotations

from typing import Protocol

from guild.domain.owner import Owner
from guild.domain.run import Run

__all__ = ["Processes"]


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
