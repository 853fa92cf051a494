"""Many runs column by column, from the index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from guild.adapters.index.cells import decoded, from_stored, json_value
from guild.adapters.index.scalars import NUMBERS
from guild.domain.ids import RunId
from guild.domain.record import Record
from guild.domain.runcolumns import RunColumns, ScalarTable

if TYPE_CHECKING:
    import sqlite3

    from guild.domain.flags import FlagValue
    from guild.domain.runcolumns import ScalarColumns

__all__ = ["CORE", "IS_BATCH", "Columns", "Wanted", "scalar_table"]

CORE = "id, operation, started, stopped, status, label, digest, marked, is_batch, time, n"
"""What `Columns` is given of each run."""

IS_BATCH: Final = -3
_N: Final = -1
_AT_ONCE = 500
_PLAIN = frozenset("ns")
"""Types of values that are stored as they are."""


class Wanted(Record):
    """What else than the runs themselves is wanted. See `RunIndex.columns`."""

    batches: bool
    flags: bool
    scalars: bool


class Columns:
    """Makes columns of rows of `CORE`.

    Args:
        db: The index.
        rows: The rows, in order.
    """

    def __init__(self, db: sqlite3.Connection, rows: Sequence[Sequence[Any]]) -> None:
        self._db = db
        self._rows = rows
        self.numbers = [row[_N] for row in rows]
        self._row_of = {number: row for row, number in enumerate(self.numbers)}

    def all(self, wanted: Wanted) -> RunColumns:
        """All columns that are wanted."""
        if not self._rows:
            return RunColumns()
        ids, operation, started, stopped, status, label, digest, marked, is_batch, *_ = zip(
            *self._rows, strict=True
        )
        return RunColumns(
            ids=[RunId(run_id) for run_id in _texts(ids)],
            operation=_texts(operation),
            started=started,
            stopped=stopped,
            status=status,
            label=_texts(label),
            digest=[None if text is None else from_stored(text) for text in digest],
            marked=list(map(bool, marked)),
            is_batch=list(map(bool, is_batch)),
            flags=self._flags() if wanted.flags else {},
            scalars=self._scalars() if wanted.scalars else {},
        )

    def _flags(self) -> dict[str, dict[int, FlagValue]]:
        if not _are_most(self._db, self._rows):
            return self._flags_of_few()
        flags: dict[str, dict[int, FlagValue]] = {}
        row_of = self._row_of.get
        names = self._db.execute("SELECT name FROM names WHERE kind = 'flag'").fetchall()
        for (name,) in names:
            cells = self._db.execute(
                "SELECT run, type, value FROM cells WHERE kind = 'flag' AND name = ?", (name,)
            )
            found = {
                row: value if kind in _PLAIN else decoded(kind, value)
                for number, kind, value in cells
                if (row := row_of(number)) is not None
            }
            if found:
                flags[from_stored(name)] = found  # type: ignore[assignment]  # by their types
        return flags

    def _flags_of_few(self) -> dict[str, dict[int, FlagValue]]:
        flags: dict[str, dict[int, FlagValue]] = {}
        for number, text in _of_runs(self._db, "SELECT run, flags FROM details", self.numbers):
            row = self._row_of[number]
            for name, value in json_value(text).items():
                flags.setdefault(name, {})[row] = value
        return flags

    def _scalars(self) -> ScalarColumns:
        select = "SELECT run, prefix, tag, last, last_step FROM scalars"
        found = _scalar_rows(self._db, select, self.numbers)
        columns: dict[tuple[Any, Any], tuple[list[int], list[Any], list[int]]] = {}
        row_of = self._row_of.get
        for number, prefix, tag, last, step in found:
            row = row_of(number)
            if row is None:
                continue
            column = columns.get((prefix, tag))
            if column is None:
                column = columns[prefix, tag] = ([], [], [])
            rows, values, steps = column
            rows.append(row)
            values.append(last)
            steps.append(step)
        nan = float("nan")
        for _, values, _ in columns.values():
            if None in values:
                values[:] = [nan if value is None else value for value in values]
        return {
            (from_stored(prefix), from_stored(tag)): column
            for (prefix, tag), column in columns.items()
        }


def scalar_table(db: sqlite3.Connection, row_of: Mapping[int, int]) -> ScalarTable:
    """See `RunIndex.scalar_table`.

    Args:
        db: The index.
        row_of: What counts as the number of a run, by its number in the index.
    """
    names = list(ScalarTable().values())
    select = f"SELECT run, prefix, tag, {NUMBERS} FROM scalars"
    found = _scalar_rows(db, select, list(row_of))
    columns = list(zip(*(row for row in found if row[0] in row_of), strict=True))
    if not columns:
        return ScalarTable()
    nan = float("nan")
    table: dict[str, Sequence[Any]] = dict(zip(names, columns, strict=True))
    for name in ("first", "last", "min", "max", "total"):
        if None in table[name]:
            table[name] = tuple(nan if value is None else value for value in table[name])
    table["run"] = tuple(map(row_of.__getitem__, table["run"]))
    table["prefix"], table["tag"] = _texts(table["prefix"]), _texts(table["tag"])
    return ScalarTable(**table)


def _scalar_rows(
    db: sqlite3.Connection, select: str, numbers: Sequence[int]
) -> Iterable[tuple[Any, ...]]:
    """Rows of `scalars`, perhaps also of other runs."""
    if _are_most(db, numbers):
        return db.execute(select)
    return _of_runs(db, select, numbers)


def _are_most(db: sqlite3.Connection, runs: Sequence[object]) -> bool:
    """Whether one walk through all that is there takes less than to look for these runs."""
    (count,) = db.execute("SELECT count(*) FROM runs").fetchone()
    return bool(2 * len(runs) > count)


def _of_runs(db: sqlite3.Connection, select: str, numbers: Sequence[int]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        rows += db.execute(f"{select} WHERE run IN ({','.join('?' * len(some))})", some)
    return rows


def _texts(column: Sequence[Any]) -> Sequence[str]:
    return column if set(map(type, column)) == {str} else list(map(from_stored, column))
