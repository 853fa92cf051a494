"""Processes of runs that other `guild` processes started: proven, and stopped."""

from __future__ import annotations

from collections.abc import Callable

from guild.adapters.process.evidence import Named, named
from guild.adapters.process.table import run_marks
from guild.domain.owner import Owner, Reach
from guild.domain.run import Run

__all__ = ["SystemProcesses"]

_NOBODY = Owner(Reach.NOBODY)


class SystemProcesses:
    """Processes of runs on this host.

    No process gets a signal that is not proven to be the run's: by the evidence in its lock,
    by descent from such a process, or by the run's id and directory in its environment.

    Args:
        read_lock: Text of the lock in a run directory; None without one.
    """

    def __init__(self, read_lock: Callable[[str], str | None]) -> None:
        self._read_lock = read_lock

    def owner(self, run: Run) -> Owner:
        """See `Processes.owner`."""
        text = self._read_lock(run.path)
        if text is None:
            return _NOBODY
        found = named(text)
        if found.elsewhere:
            return Owner(Reach.ELSEWHERE, host=found.elsewhere)
        alive = found.owner or found.guild
        if alive is None:
            return Owner(Reach.NOBODY)
        proven = found.certain or run_marks(alive[0])[0] == run.id
        return Owner(Reach.HERE if proven else Reach.UNPROVEN, pid=alive[0])

    def stop(self, run: Run, *, timeout_s: float, force: bool) -> list[int]:
        """See `Processes.stop`."""
        from guild.adapters.process.stoptree import stop_tree  # most who ask stop nothing

        found = self._named(run)
        if self.owner(run).reach is not Reach.HERE:
            found = Named()
        return stop_tree(run, found, timeout_s=timeout_s, force=force)

    def _named(self, run: Run) -> Named:
        text = self._read_lock(run.path)
        return Named() if text is None else named(text)
