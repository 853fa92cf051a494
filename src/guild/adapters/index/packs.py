"""Columns of many runs, from packs: what is known of some hundred runs at once.

SQLite hands out value by value, which is most of what a table of all runs costs. So the index
keeps what such tables show a second time, as columns: a pack for runs whose numbers
follow each other. Triggers of the schema take a pack out when a row that it was made of changes,
and the next who wants it makes it anew: a run that changed costs a pack, however many there are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from guild.adapters.index.asking import data_version, one_state
from guild.adapters.index.columndata import Packed, bundle, eights, packed
from guild.adapters.index.columns import ROW, Columns, Wanted
from guild.adapters.index.database import PACKED
from guild.adapters.index.unpacking import Pack, Unpacked
from guild.adapters.index.writing import transaction, unwilling_to_wait
from guild.domain.runcolumns import CORE, RunColumns

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any, TypeAlias

    from guild.domain.ids import RunId

__all__ = ["packed_columns", "unpacked_runs"]

_CORE = ("time", "ids", *CORE)
_PACK_NUMBERS = f"""
WITH RECURSIVE packs (number) AS (
    SELECT min(n) / {PACKED} FROM runs
    UNION ALL
    SELECT (SELECT min(n) / {PACKED} FROM runs WHERE n >= (number + 1) * {PACKED})
    FROM packs WHERE number IS NOT NULL
)
SELECT number FROM packs WHERE number IS NOT NULL
"""
"""Numbers of packs, found by as many searches instead of a walk through all runs."""
_Parts: TypeAlias = "dict[str, bytes]"
"""Parts of a pack by the columns that keep them: see `Pack`."""


def packed_columns(
    db: sqlite3.Connection,
    which: Sequence[int] | Sequence[RunId] | None,
    deleted: bool,
    wanted: Wanted,
) -> RunColumns:
    """Columns of most of the runs of a place. Those that are gone are left out.

    Args:
        db: The index, with all that is wanted brought in.
        which: `runs.n` of the runs or their ids, in the order that they are to have; None for
            all runs, the newest first.
        deleted: Whether the place is the trash.
        wanted: What else than the runs themselves.
    """
    parts = {"core": True, "flags": wanted.flags, "scalars": wanted.scalars}
    found = unpacked_runs(db, deleted, [part for part, is_wanted in parts.items() if is_wanted])
    return found.of(which, wanted) if found else RunColumns()


def unpacked_runs(db: sqlite3.Connection, deleted: bool, parts: Sequence[str]) -> Unpacked | None:
    """The runs of a place, out of packs; None if there are none.

    Args:
        db: The index, with all that is wanted brought in.
        deleted: Whether the place is the trash.
        parts: What is wanted of them: see `Pack`.
    """
    with one_state(db):
        db.execute("SELECT number FROM generation").fetchone()
        version = data_version(db)
        packs = _Packs(db, int(deleted), parts)
        found = packs.all()
    if packs.made:
        _keep(db, int(deleted), packs.made, version)
    return Unpacked(found) if found else None


class _Packs:
    """Packs of a place that are kept, or else made.

    Attributes:
        made: What was made, by number of the pack.
    """

    def __init__(self, db: sqlite3.Connection, place: int, parts: Sequence[str]) -> None:
        self._db = db
        self._place = place
        self._parts = ["numbers", *parts]
        self.made: dict[int, _Parts] = {}
        # What is not wanted need not be loaded.
        columns = ", ".join(self._parts)
        rows = db.execute(f"SELECT number, {columns} FROM packs WHERE deleted = ?", (place,))
        self._kept = {
            number: dict(zip(self._parts, parts, strict=True)) for number, *parts in rows
        }

    def all(self) -> list[Pack]:
        """The packs of all runs of the place."""
        found = [self._of(number) for (number,) in self._db.execute(_PACK_NUMBERS).fetchall()]
        return [pack for pack in found if pack is not None]

    def _of(self, number: int) -> Pack | None:
        """The pack of a number; None if no run of the place is in it."""
        parts = self._kept.get(number, {})
        missing = {part for part in self._parts if parts.get(part) is None}
        if missing:
            made = self._made(number, missing)
            if not made:
                return None
            self.made[number] = made
            parts = {part: made.get(part) or parts[part] for part in self._parts}
        return Pack(**parts)

    def _made(self, number: int, parts: Collection[str]) -> _Parts:
        """Parts of a pack, made of the rows; none if there are none."""
        rows = self._db.execute(
            f"SELECT {ROW} FROM runs JOIN details ON run = n"
            " WHERE deleted = ? AND n BETWEEN ? AND ? ORDER BY n",
            (self._place, number * PACKED, number * PACKED + PACKED - 1),
        )
        columns = Columns(self._db, rows.fetchall())
        made: _Parts = {}
        count = len(columns.numbers)
        if not count:
            return made
        core = CORE if "core" in parts else ()
        flags, scalars = "flags" in parts, "scalars" in parts
        found = columns.all(Wanted(batches=True, core=core, flags=flags, scalars=scalars))
        if "numbers" in parts:
            made["numbers"] = eights("q", columns.numbers)
        if core:
            values = {"time": columns.times, **found.values()}
            made["core"] = bundle(_CORE, [packed(values[name]) for name in _CORE])
        if flags:
            made["flags"] = _named(found.flags, count)
        if scalars:
            made["scalars"] = _named(found.scalars, count)
        return made


def _named(columns: Mapping[Any, tuple[Sequence[Any], ...]], count: int) -> bytes:
    """Columns with names as a pack has them.

    Of scalars most rows and steps are the same, so each column is there once.

    Args:
        columns: Of each name rows that have it, and columns of values.
        count: How many rows there are.

    Returns:
        All columns, with a header: for each name itself, then which column its rows are (None
        if that is all), and which ones its values.
    """
    place_of: dict[Packed, int] = {}

    def place(column: Sequence[Any]) -> int:
        return place_of.setdefault(packed(column), len(place_of))

    names = [
        [name, None if len(rows) == count else place(rows), *map(place, values)]
        for name, (rows, *values) in columns.items()
    ]
    return bundle(names, list(place_of))


def _keep(db: sqlite3.Connection, place: int, made: Mapping[int, _Parts], version: int) -> None:
    """Keep packs, unless others wrote since they were made, or write now."""
    with unwilling_to_wait(db), transaction(db):
        if data_version(db) != version:
            return
        for number, parts in made.items():
            for column, data in parts.items():
                db.execute(
                    f"INSERT INTO packs (deleted, number, {column}) VALUES (?, ?, ?)"
                    f" ON CONFLICT DO UPDATE SET {column} = excluded.{column}",
                    (place, number, data),
                )
