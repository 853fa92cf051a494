"""Many runs column by column, from the index."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from guild.adapters.index.cells import from_stored, json_value
from guild.adapters.index.rows import opref_of
from guild.adapters.index.scalars import NUMBERS
from guild.domain.ids import RunId
from guild.domain.record import Record
from guild.domain.runcolumns import CORE, RunColumns, ScalarTable

if TYPE_CHECKING:
    import sqlite3

    from guild.domain.flags import FlagValue
    from guild.domain.runcolumns import ScalarColumns

__all__ = ["ROW", "Columns", "Wanted", "columns_of", "scalar_table"]

ROW = (
    "id, operation, started, stopped, status, label, digest, marked, is_batch, proto, opref,"
    " remote, n"
)
"""What `Columns` is given of each run, of `runs` and `details`."""

_NAMES = [name.strip() for name in ROW.split(",")]
_N: Final = -1
_IS_BATCH: Final = 8
_AT_ONCE = 500


class Wanted(Record):
    """What else than the runs themselves is wanted. See `RunIndex.columns`."""

    batches: bool
    core: Collection[str]
    flags: bool
    scalars: bool


class Columns:
    """Makes columns of rows.

    Args:
        db: The index.
        rows: The rows `ROW`, in order.
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
        columns = dict(zip(_NAMES, zip(*self._rows, strict=True), strict=True))
        oprefs = zip(columns["proto"], columns["opref"], strict=True)
        found = RunColumns(
            ids=[RunId(run_id) for run_id in _texts(columns["id"])],
            operation=_texts(columns["operation"]),
            started=columns["started"],
            stopped=columns["stopped"],
            status=columns["status"],
            label=_texts(columns["label"]),
            digest=_texts_or_none(columns["digest"]),
            marked=list(map(bool, columns["marked"])),
            is_batch=list(map(bool, columns["is_batch"])),
            project=[_project(proto or opref) for proto, opref in oprefs],
            remote=_texts_or_none(columns["remote"]),
            flags=self._flags() if wanted.flags else {},
            scalars=self._scalars() if wanted.scalars else {},
        )
        return found.without(set(CORE) - set(wanted.core))

    def _flags(self) -> dict[str, tuple[Sequence[int], Sequence[FlagValue]]]:
        flags: dict[str, tuple[list[int], list[FlagValue]]] = {}
        select = "SELECT run, flags FROM details"
        for number, text in _of_runs(self._db, select, self.numbers):
            for name, value in json_value(text).items():
                rows, values = flags.setdefault(name, ([], []))
                rows.append(self._row_of[number])
                values.append(value)
        return dict(flags)

    def _scalars(self) -> ScalarColumns:
        found: dict[tuple[Any, Any], tuple[list[int], list[Any], list[int]]] = {}
        select = "SELECT run, last, last_step, prefix, tag FROM scalars"
        for number, last, step, prefix, tag in _of_runs(self._db, select, self.numbers):
            rows, values, steps = found.setdefault((prefix, tag), ([], [], []))
            rows.append(self._row_of[number])
            values.append(last)
            steps.append(step)
        return {
            (from_stored(prefix), from_stored(tag)): (rows, _numbers(values), steps)
            for (prefix, tag), (rows, values, steps) in found.items()
        }


def columns_of(db: sqlite3.Connection, numbers: Sequence[int], wanted: Wanted) -> RunColumns:
    """Columns of some runs. Those that are gone are left out.

    Args:
        db: The index, with all that is wanted brought in.
        numbers: `runs.n` of the runs, in the order that they are to have.
        wanted: What else than the runs themselves.
    """
    select = f"SELECT {ROW} FROM runs JOIN details ON run = n"
    known = {row[_N]: row for row in _of_runs(db, select, numbers, key="n")}
    rows = [known[number] for number in numbers if number in known]
    if not wanted.batches:
        rows = [row for row in rows if not row[_IS_BATCH]]
    return Columns(db, rows).all(wanted)


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


def _of_runs(
    db: sqlite3.Connection, select: str, numbers: Sequence[int], key: str = "run"
) -> list[tuple[Any, ...]]:
    """Rows of runs, of each some hundred of them by their numbers."""
    rows: list[tuple[Any, ...]] = []
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        which = f"WHERE {key} IN ({','.join('?' * len(some))}) ORDER BY {key}"
        rows += db.execute(f"{select} {which}", some)
    return rows


def _project(opref: str | bytes | None) -> str | None:
    found = opref_of(opref)
    return found.project_dir if found else None


def _texts_or_none(column: Sequence[Any]) -> Sequence[str | None]:
    return [from_stored(each) if type(each) is bytes else each for each in column]


def _texts(column: Sequence[Any]) -> Sequence[str]:
    return column if set(map(type, column)) == {str} else list(map(from_stored, column))


def _numbers(values: Sequence[Any]) -> Sequence[float]:
    """Numbers, of which nan is kept as None."""
    if None not in values:
        return values
    return [float("nan") if value is None else value for value in values]
