"""Scalars of many runs column by column, from the index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from guild.adapters.index.scalardata import NUMBERS, Alike, alike_of, all_alike
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
    columns: dict[str, list[Any]] = {name: [] for name in ScalarTable().values()}
    for alike in all_alike(db) if walk else alike_of(db, list(row_of)):
        _add(columns, alike, row_of)
    return ScalarTable(**columns)


def _add(columns: dict[str, list[Any]], alike: Alike, row_of: Mapping[int, int]) -> None:
    """Add what is known of scalars of those runs that have a row."""
    places = [place for place, run in enumerate(alike.runs) if run in row_of]
    if not places:
        return
    rows = [row_of[alike.runs[place]] for place in places]
    for scalar, (prefix, tag) in enumerate(alike.keys):
        columns["run"] += rows
        columns["prefix"] += [prefix] * len(rows)
        columns["tag"] += [tag] * len(rows)
        for name in NUMBERS:
            column = alike.column(name, scalar)
            if len(rows) < len(column):
                column = [column[place] for place in places]
            columns[name] += column
