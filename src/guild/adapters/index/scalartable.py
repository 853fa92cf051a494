"""Scalars of many runs column by column, from the index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from guild.adapters.index.columns import numbers_of, of_runs, texts
from guild.adapters.index.scalars import NUMBERS
from guild.domain.runcolumns import ScalarTable

if TYPE_CHECKING:
    import sqlite3

__all__ = ["scalar_table"]


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
        table[name] = numbers_of(table[name])
    table["run"] = tuple(map(row_of.__getitem__, table["run"]))
    table["prefix"], table["tag"] = texts(table["prefix"]), texts(table["tag"])
    return ScalarTable(**table)


def _scalar_rows(
    db: sqlite3.Connection, select: str, numbers: Sequence[int]
) -> Iterable[tuple[Any, ...]]:
    """Rows of `scalars`, perhaps also of other runs."""
    if _are_most(db, numbers):
        return db.execute(select)
    return of_runs(db, select, numbers)


def _are_most(db: sqlite3.Connection, runs: Sequence[object]) -> bool:
    """Whether one walk through all that is there takes less than to look for these runs."""
    (count,) = db.execute("SELECT count(*) FROM runs").fetchone()
    return bool(2 * len(runs) > count)
