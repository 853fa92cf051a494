"""Scalars of many runs column by column, from the index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from guild.adapters.index.cells import texts_from_stored
from guild.adapters.index.columns import numbers_of, of_runs
from guild.adapters.index.scalars import NUMBERS
from guild.domain.runcolumns import ScalarTable

if TYPE_CHECKING:
    import sqlite3

__all__ = ["scalar_table"]


def scalar_table(db: sqlite3.Connection, row_of: Mapping[int, int], *, walk: bool) -> ScalarTable:
    """See `RunIndex.scalar_table`.

    Args:
        db: The index.
        row_of: What counts as the number of a run, by its number in the index.
        walk: Whether to walk through the scalars of all runs, if these are most of them.
    """
    names = list(ScalarTable().values())
    select = f"SELECT run, prefix, tag, {NUMBERS} FROM scalars"
    found: Iterable[tuple[Any, ...]] = (
        db.execute(select) if walk else of_runs(db, select, list(row_of))
    )
    columns = list(zip(*(row for row in found if row[0] in row_of), strict=True))
    if not columns:
        return ScalarTable()
    table: dict[str, Sequence[Any]] = dict(zip(names, columns, strict=True))
    for name in ("first", "last", "min", "max", "total"):
        table[name] = numbers_of(table[name])
    table["run"] = tuple(map(row_of.__getitem__, table["run"]))
    table["prefix"], table["tag"] = (
        texts_from_stored(table["prefix"]),
        texts_from_stored(table["tag"]),
    )
    return ScalarTable(**table)
