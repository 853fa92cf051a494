"""The runs of a home in an SQLite file: a cache in front of their directories."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from guild.adapters.index.cells import from_stored, stored
from guild.adapters.index.rows import DETAILS, opref_text, run_of
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.run import Run
from guild.domain.selection import RunFilter

if TYPE_CHECKING:
    # Where there are no runs, nothing of all this is needed.
    import sqlite3

    from guild.adapters.index.scalars import ReadScalars, ScalarRows
    from guild.adapters.index.sync import Sync
    from guild.adapters.index.values import Values
    from guild.adapters.index.where import Condition
    from guild.app.ports.recording import Clock
    from guild.app.ports.run_changes import Progress, RunChanges
    from guild.app.ports.run_index import RunIndex
    from guild.domain.runattrs import FormatTime
    from guild.domain.scalarsummary import ScalarSummary

__all__ = ["SqliteRunIndex"]

_T = TypeVar("_T")
_AT_ONCE = 500
_FEW = 64
"""Runs that are looked at once more when they are about to be shown."""
_ATTEMPTS = 5
_REBUILDS = 3
_TIMEOUT_S = 20.0
_LOOKS = 4096


class SqliteRunIndex:
    """Answers from an SQLite file in the home's cache, after bringing in what has changed.

    A damaged file is thrown away and made anew. Where there can be none, runs are read.

    Args:
        home: Absolute path of the Guild home.
        roots: Directories of its runs and of its trash.
        changes: Tells what has changed.
        read_scalars: Reads what is new of the scalars of a run directory.
        reading: Answers where there can be no index.
        format_time: Writes times as text, for filters.
        clock: The present, likewise.
        warn: Is told, a sentence, that there can be no index.
        progress: Passes names of runs through as they are read, and shows how far they are.
        timeout_s: How long to wait for another process that writes.
        looks: How often to look, before an answer, at runs that should be as they were.
    """

    def __init__(
        self,
        *,
        home: str,
        roots: tuple[str, str],
        changes: RunChanges,
        read_scalars: ReadScalars,
        reading: RunIndex,
        format_time: FormatTime,
        clock: Clock,
        warn: Callable[[str], None],
        progress: Progress,
        timeout_s: float = _TIMEOUT_S,
        looks: int = _LOOKS,
    ) -> None:
        self._home = home
        self._roots = roots
        self._changes = changes
        self._read_scalars = read_scalars
        self._reading = reading
        self._format_time = format_time
        self._clock = clock
        self._warn = warn
        self._progress = progress
        self._timeout_s = timeout_s
        self._looks = looks
        self._db: sqlite3.Connection | None = None
        self._identity: int | None = None
        self._is_off = False
        self._synced: set[bool] = set()

    def page(
        self,
        wanted: RunFilter,
        *,
        start: int = 0,
        count: int | None = None,
        deleted: bool = False,
    ) -> tuple[list[RunId], int]:
        """See `RunIndex.page`."""
        if self._changes.place(deleted=deleted) is None:
            return [], 0
        found = self._tried(lambda db: self._page(db, wanted, start, count, deleted))
        if found is None:
            return self._reading.page(wanted, start=start, count=count, deleted=deleted)
        return found

    def runs(self, ids: Sequence[RunId], *, deleted: bool = False) -> list[Run]:
        """See `RunIndex.runs`."""
        found = self._tried(lambda db: self._runs(db, ids, deleted)) if ids else []
        return self._reading.runs(ids, deleted=deleted) if found is None else found

    def ids_of(self, matches: Callable[[str], bool]) -> list[RunId]:
        """See `RunIndex.ids_of`."""
        if self._changes.place(deleted=False) is None:
            return []
        found = self._tried(lambda db: self._ids_of(db, matches))
        return self._reading.ids_of(matches) if found is None else found

    def runs_of(self, opref: OpRef) -> list[Run]:
        """See `RunIndex.runs_of`."""
        if self._changes.place(deleted=False) is None:
            return []
        found = self._tried(lambda db: self._runs_of(db, opref))
        return self._reading.runs_of(opref) if found is None else found

    def summaries(self, runs: Sequence[Run]) -> Mapping[RunId, Sequence[ScalarSummary]]:
        """See `RunIndex.summaries`. Runs of other places than the home are read."""
        found: dict[RunId, Sequence[ScalarSummary]] = {}
        for deleted in (False, True):
            root = self._roots[deleted]
            here = [run for run in runs if run.path == f"{root}/{run.id}"]
            if here:
                found |= self._tried(lambda db: self._summaries(db, here, deleted)) or {}  # noqa: B023
        rest = [run for run in runs if run.id not in found]
        return {**found, **self._reading.summaries(rest)} if rest else found

    def _tried(self, answer: Callable[[sqlite3.Connection], _T]) -> _T | None:
        """An answer from the index; None if there can be none."""
        import sqlite3

        from guild.adapters.index.database import IndexUnavailable, is_damage

        for _ in range(_REBUILDS):
            try:
                return answer(self._opened())
            except IndexUnavailable as error:
                self._off(str(error))
                return None
            except OSError as error:
                self._off(error.strerror or str(error))
                return None
            except (sqlite3.DatabaseError, ValueError, TypeError, LookupError) as error:
                if _asks_too_much(error):
                    return None
                if not is_damage(error):
                    self._off(str(error))
                    return None
                self._throw_away()
        self._off("it is damaged again and again")
        return None

    def _off(self, why: str) -> None:
        if not self._is_off:
            self._is_off = True
            self.close()
            self._warn(f"cannot keep an index of runs, so all are read: {why}")

    def _opened(self) -> sqlite3.Connection:
        from guild.adapters.index.database import IndexUnavailable, connect, identity

        if self._is_off:
            raise IndexUnavailable("")
        if self._db is None:
            self._identity = identity(self._home)
            self._db = connect(self._home, self._timeout_s)
        return self._db

    def _throw_away(self) -> None:
        from guild.adapters.index.database import remove

        self.close()
        remove(self._home, self._identity)

    def close(self) -> None:
        """Give the file back. The next question opens it again."""
        self._synced.clear()
        if self._db is not None:
            self._db.close()
            self._db = None

    def _sync(self, db: sqlite3.Connection, deleted: bool) -> Sync:
        from guild.adapters.index.sync import Sync

        sync = Sync(db, self._changes, self._progress, deleted, self._looks)
        sync.all()
        self._synced.add(deleted)
        return sync

    def _page(
        self,
        db: sqlite3.Connection,
        wanted: RunFilter,
        start: int,
        count: int | None,
        deleted: bool,
    ) -> tuple[list[RunId], int]:
        from guild.adapters.index.where import condition

        sync = self._sync(db, deleted)
        for _ in range(_ATTEMPTS):
            where = condition(db, wanted, deleted, lambda: self._values(db, deleted))
            order = _order(db, deleted)
            if wanted.expression is None:
                rows, total = self._some(db, where, order, start, count)
            else:  # which is costly to evaluate twice
                rows, _ = self._some(db, where, order, 0, None)
                rows, total = rows[start : None if count is None else start + count], len(rows)
            if len(rows) > _FEW or not sync.these([n for n, _ in rows]):
                break
        return [RunId(from_stored(run_id)) for _, run_id in rows], total

    def _some(
        self,
        db: sqlite3.Connection,
        where: Condition,
        order: str,
        start: int,
        count: int | None,
    ) -> tuple[list[tuple[int, object]], int]:
        """Numbers and ids of some of the runs, and how many there are in all."""
        rows = db.execute(
            f"SELECT r.n, r.id FROM runs r WHERE {where.text} ORDER BY {order} LIMIT ? OFFSET ?",
            [*where.params, -1 if count is None else count, start],
        ).fetchall()
        if count is None and not start:
            return rows, len(rows)
        (total,) = db.execute(
            f"SELECT count(*) FROM runs r WHERE {where.text}", where.params
        ).fetchone()
        return rows, total

    def _values(self, db: sqlite3.Connection, deleted: bool) -> Values:
        from guild.adapters.index.values import Values  # for filter expressions only

        return Values(
            db,
            self._changes,
            deleted,
            lambda: self._scalars(db, deleted).sync(deleted),
            self._format_time,
            self._clock(),
        )

    def _scalars(self, db: sqlite3.Connection, deleted: bool) -> ScalarRows:
        from guild.adapters.index.scalars import ScalarRows  # for those who ask for scalars

        return ScalarRows(db, self._roots[deleted], self._read_scalars, self._progress)

    def _runs(self, db: sqlite3.Connection, ids: Sequence[RunId], deleted: bool) -> list[Run]:
        if deleted not in self._synced:
            self._sync(db, deleted)
        root = self._roots[deleted]
        select = f"SELECT {DETAILS} FROM runs JOIN details ON run = n"
        rows = {row[0]: row for row in self._of_ids(db, select, ids, deleted)}
        found = (rows.get(stored(run_id)) for run_id in ids)
        return [run_of(row, root) for row in found if row is not None]

    def _of_ids(
        self, db: sqlite3.Connection, select: str, ids: Sequence[RunId], deleted: bool
    ) -> Iterator[tuple[Any, ...]]:
        """Rows of runs, in no order; the id comes first in them."""
        place = int(deleted)
        (count,) = db.execute("SELECT count(*) FROM runs WHERE deleted = ?", (place,)).fetchone()
        if 2 * len(ids) > count:  # one walk through all takes less than so many searches
            wanted = set(map(stored, ids))
            for row in db.execute(f"{select} WHERE deleted = ?", (place,)):
                if row[0] in wanted:
                    yield row
            return
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            yield from db.execute(
                f"{select} WHERE deleted = ? AND id IN ({_marks(some)})",
                [place, *map(stored, some)],
            )

    def _ids_of(self, db: sqlite3.Connection, matches: Callable[[str], bool]) -> list[RunId]:
        self._sync(db, False)
        known = db.execute("SELECT name FROM names WHERE kind = 'operation'").fetchall()
        names = [name for (name,) in known if matches(from_stored(name))]
        rows = db.execute(
            f"SELECT id FROM runs WHERE deleted = 0 AND operation IN ({_marks(names)})"
            f" ORDER BY {_order(db, False)}",
            names,
        )
        return [RunId(from_stored(run_id)) for (run_id,) in rows]

    def _runs_of(self, db: sqlite3.Connection, opref: OpRef) -> list[Run]:
        self._sync(db, False)
        rows = db.execute(
            f"SELECT {DETAILS} FROM runs JOIN details ON run = n"
            f" WHERE deleted = 0 AND opref = ? ORDER BY {_order(db, False)}",
            (opref_text(opref),),
        )
        return [run_of(row, self._roots[0]) for row in rows]

    def _summaries(
        self, db: sqlite3.Connection, runs: Sequence[Run], deleted: bool
    ) -> dict[RunId, Sequence[ScalarSummary]]:
        if deleted not in self._synced:
            self._sync(db, deleted)
        ids = [run.id for run in runs]
        numbers = {
            number: RunId(from_stored(run_id))
            for run_id, number in self._of_ids(db, "SELECT id, n FROM runs", ids, deleted)
        }
        scalars = self._scalars(db, deleted)
        scalars.sync(deleted, list(numbers))
        found = scalars.of(list(numbers))
        return {run_id: found.get(number, []) for number, run_id in numbers.items()}


def _asks_too_much(error: Exception) -> bool:
    """Whether a filter is more than SQLite takes, who could as well pass it to the domain."""
    return any(told in str(error) for told in ("too large", "too many", "stack overflow"))


def _order(db: sqlite3.Connection, deleted: bool) -> str:
    """The order of `newest_first`."""
    # Blobs come after all texts.
    odd = "SELECT 1 FROM runs WHERE deleted = ? AND id >= x''"
    if db.execute(odd, (int(deleted),)).fetchone() is None:
        return "time DESC, id"
    return "time DESC, CAST(id AS BLOB)"


def _marks(items: Iterable[object]) -> str:
    return ",".join("?" for _ in items)
