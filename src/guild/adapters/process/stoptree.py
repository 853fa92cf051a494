"""Stopping all processes of a run."""

from __future__ import annotations

import os
import signal
import time

from guild.adapters.process.evidence import Named
from guild.adapters.process.table import find_process, run_marks, start_of
from guild.adapters.process.tree import Tree, supervisor_name
from guild.domain.run import Run

__all__ = ["stop_tree"]

_LOOK_EVERY_S = 0.03
_AFTER_KILL_S = 5.0


def stop_tree(run: Run, found: Named, *, timeout_s: float, force: bool) -> list[int]:
    """Stop what is proven to belong to a run.

    A supervisor that watches the process is asked rather than the tree: it passes the
    request on, sees to it that it is followed, and records how the process ended.

    Args:
        run: The run.
        found: Processes that its lock names, if those are proven.
        timeout_s: Seconds to wait for them to end.
        force: Whether those that are left then are killed.

    Returns:
        Those that have not ended.
    """
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
