"""Bringing what has changed among the run directories into the index.

Every query begins with it, so it must cost little where nothing has changed. What is looked at:

- the directory of the runs; its names are read if its time has changed;
- runs about which a note was left, those that may change at any moment, and what is no run yet;
- some hundred of the other runs, in turn, once a second. In a home with fewer that is all of them
  at once, each time; in a larger one, what another program changed in an old run is seen some
  commands later.

Nothing is locked while runs are read. Who comes second to write, and finds rows that are newer
than what it knew when it began to read, leaves them and looks again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from guild.adapters.index.asking import of_runs
from guild.adapters.index.cells import from_stored, json_text, stored, texts_from_stored
from guild.adapters.index.rows import DETAILS, run_of
from guild.adapters.index.writing import Writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Final

    from guild.app.ports.recording import Clock
    from guild.app.ports.run_changes import Progress, RunChanges
    from guild.app.run_reading import RunReading

__all__ = ["TURN_US", "Sync"]

_ATTEMPTS = 10
_LAST = (1 << 63) - 1
TURN_US = 1_000_000
"""How long after a turn the next one comes."""
_PIECE = 16_384
"""Runs that are written in one transaction: what was read so far outlives a killed command."""


_Known = tuple[int, str | bytes, int, int, int, str]
"""A row of `runs`, as far as it tells whether the run has changed."""
_COLUMNS = "n, id, watch, stamp, is_open, status"
_N: Final = 0
_ID: Final = 1
_WATCH: Final = 2
_STAMP: Final = 3
_IS_OPEN: Final = 4


class Sync:
    """Keeps the runs of one place, the home's or the trash, up to date in the index."""

    def __init__(
        self,
        db: sqlite3.Connection,
        changes: RunChanges,
        progress: Progress,
        clock: Clock,
        deleted: bool,
        looks: int,
    ) -> None:
        self._db = db
        self._changes = changes
        self._progress = progress
        self._clock = clock
        self._deleted = deleted
        self._looks = looks
        self._looked: set[int] | None = set()
        self._others: set[str] = set()

    def all(self) -> None:
        """Bring in what has changed.

        Raises:
            OSError: If no notes can be kept.
        """
        for _ in range(_ATTEMPTS):
            if self._once():
                return

    def these(self, numbers: Sequence[int]) -> bool:
        """Look at runs that are about to be shown. Whether any had changed.

        Args:
            numbers: `runs.n` of each.
        """
        if self._looked is None:
            return False
        rest = [n for n in numbers if n not in self._looked]
        if not rest:
            return False
        rows = of_runs(self._db, f"SELECT {_COLUMNS} FROM runs", rest, key="n")
        self._looked.update(rest)
        changed = self._changed(rows)
        if not changed:
            return False
        writing = Writing(self._db, self._deleted, self.generation())
        self._write(writing, [(from_stored(row[_ID]), row) for row in changed], [])
        return True

    def _once(self) -> bool:
        """Whether nothing came in between."""
        generation = self.generation()
        state = self._db.execute(
            "SELECT inode, changed, is_sure, notes, swept, swept_at FROM state WHERE deleted = ?",
            (int(self._deleted),),
        ).fetchone()
        notes = state[3] if state else 0
        noted: Iterable[str] = ()
        lost = False
        if not self._deleted:
            found = self._changes.noted(notes)
            lost = found is None
            noted, notes = found or ((), 0)
        place = self._changes.place(deleted=self._deleted)
        self._others = self._names_of("others", "name")
        new, gone = sorted(self._others), list[str]()
        if state is None or place is None or state[:3] != (*place[:2], 1):
            new, gone = self._listed()
        turn = state[4:] if state else (0, 0)
        known, turn = self._watched(set(noted), turn, everything=lost)
        if gone:
            left = set(gone)
            known = [row for row in known if from_stored(row[_ID]) not in left]
        changed = self._changed(known, noted=set(noted))
        writing = Writing(self._db, self._deleted, generation)
        names: list[tuple[str, _Known | None]] = [(name, None) for name in new]
        names += [(from_stored(row[_ID]), row) for row in changed]
        whole = self._write(writing, names, gone)
        if whole:
            new_state = (*(place or (0, 0, 0)), notes, *turn)
            if new_state != state:
                writing.state(new_state, must=new_state[:4] != (state or ())[:4])
        return whole

    def generation(self) -> int:
        """A number that grows when any runs are written."""
        (number,) = self._db.execute("SELECT number FROM generation").fetchone()
        return int(number)

    def _listed(self) -> tuple[list[str], list[str]]:
        """Names of what is no run in the index, and those in it that are gone."""
        names = set(self._changes.names(deleted=self._deleted))
        known = self._names_of("runs", "id")
        return sorted(names - known), sorted((known | self._others) - names)

    def _names_of(self, table: str, column: str) -> set[str]:
        found = self._db.execute(
            f"SELECT {column} FROM {table} WHERE deleted = ?", (int(self._deleted),)
        )
        return {from_stored(name) for (name,) in found}

    def _watched(
        self, noted: set[str], turn: tuple[int, int], *, everything: bool
    ) -> tuple[list[_Known], tuple[int, int]]:
        """Runs to look at.

        Args:
            noted: Names of those about which notes were left.
            turn: The last of those whose turn it was, and when that was; given back as it is now.
            everything: Whether it is all runs.
        """
        db, place = self._db, int(self._deleted)
        (count,) = db.execute("SELECT count(*) FROM runs WHERE deleted = ?", (place,)).fetchone()
        if everything or count * 2 <= self._looks:
            self._looked = None
            every = f"SELECT {_COLUMNS} FROM runs WHERE deleted = ?"
            return db.execute(every, (place,)).fetchall(), (0, 0)
        swept, swept_at = turn
        now = self._clock()
        found: list[_Known] = []
        if not swept_at <= now < swept_at + TURN_US:
            found = self._in_turn(swept)
            turn = (found[-1][_N] if found else 0, now)
        rows = {row[_N]: row for row in found}
        opened = f"SELECT {_COLUMNS} FROM runs WHERE deleted = ? AND is_open"
        rows |= {row[_N]: row for row in db.execute(opened, (place,))}
        for name in noted:
            row = db.execute(
                f"SELECT {_COLUMNS} FROM runs WHERE deleted = ? AND id = ?", (place, stored(name))
            ).fetchone()
            if row is not None:
                rows[row[_N]] = row
        self._looked = set(rows)
        return list(rows.values()), turn

    def _in_turn(self, swept: int) -> list[_Known]:
        """The runs that come after the one whose turn was last, as many as may be looked at."""
        found: list[_Known] = []
        looks = 0
        # The plus keeps SQLite from finding them by place, and sorting them all.
        some = f"SELECT {_COLUMNS} FROM runs WHERE +deleted = ? AND n > ? AND n <= ? ORDER BY n"
        for after, until in ((swept, _LAST), (0, swept)):
            for row in self._db.execute(some, (int(self._deleted), after, until)):
                looks += 1 + row[_WATCH].bit_count()
                if looks > self._looks:
                    return found
                found.append(row)
        return found

    def _changed(self, rows: Sequence[_Known], noted: set[str] | None = None) -> list[_Known]:
        """Those that must be read again."""
        names = texts_from_stored([row[_ID] for row in rows])
        watched = zip(names, [row[_WATCH] for row in rows], strict=True)
        stamps = self._changes.stamps(watched, deleted=self._deleted)
        return [
            row
            for row, name, stamp in zip(rows, names, stamps, strict=True)
            if stamp != row[_STAMP] or row[_IS_OPEN] or (noted and name in noted)
        ]

    def _is_like(self, row: _Known, reading: RunReading) -> bool:
        """Whether a row need not be written anew."""
        told = (reading.watch, reading.stamp, int(reading.is_open), reading.run.status.value)
        if row[_WATCH:] != told:
            return False
        from guild.app.run_reading import UNSURE  # loaded by what read the run

        return reading.stamp != UNSURE or self._is_same(row[_N], reading)

    def _is_same(self, number: int, reading: RunReading) -> bool:
        found = self._db.execute(
            f"SELECT names, {DETAILS} FROM runs JOIN details ON run = n"
            " JOIN attr_sets ON number = attr_set WHERE n = ?",
            (number,),
        ).fetchone()
        if found is None or found[0] != json_text(reading.attrs):
            return False
        return run_of(found[1:], os.path.dirname(reading.run.path)) == reading.run

    def _write(
        self,
        writing: Writing,
        names: Sequence[tuple[str, _Known | None]],
        gone: Sequence[str],
    ) -> bool:
        """Read runs and write their rows; False if another process wrote newer ones."""
        whole = True
        if gone:
            whole = writing.gone(gone, self._changes)
        before = dict(names)
        moved: set[str] = set()
        if any(one is None for one in before.values()):
            moved = writing.moved([name for name, one in names if one is None], self._changes)
        readings: list[RunReading] = []
        missing: list[str] = []
        for name in self._progress([name for name, _ in names if name not in moved]):
            reading = self._changes.read(name, deleted=self._deleted)
            one = before[name]
            if reading is None:
                if one is not None or name not in self._others:
                    missing.append(name)
            elif one is None or not self._is_like(one, reading):
                readings.append(reading)
            if len(readings) >= _PIECE:
                whole = writing.readings(readings) and whole
                readings = []
        if readings:
            whole = writing.readings(readings) and whole
        if missing:
            whole = writing.missing(missing) and whole
        return whole
