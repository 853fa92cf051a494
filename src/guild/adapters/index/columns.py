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
    from guild.domain.runcolumns import LastValues, ScalarColumns

__all__ = ["CORE", "IS_BATCH", "Columns", "Wanted", "scalar_table"]

CORE = "id, operation, started, stopped, status, label, digest, marked, is_batch, time, n"
"""What `Columns` is given of each run."""

IS_BATCH: Final = -3
_N: Final = -1
_AT_ONCE = 500
_PLAIN = frozenset("ns")
"""Types of values that are stored as they are. No other type is between them in the alphabet."""


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
            digest=[from_stored(each) if type(each) is bytes else each for each in digest],
            marked=list(map(bool, marked)),
            is_batch=list(map(bool, is_batch)),
            flags=self._flags() if wanted.flags else {},
            scalars=self._scalars() if wanted.scalars else {},
        )

    def _flags(self) -> dict[str, tuple[Sequence[int], Sequence[FlagValue]]]:
        if not _are_most(self._db, self._rows):
            return self._flags_of_few()
        flags: dict[str, tuple[Sequence[int], Sequence[FlagValue]]] = {}
        names = self._db.execute("SELECT name FROM names WHERE kind = 'flag'").fetchall()
        for (name,) in names:
            of_flag = "FROM cells WHERE kind = 'flag' AND name = ?"
            kinds = self._db.execute(f"SELECT min(type), max(type) {of_flag}", (name,)).fetchone()
            are_plain = _PLAIN.issuperset(kinds)
            what = "run, value" if are_plain else "run, value, type"
            found = self._db.execute(f"SELECT {what} {of_flag}", (name,)).fetchall()
            rows, values, *types = self._placed(found, 2 if are_plain else 3)
            if rows:
                values = values if are_plain else list(map(decoded, types[0], values))
                flags[from_stored(name)] = rows, values
        return flags

    def _placed(self, found: Sequence[tuple[Any, ...]], width: int) -> Sequence[Sequence[Any]]:
        """Columns of rows that begin with the number of a run, which becomes its row here.

        Args:
            found: The rows, perhaps also of other runs.
            width: How many columns they have.
        """
        columns: list[Sequence[Any]] = list(zip(*found, strict=True)) or [()] * width
        rows = list(map(self._row_of.get, columns[0]))
        if None in rows:
            return self._placed([row for row in found if row[0] in self._row_of], width)
        return [rows, *columns[1:]]

    def _flags_of_few(self) -> dict[str, tuple[Sequence[int], Sequence[FlagValue]]]:
        flags: dict[str, tuple[list[int], list[FlagValue]]] = {}
        select = "SELECT run, flags FROM details"
        for number, text in _of_runs(self._db, select, self.numbers):
            for name, value in json_value(text).items():
                rows, values = flags.setdefault(name, ([], []))
                rows.append(self._row_of[number])
                values.append(value)
        return dict(flags)

    def _scalars(self) -> ScalarColumns:
        if not _are_most(self._db, self._rows):
            return self._scalars_of_few()
        columns: dict[tuple[str, str], LastValues] = {}
        names = self._db.execute("SELECT DISTINCT prefix, tag FROM scalars").fetchall()
        for prefix, tag in names:
            found = self._db.execute(
                "SELECT run, last, last_step FROM scalars WHERE tag = ? AND prefix = ?",
                (tag, prefix),
            )
            rows, values, steps = self._placed(found.fetchall(), 3)
            if rows:
                columns[from_stored(prefix), from_stored(tag)] = rows, _numbers(values), steps
        return columns

    def _scalars_of_few(self) -> ScalarColumns:
        found: dict[tuple[Any, Any], list[tuple[Any, ...]]] = {}
        select = "SELECT run, last, last_step, prefix, tag FROM scalars"
        for *values, prefix, tag in _of_runs(self._db, select, self.numbers):
            found.setdefault((prefix, tag), []).append(tuple(values))
        columns: dict[tuple[str, str], LastValues] = {}
        for (prefix, tag), of_name in found.items():
            rows, numbers, steps = self._placed(of_name, 3)
            columns[from_stored(prefix), from_stored(tag)] = rows, _numbers(numbers), steps
        return columns


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
    table: dict[str, Sequence[Any]] = dict(zip(names, columns, strict=True))
    for name in ("first", "last", "min", "max", "total"):
        table[name] = _numbers(table[name])
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


def _numbers(values: Sequence[Any]) -> Sequence[float]:
    """Numbers, of which nan is kept as None."""
    if None not in values:
        return values
    return [float("nan") if value is None else value for value in values]
