"""Homes by number of runs, as measurements want them: indexed, with nothing new in them."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable

from cases import Bench, Case
from homes import make_home
from measure import Result, Usage, run

__all__ = ["Home", "Homes", "SizedCase"]

_SETTLED_S = 2.5
"""Times of files tell changes apart that are this far from each other."""
_INDEXED = ("runs", "--filter", "loss < 0")
"""Brings everything into the index: attributes, flags and scalars."""


class Home:
    """A home of so many runs, in which commands are called.

    Attributes:
        path: Its directory.
        count: Its runs.
    """

    def __init__(self, bench: Bench, path: str, count: int) -> None:
        self.path = path
        self.count = count
        self._bench = bench
        self._env = {**bench.env, "GUILD_HOME": path}
        self._printed = f"{bench.work}/printed"

    def call(self, *words: str, cwd: str | None = None) -> Usage:
        """Run `guild` with these words."""
        argv = [self._bench.guild, *words]
        return run(argv, cwd=cwd or self._bench.work, env=self._env, out=self._printed)

    def printed(self) -> list[str]:
        """Lines that the last call printed."""
        with open(self._printed, encoding="utf-8") as file:
            return file.read().splitlines()

    def names(self, place: str = "runs") -> set[str]:
        """Names of the runs in a place of the home."""
        try:
            return set(os.listdir(f"{self.path}/{place}"))
        except FileNotFoundError:
            return set()

    def forget(self) -> None:
        """Remove the index, and all else that is only a cache."""
        shutil.rmtree(f"{self.path}/cache", ignore_errors=True)

    def settle(self) -> None:
        """Bring everything into the index, once nothing has changed for a while."""
        changed = os.stat(f"{self.path}/runs").st_ctime
        time.sleep(max(changed + _SETTLED_S - time.time(), 0))
        self.call(*_INDEXED)


class Homes:
    """Homes by number of runs, made when they are first wanted.

    Args:
        directory: Where they are kept; None for the place of the measurement.
        full: Whether runs have all that real ones have.
    """

    def __init__(self, directory: str | None, *, full: bool) -> None:
        self._directory = directory
        self._full = full
        self._homes: dict[int, Home] = {}

    def of(self, bench: Bench, count: int) -> Home:
        """A home that has settled."""
        home = self._homes.get(count)
        if home is None:
            print(f"(a home of {count:,} runs)", end=" ", file=sys.stderr, flush=True)
            name = f"{count}{'-full' if self._full else ''}"
            path = make_home(f"{self.place(bench)}/{name}", count, full=self._full)
            home = self._homes[count] = Home(bench, path, count)
            home.forget()
        home.settle()
        return home

    def empty(self, bench: Bench) -> Home:
        """A home in which there are only caches."""
        home = Home(bench, f"{self.place(bench)}/empty", 0)
        shutil.rmtree(home.path, ignore_errors=True)
        os.makedirs(f"{home.path}/runs")
        return home

    def copy(self, bench: Bench, count: int, directory: str | None = None) -> Home:
        """A copy of one, in a directory or beside it, for what changes all of its runs."""
        source = self.of(bench, count)
        home = Home(bench, f"{directory or self.place(bench)}/copy", count)
        shutil.rmtree(home.path, ignore_errors=True)
        os.makedirs(home.path)
        gnu = ["--reflink=auto"] if sys.platform == "linux" else []
        bench.call("cp", "-R", "-p", *gnu, f"{source.path}/runs", home.path)
        return home

    def place(self, bench: Bench) -> str:
        """Directory of all of them."""
        place = self._directory or f"{bench.work}/homes"
        os.makedirs(place, exist_ok=True)
        return place


class SizedCase(Case):
    """A case at one size of the home.

    Attributes:
        kind: What is measured, whatever the size.
        count: Runs of the home.
    """

    def __init__(
        self,
        kind: str,
        count: int,
        what: str,
        floor: str,
        limit: float,
        measure: Callable[[Bench, int], Result],
        *,
        slow: bool = False,
    ) -> None:
        what = f"{what}, {count:,} runs"
        super().__init__(f"{kind}-{count}", what, floor, limit, measure, slow=slow)
        self.kind = kind
        self.count = count
