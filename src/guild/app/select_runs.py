"""Find the runs that a user means."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from attrs import field, frozen

from guild.domain.errors import DamagedRun
from guild.domain.run import Run
from guild.domain.selection import RunFilter, select_one, select_runs
from guild.domain.timestamps import Timestamp

if TYPE_CHECKING:
    from guild.app.ports.recording import Clock, ScalarSource
    from guild.app.ports.run_store import RunStore

__all__ = ["RunQuery", "SelectRuns"]


@frozen(kw_only=True, eq=False, repr=False)
class RunQuery:
    """Which runs are meant.

    Attributes:
        filter: What they must have.
        specs: Indexes, ranges or starts of ids, among those; empty for `default`.
        default: A spec for where none is given, such as `:` for all or `1` for the latest.
        deleted: Whether runs of the trash are meant.
        command: The command asked, for hints.
    """

    filter: RunFilter = field(factory=RunFilter)
    specs: tuple[str, ...] = ()
    default: str = ":"
    deleted: bool = False
    command: str = "runs list"


@frozen(eq=False, repr=False)
class SelectRuns:
    """Finds runs, newest first or in the order they are named in."""

    store: RunStore
    scalars: Callable[[], ScalarSource]
    clock: Clock
    format_time: Callable[[Timestamp], str]

    def all(self, query: RunQuery) -> list[Run]:
        """The runs that pass the filter, newest first. Specs don't matter."""
        wanted = query.filter
        runs = self.store.runs(deleted=query.deleted)
        if wanted.expression is None:
            return [run for run in runs if wanted.matches(run)]
        return [run for run in runs if wanted.matches(run, self.lookup(run))]

    def many(self, query: RunQuery) -> list[Run]:
        """The runs that the specs name among those that pass the filter.

        Raises:
            NoSuchRun, AmbiguousRun: If a given spec names none, or can't be told apart.
        """
        runs = self.all(query)
        if not query.specs and not runs:
            return []
        specs = query.specs or (query.default,)
        return select_runs(runs, specs, hint_command=query.command)

    def one(self, query: RunQuery) -> Run:
        """The one run that the spec names, or else the newest.

        Raises:
            GuildError: If there is none, or more than one.
        """
        spec = query.specs[0] if query.specs else None
        return select_one(self.all(query), spec, hint_command=query.command)

    def lookup(self, run: Run) -> Callable[[str], object]:
        """Values of a run by name, as filter expressions see them. Scalars are read if asked."""
        from guild.domain.runattrs import run_lookup
        from guild.domain.scalarsummary import summarize

        return run_lookup(
            run,
            lambda name: self._attr(run, name),
            lambda run: summarize(self.scalars().points(run)),
            self.format_time,
            self.clock(),
        )

    def _attr(self, run: Run, name: str) -> object:
        try:
            return self.store.attr(run, name)
        except DamagedRun:
            return None
