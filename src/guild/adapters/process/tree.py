"""Process trees of runs: found, also where they fell apart, and stopped."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable, Mapping

from guild.adapters.process.table import (
    ProcessEntry,
    all_processes,
    find_process,
    run_marks,
)

__all__ = ["Tree", "ancestors", "supervisor_name"]

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
        others: Ids and start times of further processes it comes from, whose groups don't
            belong to it.
    """

    def __init__(
        self,
        root: int,
        start: str | None,
        run_id: str,
        run_dir: str | None = None,
        spared: Iterable[int] = (),
        others: Mapping[int, str] | None = None,
    ) -> None:
        self._root = root
        self._start = start
        self._run_id = run_id
        self._run_dir = run_dir
        self._spared = frozenset(spared) | {os.getpid(), 0, 1}
        self._known = dict(others or {})
        if start is not None:
            self._known[root] = start

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
