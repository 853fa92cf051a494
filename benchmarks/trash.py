"""What it takes to delete, restore and purge all runs of a home, beside `mv` and `rm -rf`."""

from __future__ import annotations

import math
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence

from cases import Bench
from measure import Failed, Result, Usage, compare
from sized import Home, Homes, SizedCase

__all__ = ["trash", "trash_on_disk"]

_MANY = 10_000
_PATHS_AT_ONCE = 5000
_MV, _RM = "`mv` of their directories", "`rm -rf` of their directories"


def trash(count: int, homes: Homes) -> list[SizedCase]:
    """Where the homes are; in memory, to move 1,000 takes less than any program's start."""
    limit = 4 if count >= _MANY else math.inf
    moves = _Moves(count, homes, on_disk=False)
    return [
        *(
            SizedCase(
                kind, count, f"`guild runs {kind}`", _MV, limit, moves.measure(kind), slow=True
            )
            for kind in ("delete", "restore")
        ),
        SizedCase("purge", count, "`guild runs purge`", _RM, 2, _purge(count, homes), slow=True),
    ]


def trash_on_disk(count: int, homes: Homes) -> list[SizedCase]:
    """Where temporary files are."""
    moves = _Moves(count, homes, on_disk=True)
    return [
        SizedCase(
            f"{kind}-disk",
            count,
            f"`guild runs {kind}` on disk",
            _MV,
            4,
            moves.measure(kind),
            slow=True,
        )
        for kind in ("delete", "restore")
    ]


class _Moves:
    """All runs deleted and restored: measured once for both."""

    def __init__(self, count: int, homes: Homes, *, on_disk: bool) -> None:
        self._count = count
        self._homes = homes
        self._on_disk = on_disk
        self._results: Mapping[str, Result] | None = None

    def measure(self, kind: str) -> Callable[[Bench, int], Result]:
        def measured(bench: Bench, rounds: int) -> Result:
            if self._results is None:
                self._results = self._of_copy(bench, rounds)
            return self._results[kind]

        return measured

    def _of_copy(self, bench: Bench, rounds: int) -> Mapping[str, Result]:
        place = tempfile.mkdtemp(prefix="guild-bench-") if self._on_disk else None
        try:
            home = self._homes.copy(bench, self._count, place)
            return self._measured(bench, home, rounds if self._count < _MANY else min(rounds, 5))
        finally:
            shutil.rmtree(place or f"{self._homes.place(bench)}/copy", ignore_errors=True)

    def _measured(self, bench: Bench, home: Home, rounds: int) -> Mapping[str, Result]:
        def by_guild() -> tuple[Usage, Usage]:
            home.settle()
            return _called(home, "delete", deleted=True), _called(home, "restore", deleted=False)

        def by_hand() -> tuple[Usage, Usage]:
            places = f"{home.path}/runs", f"{home.path}/trash/runs"
            return _moved(bench, *places), _moved(bench, *reversed(places))

        by_guild()  # makes the trash
        above, below = [], []
        for number in range(rounds):
            if number % 2:
                below.append(by_hand())
                above.append(by_guild())
            else:
                above.append(by_guild())
                below.append(by_hand())
        return {
            kind: compare(
                _replayed([used[place] for used in above]),
                _replayed([used[place] for used in below]),
                rounds,
            )
            for place, kind in enumerate(("delete", "restore"))
        }


def _purge(count: int, homes: Homes) -> Callable[[Bench, int], Result]:
    def measure(bench: Bench, rounds: int) -> Result:
        def subject() -> Usage:
            home = homes.copy(bench, count)
            home.settle()
            _called(home, "delete", deleted=True)
            used = home.call("runs", "purge", "-y")
            if left := home.names("trash/runs"):
                raise Failed(f"{len(left)} runs were not purged")
            return used

        def floor() -> Usage:
            home = homes.copy(bench, count)
            return bench.call("rm", "-rf", f"{home.path}/runs")

        try:
            return compare(subject, floor, min(rounds, 3) if count < _MANY else 1)
        finally:
            shutil.rmtree(f"{homes.place(bench)}/copy", ignore_errors=True)

    return measure


def _called(home: Home, verb: str, *, deleted: bool) -> Usage:
    used = home.call("runs", verb, "-y")
    there = len(home.names("runs")), len(home.names("trash/runs"))
    if there != ((0, home.count) if deleted else (home.count, 0)):
        raise Failed(f"after {verb} there are {there[0]} runs and {there[1]} deleted ones")
    return used


def _moved(bench: Bench, source: str, target: str) -> Usage:
    """`mv` of all directories, by as few calls as their names allow."""
    paths = [f"{source}/{name}" for name in os.listdir(source)]
    used = Usage(0, 0, 0)
    for first in range(0, len(paths), _PATHS_AT_ONCE):
        used += bench.call("mv", *paths[first : first + _PATHS_AT_ONCE], target)
    return used


def _replayed(samples: Sequence[Usage]) -> Callable[[], Usage]:
    """Gives these one after another, after one that is not counted."""
    return iter([samples[0], *samples]).__next__
