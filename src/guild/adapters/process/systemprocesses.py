"""Processes of runs that other `guild` processes started: proven, and stopped."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

from guild.adapters.process.evidence import Named, named
from guild.adapters.process.table import find_process, run_marks, start_of
from guild.adapters.process.tree import Tree, supervisor_name
from guild.app.ports.launcher import Owner, Reach
from guild.domain.run import Run

__all__ = ["SystemProcesses"]

_NOBODY = Owner(Reach.NOBODY)
_LOOK_EVERY_S = 0.03
_AFTER_KILL_S = 5.0


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
        """See `Processes.stop`.

        A supervisor that watches the process is asked rather than the tree: it passes the
        request on, sees to it that it is followed, and records how the process ended.
        """
        found = self._named(run)
        if self.owner(run).reach is not Reach.HERE:
            found = Named()
        watcher = _supervisor(found, run)
        tree = _tree(found, run)
        tree.look()
        if watcher:
            _terminate(watcher)
        else:
            tree.send(signal.SIGTERM)
        _wait(tree, watcher, timeout_s)
        if force:
            tree.kill()
            _wait(tree, watcher, _AFTER_KILL_S)
        return tree.living()

    def _named(self, run: Run) -> Named:
        text = self._read_lock(run.path)
        return Named() if text is None else named(text)


def _tree(found: Named, run: Run) -> Tree:
    if found.owner is None:
        return Tree(0, None, run.id, run.path)
    pid, start = found.owner
    run_id, run_dir = run_marks(pid)
    if run_id == run.id:
        return Tree(pid, start, run.id, run_dir)
    if found.owner == found.guild:
        # It prepares the run, and may share its group with what its shell started beside it.
        return Tree(0, None, run.id, run.path, others={pid: start})
    return Tree(pid, start, run.id, run.path)


def _supervisor(found: Named, run: Run) -> tuple[int, str] | None:
    """The process that watches the run's own, as long as it is there to be asked."""
    if found.guild is None or found.guild == found.owner:
        return None
    entry = find_process(found.guild[0])
    watches = entry and entry.start == found.guild[1] and entry.name == supervisor_name(run.id)
    return found.guild if watches else None


def _terminate(process: tuple[int, str]) -> None:
    try:
        os.kill(process[0], signal.SIGTERM)
    except OSError:
        pass  # It ended just now.


def _wait(tree: Tree, watcher: tuple[int, str] | None, seconds: float) -> None:
    end = time.monotonic() + seconds
    while tree.living() or watcher:
        if watcher and start_of(watcher[0]) != watcher[1]:
            watcher = None
            tree.send(signal.SIGTERM)  # It may have ended before it passed the request on.
        if time.monotonic() >= end:
            return
        time.sleep(_LOOK_EVERY_S)
