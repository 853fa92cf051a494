"""Find the runs that a user means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from attr import field, frozen

from guild.domain.errors import DamagedRun, NoSuchRun
from guild.domain.ids import RunId
from guild.domain.run import Run
from guild.domain.selection import (
    RunFilter,
    counts_runs,
    names_most,
    select_id,
    select_ids,
    select_one,
    select_runs,
)
from guild.domain.timestamps import Timestamp
from guild.domain.value import Value

if TYPE_CHECKING:
    from guild.app.ports.recording import Clock, ScalarSource
    from guild.app.ports.run_store import RunStore

__all__ = ["RunQuery", "SelectRuns"]

_ALL = ":"
_NEWEST = "1"


@frozen(kw_only=True, eq=False, repr=False)
class RunQuery(Value):
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
    default: str = _ALL
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
        specs = query.specs or (query.default,)
        if query.filter.passes_all and _ALL not in specs:
            ids = self.store.ids(deleted=query.deleted)
            if not query.specs and not ids:
                return []
            # Of most runs the times are better not read on their own before the rest.
            if not any(names_most(spec, len(ids)) for spec in specs):
                ids = self._ordered(query, specs, ids)
                return self._read(query, select_ids(ids, specs, hint_command=query.command))
        runs = self.all(query)
        if not query.specs and not runs:
            return []
        return select_runs(runs, specs, hint_command=query.command)

    def page(self, query: RunQuery, limit: int | None) -> tuple[list[Run], int]:
        """The first runs of those that `many` finds, and the number of all of those.

        Args:
            query: Which runs are meant.
            limit: How many to return at most; None for all.

        Raises:
            NoSuchRun, AmbiguousRun: As `many` does.
        """
        if limit is not None and query.filter.passes_all and not query.specs:
            ids = self.store.newest_ids(deleted=query.deleted)
            return self._read(query, ids[:limit]), len(ids)
        runs = self.many(query)
        return runs[:limit], len(runs)

    def one(self, query: RunQuery) -> Run:
        """The one run that the spec names, or else the newest.

        Raises:
            GuildError: If there is none, or more than one.
        """
        spec = query.specs[0] if query.specs else None
        if query.filter.passes_all:
            ids = self.store.ids(deleted=query.deleted)
            ids = self._ordered(query, (_NEWEST if spec is None else spec,), ids)
            found = select_id(ids, spec, hint_command=query.command)
            return self.store.get(found, deleted=query.deleted)
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

    def _ordered(self, query: RunQuery, specs: Sequence[str], ids: list[RunId]) -> list[RunId]:
        """The ids of all runs, in order if a spec counts them."""
        if any(counts_runs(spec, len(ids)) for spec in specs):
            return self.store.newest_ids(deleted=query.deleted)
        return ids

    def _read(self, query: RunQuery, ids: Sequence[RunId]) -> list[Run]:
        """The runs of these ids, without those that went in the meantime."""
        runs = []
        for run_id in ids:
            try:
                runs.append(self.store.get(run_id, deleted=query.deleted))
            except NoSuchRun:
                continue
        return runs

    def _attr(self, run: Run, name: str) -> object:
        try:
            return self.store.attr(run, name)
        except DamagedRun:
            return None
