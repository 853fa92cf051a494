"""What an index that is open answers, after bringing in what has changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter

from guild.adapters.index.asking import marks, one_state, pieces
from guild.adapters.index.cells import decoded, from_stored, stored
from guild.adapters.index.rows import DETAILS, opref_text, run_of
from guild.domain.ids import RunId

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    from guild.adapters.index.columns import Wanted
    from guild.adapters.index.scalars import ReadScalars, ScalarRows
    from guild.adapters.index.sync import Sync
    from guild.adapters.index.values import Values
    from guild.adapters.index.where import Condition
    from guild.app.ports.recording import Clock
    from guild.app.ports.run_changes import Progress, RunChanges
    from guild.domain.opref import OpRef
    from guild.domain.run import Run
    from guild.domain.runattrs import FormatTime
    from guild.domain.runcolumns import RunColumns, ScalarTable
    from guild.domain.scalarsummary import ScalarSummary
    from guild.domain.selection import RunFilter

__all__ = ["Answers"]

_FEW = 64
"""Runs that are looked at once more when they are about to be shown."""
_ATTEMPTS = 5


class Answers:
    """Asks a connection. See `SqliteRunIndex` for the arguments.

    Whatever SQLite raises goes on to the caller, who knows what to do about a damaged file.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        *,
        roots: tuple[str, str],
        changes: RunChanges,
        read_scalars: ReadScalars,
        format_time: FormatTime,
        clock: Clock,
        progress: Progress,
        looks: int,
    ) -> None:
        self._db = db
        self._roots = roots
        self._changes = changes
        self._read_scalars = read_scalars
        self._format_time = format_time
        self._clock = clock
        self._progress = progress
        self._looks = looks
        self._synced: set[bool] = set()

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    def page(
        self, wanted: RunFilter, start: int, count: int | None, deleted: bool
    ) -> tuple[list[RunId], int]:
        """See `RunIndex.page`."""
        total = 0

        def rows(where: Condition) -> list[tuple[Any, ...]]:
            nonlocal total
            if wanted.expression is None:
                found, total = self._some(where, deleted, start, count)
                return found
            # Which is costly to evaluate twice.
            found, total = self._some(where, deleted, 0, None)
            return found[start : None if count is None else start + count]

        found = self._looked_at(wanted, deleted, self._sync(deleted), rows)
        return [RunId(from_stored(run_id)) for run_id, _ in found], total

    def every(self, wanted: RunFilter, deleted: bool) -> list[Run]:
        """See `RunIndex.every`."""
        root = self._roots[deleted]
        sync = self._sync(deleted)
        found = self._looked_at(wanted, deleted, sync, lambda where: self._details(where, deleted))
        return [run_of(row, root) for row in found]

    def _details(self, where: Condition, deleted: bool) -> list[tuple[Any, ...]]:
        """Rows of runs, newest first: `DETAILS`, time and number."""
        select = f"SELECT {DETAILS}, time, n FROM runs r JOIN details ON run = n"
        select += f" WHERE {where.text}"
        if self._has_odd_ids(deleted):
            select += f" ORDER BY {self._order(deleted)}"
            return self._db.execute(select, where.params).fetchall()
        # To find each row in turn takes SQLite longer than to walk through all.
        rows = self._db.execute(select, where.params).fetchall()
        rows.sort(key=itemgetter(0))
        rows.sort(key=itemgetter(-2), reverse=True)
        return rows

    def _looked_at(
        self,
        wanted: RunFilter,
        deleted: bool,
        sync: Sync,
        rows: Callable[[Condition], list[tuple[Any, ...]]],
    ) -> list[tuple[Any, ...]]:
        """Rows that pass a filter, of runs that are as the rows say.

        Args:
            wanted: The filter.
            deleted: Whether runs of the trash are meant.
            sync: What has just brought in what had changed.
            rows: Asks for rows that fulfil a condition. They end with `runs.n`.
        """
        from guild.adapters.index.where import condition

        for _ in range(_ATTEMPTS):
            generation = sync.generation()
            where = condition(self._db, wanted, deleted, lambda: self._values(deleted))
            found = rows(where)
            # An expression has values by numbers, which are given anew when their runs go.
            is_late = wanted.expression is not None and sync.generation() != generation
            if not is_late and (len(found) > _FEW or not sync.these([row[-1] for row in found])):
                break
        return found

    def _ids_looked_at(
        self, select: str, ids: Sequence[RunId], deleted: bool, sync: Sync
    ) -> list[tuple[Any, ...]]:
        """As `_looked_at`, of runs by their ids. Rows begin with `id` and end with `n`."""
        rows = self._of_ids(select, ids, deleted)
        if len(rows) <= _FEW and sync.these([row[-1] for row in rows]):
            rows = self._of_ids(select, ids, deleted)
        return rows

    def _some(
        self, where: Condition, deleted: bool, start: int, count: int | None
    ) -> tuple[list[tuple[Any, ...]], int]:
        """Ids and numbers of some of the runs, and how many there are in all."""
        order = f"ORDER BY {self._order(deleted)} LIMIT ? OFFSET ?"
        with one_state(self._db):
            rows = self._db.execute(
                f"SELECT r.id, r.n FROM runs r WHERE {where.text} {order}",
                [*where.params, -1 if count is None else count, start],
            ).fetchall()
            if count is None and not start:
                return rows, len(rows)
            (total,) = self._db.execute(
                f"SELECT count(*) FROM runs r WHERE {where.text}", where.params
            ).fetchone()
        return rows, total

    def columns(
        self, which: RunFilter | Sequence[RunId], deleted: bool, wanted: Wanted
    ) -> RunColumns:
        """See `RunIndex.columns`."""
        from guild.adapters.index.columns import some_columns
        from guild.domain.selection import RunFilter

        sync = self._sync(deleted)
        if isinstance(which, RunFilter):
            if which.passes_all and self._count(deleted) > _FEW:
                return self._packed(None, deleted, wanted)
            numbers = self._numbers(which, deleted, sync)
        else:
            if len(which) > _FEW and self._are_most(which, deleted):
                return self._packed(which, deleted, wanted)
            rows = self._ids_looked_at("SELECT id, n FROM runs", which, deleted, sync)
            numbers = [number for _, number in rows]
        if self._are_most(numbers, deleted):
            return self._packed(numbers, deleted, wanted, shown=numbers)
        if wanted.scalars:
            self._scalars(deleted).sync(deleted, numbers)
        return some_columns(self._db, numbers, wanted)

    def _numbers(self, wanted: RunFilter, deleted: bool, sync: Sync) -> list[int]:
        """Numbers of the runs that pass a filter, newest first."""
        rows = self._looked_at(
            wanted,
            deleted,
            sync,
            lambda where: self._db.execute(
                f"SELECT n FROM runs r WHERE {where.text} ORDER BY {self._order(deleted)}",
                where.params,
            ).fetchall(),
        )
        return [number for (number,) in rows]

    def _are_most(self, runs: Sequence[object], *places: bool) -> bool:
        """Whether to walk through all of these places takes less than to look for the runs."""
        return 2 * len(runs) > sum(map(self._count, places))

    def _count(self, deleted: bool) -> int:
        """How many runs a place has."""
        count = "SELECT count(*) FROM runs WHERE deleted = ?"
        (found,) = self._db.execute(count, (int(deleted),)).fetchone()
        return int(found)

    def _packed(
        self,
        which: Sequence[int] | Sequence[RunId] | None,
        deleted: bool,
        wanted: Wanted,
        shown: Sequence[int] | None = None,
    ) -> RunColumns:
        """Columns of most of the runs of a place, of which some are about to be shown."""
        from guild.adapters.index.packs import packed_columns

        if wanted.scalars:
            self._scalars(deleted).sync(deleted, shown=shown)
        return packed_columns(self._db, which, deleted, wanted)

    def scalar_table(self, ids: Sequence[RunId], deleted: bool) -> ScalarTable:
        """See `RunIndex.scalar_table`."""
        from guild.adapters.index.scalartable import scalar_table

        found = self._ids_looked_at("SELECT id, n FROM runs", ids, deleted, self._sync(deleted))
        numbers = {from_stored(run_id): number for run_id, number in found}
        self._scalars(deleted).sync(deleted, list(numbers.values()))
        row_of = {numbers[run_id]: row for row, run_id in enumerate(ids) if run_id in numbers}
        return scalar_table(self._db, row_of, walk=self._are_most(ids, False, True))

    def runs(self, ids: Sequence[RunId], deleted: bool) -> list[Run]:
        """See `RunIndex.runs`."""
        self._sync_once(deleted)
        root = self._roots[deleted]
        select = f"SELECT {DETAILS} FROM runs JOIN details ON run = n"
        return [run_of(row, root) for row in self._of_ids(select, ids, deleted)]

    def _of_ids(self, select: str, ids: Sequence[RunId], deleted: bool) -> list[tuple[Any, ...]]:
        """Rows of runs, in the order of ids, without those that are gone. The id comes first."""
        place = int(deleted)
        whole = "".join(ids)
        keys: list[str | bytes] = [*ids]
        if not whole.isascii() or "\0" in whole:  # as few are: to ask for each takes its time
            keys = list(map(stored, ids))
        if self._are_most(ids, deleted):
            found = self._db.execute(f"{select} WHERE deleted = ?", (place,)).fetchall()
        else:
            found = []
            for some in pieces(keys):
                which = f"deleted = ? AND id IN ({marks(some)})"
                found += self._db.execute(f"{select} WHERE {which}", [place, *some])
        known = dict(zip(map(itemgetter(0), found), found, strict=True))
        return [row for row in map(known.get, keys) if row is not None]

    def ids_of(self, matches: Callable[[str], bool]) -> list[RunId]:
        """See `RunIndex.ids_of`."""
        self._sync(False)
        known = self._db.execute("SELECT name FROM names WHERE kind = 'operation'").fetchall()
        names = [name for (name,) in known if matches(from_stored(name))]
        rows = self._db.execute(
            f"SELECT id FROM runs WHERE deleted = 0 AND operation IN ({marks(names)})"
            f" ORDER BY {self._order(False)}",
            names,
        )
        return [RunId(from_stored(run_id)) for (run_id,) in rows]

    def runs_of(self, opref: OpRef) -> list[Run]:
        """See `RunIndex.runs_of`."""
        self._sync(False)
        rows = self._db.execute(
            f"SELECT {DETAILS} FROM runs JOIN details ON run = n"
            f" WHERE deleted = 0 AND opref = ? ORDER BY {self._order(False)}",
            (opref_text(opref),),
        )
        return [run_of(row, self._roots[0]) for row in rows]

    def summaries(
        self, runs: Sequence[Run], deleted: bool
    ) -> dict[RunId, Sequence[ScalarSummary]]:
        """See `RunIndex.summaries`, for runs of one place."""
        self._sync_once(deleted)
        ids = [run.id for run in runs]
        numbers = {
            number: RunId(from_stored(run_id))
            for run_id, number in self._of_ids("SELECT id, n FROM runs", ids, deleted)
        }
        scalars = self._scalars(deleted)
        scalars.sync(deleted, list(numbers))
        found = scalars.of(list(numbers))
        return {run_id: found.get(number, []) for number, run_id in numbers.items()}

    def attr(self, runs: Sequence[Run], name: str, deleted: bool) -> dict[RunId, object]:
        """See `RunIndex.attr`, for runs of one place."""
        self._sync_once(deleted)
        found: dict[RunId, object] = {run.id: None for run in runs}
        source = self._values(deleted).stored(name)
        if source is not None:
            select = f"SELECT r.id, {source.type}, {source.value} FROM runs r"
            for run_id, kind, value in self._of_ids(select, list(found), deleted):
                found[RunId(from_stored(run_id))] = decoded(kind, value)
        return found

    def _sync(self, deleted: bool) -> Sync:
        from guild.adapters.index.sync import Sync

        sync = Sync(self._db, self._changes, self._progress, self._clock, deleted, self._looks)
        sync.all()
        self._synced.add(deleted)
        return sync

    def _sync_once(self, deleted: bool) -> None:
        if deleted not in self._synced:
            self._sync(deleted)

    def _values(self, deleted: bool) -> Values:
        from guild.adapters.index.values import Values  # for filter expressions only

        return Values(
            self._db,
            self._changes,
            deleted,
            lambda: self._scalars(deleted).sync(deleted),
            self._format_time,
            self._clock(),
        )

    def _scalars(self, deleted: bool) -> ScalarRows:
        from guild.adapters.index.scalars import ScalarRows  # for those who ask for scalars

        root = self._roots[deleted]
        return ScalarRows(self._db, root, self._read_scalars, self._progress, self._clock)

    def _order(self, deleted: bool) -> str:
        """The order of `newest_first`."""
        return "time DESC, CAST(id AS BLOB)" if self._has_odd_ids(deleted) else "time DESC, id"

    def _has_odd_ids(self, deleted: bool) -> bool:
        # Blobs come after all texts.
        odd = "SELECT 1 FROM runs WHERE deleted = ? AND id >= x''"
        return self._db.execute(odd, (int(deleted),)).fetchone() is not None
