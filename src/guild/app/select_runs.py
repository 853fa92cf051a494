"""Find the runs that a user means."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from guild.domain.errors import DamagedRun
from guild.domain.ids import RunId
from guild.domain.record import Record
from guild.domain.run import Run
from guild.domain.selection import RunFilter, place_of, select_id, select_ids
from guild.domain.timestamps import Timestamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.app.ports.recording import Clock
    from guild.app.ports.run_index import RunIndex
    from guild.app.ports.run_store import RunStore
    from guild.domain.runcolumns import RunColumns
    from guild.domain.scalarsummary import ScalarSummary

__all__ = ["RunQuery", "SelectRuns"]

_ALL = ":"
_EVERY = RunFilter()
_NEWEST = "1"


class RunQuery(Record):
    """Which runs are meant.

    Attributes:
        filter: What they must have.
        specs: Indexes, ranges or starts of ids, among those; empty for `default`.
        default: A spec for where none is given, such as `:` for all or `1` for the latest.
        deleted: Whether runs of the trash are meant.
        command: The command asked, for hints.
    """

    filter: RunFilter = _EVERY
    specs: tuple[str, ...] = ()
    default: str = _ALL
    deleted: bool = False
    command: str = "runs list"


class SelectRuns:
    """Finds runs, newest first or in the order they are named in."""

    def __init__(
        self,
        store: RunStore,
        index: Callable[[], RunIndex],
        clock: Clock,
        format_time: Callable[[Timestamp], str],
    ) -> None:
        self.store = store
        self.index = index
        self.clock = clock
        self.format_time = format_time

    def all(self, query: RunQuery) -> list[Run]:
        """The runs that pass the filter, newest first. Specs don't matter."""
        return self.index().every(query.filter, deleted=query.deleted)

    def many(self, query: RunQuery) -> list[Run]:
        """The runs that the specs name among those that pass the filter.

        Raises:
            NoSuchRun, AmbiguousRun: If a given spec names none, or can't be told apart.
        """
        which = self.which(query)
        return self.all(query) if isinstance(which, RunFilter) else self._read(query, which)

    def which(self, query: RunQuery) -> RunFilter | list[RunId]:
        """As `many`, for who asks the index for the runs: a filter, or their ids.

        Raises:
            NoSuchRun, AmbiguousRun: As `many` does.
        """
        if (query.specs or (query.default,)) == (_ALL,):
            return query.filter
        return self._ids(query)

    def columns(self, query: RunQuery, core: Collection[str]) -> RunColumns:
        """As `many`, column by column, for who shows all of them.

        Args:
            query: Which runs are meant.
            core: Names of the columns that are wanted, beside ids: see `RunIndex.columns`.

        Raises:
            NoSuchRun, AmbiguousRun: As `many` does.
        """
        return self.index().columns(self.which(query), deleted=query.deleted, core=core)

    def located(self, query: RunQuery) -> list[Run]:
        """As `many`, for what only needs to know which runs: where all are meant none is read.

        They have no more than an id and a path then, and are in no order.
        """
        if query.specs or query.default != _ALL or not query.filter.passes_all:
            return self.many(query)
        return self.store.located(deleted=query.deleted)

    def page(self, query: RunQuery, limit: int | None) -> tuple[list[Run], int]:
        """The first runs of those that `many` finds, and the number of all of those.

        Args:
            query: Which runs are meant.
            limit: How many to return at most; None for all.

        Raises:
            NoSuchRun, AmbiguousRun: As `many` does.
        """
        if not query.specs and limit is not None:
            ids, total = self.index().page(query.filter, count=limit, deleted=query.deleted)
            return self._read(query, ids), total
        runs = self.many(query)
        return runs[:limit], len(runs)

    def attr(self, runs: Sequence[Run], name: str) -> Mapping[RunId, object]:
        """A stored attribute of each of these runs; None where it is missing or can't be read."""
        return self.index().attr(runs, name)

    def one(self, query: RunQuery) -> Run:
        """The one run that the spec names, or else the newest.

        Raises:
            GuildError: If there is none, or more than one.
        """
        spec = query.specs[0] if query.specs else None
        counted = None
        if spec is None or place_of(spec) is not None:
            counted = self._counted(query, (spec or _NEWEST,))
        if counted:
            found = counted[0]
        else:
            ids, _ = self.index().page(query.filter, deleted=query.deleted)
            found = select_id(ids, spec, hint_command=query.command)
        return self.store.get(found, deleted=query.deleted)

    def lookups(self, runs: Sequence[Run]) -> Callable[[Run], Callable[[str], object]]:
        """Values of runs by name, as filter expressions see them.

        The scalars of all are brought in when the first is asked for.

        Args:
            runs: The runs that will be asked about.
        """
        from guild.domain.runattrs import run_lookup

        known: list[Mapping[RunId, Sequence[ScalarSummary]]] = []

        def summaries(run: Run) -> Sequence[ScalarSummary]:
            if not known:
                known.append(self.index().summaries(runs))
            return known[0].get(run.id, ())

        now = self.clock()
        return lambda run: run_lookup(
            run, lambda name: self._attr(run, name), summaries, self.format_time, now
        )

    def _ids(self, query: RunQuery) -> list[RunId]:
        specs = query.specs or (query.default,)
        found = self._counted(query, specs)
        if found is not None:
            return found
        ids, _ = self.index().page(query.filter, deleted=query.deleted)
        if not query.specs and not ids:
            return []
        return select_ids(ids, specs, hint_command=query.command)

    def _counted(self, query: RunQuery, specs: Sequence[str]) -> list[RunId] | None:
        """The runs of a spec that needs no other runs to be looked at; None for other specs."""
        if len(specs) != 1:
            return None
        (spec,) = specs
        at = place_of(spec)
        if at is None:
            return None
        ids, _ = self.index().page(query.filter, start=at, count=1, deleted=query.deleted)
        return ids or None

    def _read(self, query: RunQuery, ids: Sequence[RunId]) -> list[Run]:
        """The runs of these ids, without those that went in the meantime."""
        return self.index().runs(ids, deleted=query.deleted)

    def _attr(self, run: Run, name: str) -> object:
        try:
            return self.store.attr(run, name)
        except DamagedRun:
            return None
