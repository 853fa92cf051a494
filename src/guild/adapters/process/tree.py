"""Process trees of runs: found, also where they fell apart, and stopped."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable

from guild.adapters.process.table import (
    ProcessEntry,
    all_processes,
    find_process,
    run_marks,
)

__all__ = ["SystemProcesses", "Tree", "ancestors", "supervisor_name"]

_LOOK_EVERY_S = 0.03
_AFTER_KILL_S = 5.0


class Tree:
    """The processes that work for a run, each remembered by its id and start time.

    These are the root, its process group, all their descendants, and processes elsewhere that
    carry the run's `RUN_ID` and `RUN_DIR` in their environment. What was once found stays
    known when its parent ends.

    Args:
        root: The process the others come from; it may have ended.
        start: Start time of the root; None if it is not known to live.
        run_id: Whose processes to look for elsewhere; nobody's if empty.
        run_dir: Its directory; None if any will do.
        spared: Ids of processes that never belong to the tree.
    """

    def __init__(
        self,
        root: int,
        start: str | None,
        run_id: str,
        run_dir: str | None = None,
        spared: Iterable[int] = (),
    ) -> None:
        self._root = root
        self._start = start
        self._run_id = run_id
        self._run_dir = run_dir
        self._spared = frozenset(spared) | {os.getpid(), 0, 1}
        self._known: dict[int, str] = {} if start is None else {root: start}

    def look(self) -> list[int]:
        """Search the whole system. Ids of the members that live."""
        table = all_processes()
        seed = {pid for pid, start in self._known.items() if _is(table.get(pid), start)}
        seed |= {entry.pid for entry in table.values() if self._belongs(entry, table)}
        members = _with_descendants(seed, table, self._spared)
        self._known = {pid: table[pid].start for pid in members}
        return sorted(members)

    def living(self) -> list[int]:
        """Ids of the members known that still live."""
        return sorted(pid for pid, start in self._known.items() if _is(find_process(pid), start))

    def send(self, number: int, *, but: Iterable[int] = ()) -> None:
        """Send a signal to every member known, except some."""
        spared = frozenset(but)
        for pid in self.living():
            if pid not in spared:
                try:
                    os.kill(pid, number)
                except OSError:
                    pass  # It ended just now, or became another user's.

    def kill(self, seconds: float = _AFTER_KILL_S) -> list[int]:
        """Kill all members until none is left. Ids of those left when the time is up."""
        end = time.monotonic() + seconds
        while self.look():
            self.send(signal.SIGKILL)
            if time.monotonic() >= end:
                break
            time.sleep(_LOOK_EVERY_S)
        return self.living()

    def _belongs(self, entry: ProcessEntry, table: dict[int, ProcessEntry]) -> bool:
        if entry.pid in self._known:
            return False
        if self._start is not None and entry.group == self._root:
            # The number of an empty group may be another process's by now.
            leader = table.get(self._root)
            return leader is None or leader.start == self._start
        if not self._run_id or entry.pid in self._spared:
            return False
        run_id, run_dir = run_marks(entry.pid)
        return run_id == self._run_id and self._run_dir in (None, run_dir)


class SystemProcesses:
    """Processes of runs on this host."""

    def stop(self, run_id: str, pid: int, *, timeout_s: float, force: bool) -> list[int]:
        """Ask a run's process tree to end and wait for it.

        A supervisor that watches the process is asked rather than the tree: it passes the
        request on, sees to it that it is followed, and records how the process ended.

        Args:
            run_id: The run: processes that left the tree are recognised by it.
            pid: The process its lock names.
            timeout_s: Seconds to wait; 0 to return at once.
            force: Whether what is left then is killed.

        Returns:
            Ids of the processes that are left.
        """
        root = find_process(pid)
        marks = run_marks(pid) if root else ("", "")
        run_dir = marks[1] if marks[0] == run_id else None
        tree = Tree(pid, root.start if root else None, run_id, run_dir)
        tree.look()
        watcher = _supervisor_of(root, run_id) if root else None
        if watcher:
            _terminate(watcher.pid)
        else:
            tree.send(signal.SIGTERM)
        _wait(tree, watcher, timeout_s)
        if force:
            tree.kill()
            _wait(tree, watcher, _AFTER_KILL_S)
        return tree.living()


def supervisor_name(run_id: str) -> str:
    """What a supervisor calls itself, so that who stops its run from elsewhere finds it."""
    return f"guild:{run_id[:8]}"


def ancestors(pid: int) -> list[int]:
    """Ids of the parent of a process, its parent's and so on."""
    found = []
    entry = find_process(pid)
    while entry and entry.parent > 0 and entry.parent not in found:
        found.append(entry.parent)
        entry = find_process(entry.parent)
    return found


def _supervisor_of(entry: ProcessEntry, run_id: str) -> ProcessEntry | None:
    parent = find_process(entry.parent)
    return parent if parent and run_id and parent.name == supervisor_name(run_id) else None


def _terminate(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGTERM)
    except OSError:
        pass  # It ended just now.


def _wait(tree: Tree, watcher: ProcessEntry | None, seconds: float) -> None:
    end = time.monotonic() + seconds
    while tree.living() or (watcher and _is(find_process(watcher.pid), watcher.start)):
        if time.monotonic() >= end:
            return
        time.sleep(_LOOK_EVERY_S)


def _is(entry: ProcessEntry | None, start: str) -> bool:
    return entry is not None and entry.start == start


def _with_descendants(
    seed: set[int], table: dict[int, ProcessEntry], spared: frozenset[int]
) -> set[int]:
    children: dict[int, list[int]] = {}
    for entry in table.values():
        children.setdefault(entry.parent, []).append(entry.pid)
    members: set[int] = set()
    waiting = [pid for pid in seed if pid not in spared]
    while waiting:
        pid = waiting.pop()
        if pid not in members:
            members.add(pid)
            waiting += [child for child in children.get(pid, ()) if child not in spared]
    return members
