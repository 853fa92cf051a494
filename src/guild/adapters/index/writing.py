"""Writing rows of the index: each step one transaction, and never over what is newer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext

from guild.adapters.index.cells import json_text, stored
from guild.adapters.index.rows import RUN_COLUMNS, details_row, run_row
from guild.domain.run import newest_first

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from guild.app.ports.run_changes import RunChanges
    from guild.app.run_reading import RunReading

__all__ = ["Writing", "numbers_of_sets", "transaction", "unwilling_to_wait"]

_COLUMNS = [column.strip() for column in RUN_COLUMNS.split(",")]
_RUN = f"INTO runs (n, {RUN_COLUMNS}) VALUES ({','.join('?' * (len(_COLUMNS) + 1))})"
_DETAILS = "INTO details VALUES (?,?,?,?,?,?,?,?,?)"
# Of a row that could fail half way, with its triggers, SQLite copies each page before it changes.
# What fails here takes back the whole transaction, so rows that are new, which may be many, say
# that nothing of them need be undone.
_NEW_RUN = f"INSERT OR FAIL {_RUN}"
_NEW_DETAILS = f"INSERT OR FAIL {_DETAILS}"
_SAME_RUN = f"INSERT {_RUN} ON CONFLICT (n) DO UPDATE SET " + ", ".join(
    f"{column} = excluded.{column}" for column in _COLUMNS
)
_SAME_DETAILS = f"INSERT OR REPLACE {_DETAILS}"


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """One transaction: all of it happens, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if db.in_transaction:  # some errors end it
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


@contextmanager
def unwilling_to_wait(db: sqlite3.Connection) -> Iterator[None]:
    """Where another process writes: leave it, what is written here can be had again."""
    import sqlite3

    (patience,) = db.execute("PRAGMA busy_timeout").fetchone()
    db.execute("PRAGMA busy_timeout = 0")
    try:
        yield
    except sqlite3.OperationalError:
        pass
    finally:
        db.execute(f"PRAGMA busy_timeout = {patience}")


class Writing:
    """Writes what was learned of the runs of one place.

    Args:
        db: The index.
        deleted: Whether the place is the trash.
        generation: Number of the last change when the runs began to be read. Rows of later
            ones stay: who wrote them may have read later.
    """

    def __init__(self, db: sqlite3.Connection, deleted: bool, generation: int) -> None:
        self._db = db
        self._deleted = int(deleted)
        self._generation = generation
        self._is_alone = True

    def readings(self, readings: Sequence[RunReading]) -> bool:
        """Write runs as they were read. False if some were written by others by now."""
        with transaction(self._db):
            own = self._next()
            # Runs that are shown beside each other are found faster beside each other.
            in_time = sorted(readings, key=lambda reading: newest_first(reading.run), reverse=True)
            numbers = self._numbers([reading.run.id for reading in in_time])
            taken = [reading for reading in readings if numbers[reading.run.id] is not None]
            self._put(taken, numbers, own)
            self._forget_others(reading.run.id for reading in taken)
        return len(taken) == len(readings)

    def missing(self, names: Iterable[str]) -> bool:
        """Note that names are no runs, or none yet."""
        with transaction(self._db):
            self._next()
            numbers = self._numbers(list(names))
            self._remove([n for n, is_new in filter(None, numbers.values()) if not is_new])
            self._db.executemany(
                "INSERT OR IGNORE INTO others VALUES (?, ?)",
                [(self._deleted, stored(name)) for name in numbers],
            )
        return None not in numbers.values()

    def gone(self, names: Sequence[str], changes: RunChanges) -> bool:
        """Take out runs whose directories are gone; those in the other place are moved."""
        rows = self._rows(names, self._deleted)
        elsewhere = self._same_elsewhere(rows, changes)
        with transaction(self._db):
            self._next()
            numbers = self._numbers(names)
            known = [n for n, is_new in filter(None, numbers.values()) if not is_new]
            self._move([n for n in known if n in elsewhere], 1 - self._deleted)
            self._remove([n for n in known if n not in elsewhere])
            self._forget_others(names)
        return None not in numbers.values()

    def moved(self, names: Sequence[str], changes: RunChanges) -> set[str]:
        """Take over runs that were in the other place until now. Their names."""
        rows = self._rows(names, 1 - self._deleted)
        if not rows:
            return set()
        stamps = changes.stamps(
            [(name, watch) for name, (_, watch, _) in rows.items()], deleted=bool(self._deleted)
        )
        same = {
            name: n
            for (name, (n, _, stamp)), now in zip(rows.items(), stamps, strict=True)
            if stamp == now
        }
        if not same:
            return set()
        with transaction(self._db):
            self._next()
            # Others may have moved, removed or replaced them by now.
            still = self._rows(list(same), 1 - self._deleted)
            same = {name: n for name, n in same.items() if still.get(name) == rows[name]}
            self._move(list(same.values()), self._deleted)
        return set(same)

    def state(self, state: Sequence[int], *, must: bool) -> None:
        """Keep what the next look begins with.

        Args:
            state: Columns of `state` after `deleted`.
            must: Whether it is worth waiting for another process that writes.
        """
        with nullcontext() if must else unwilling_to_wait(self._db), transaction(self._db):
            alone = self._is_alone and self._current() == self._generation
            inode, changed, is_sure, *rest = state
            # Names that came while others wrote may have been missed by both.
            self._db.execute(
                "INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self._deleted, inode, changed, is_sure if alone else 0, *rest),
            )

    def _current(self) -> int:
        (number,) = self._db.execute("SELECT number FROM generation").fetchone()
        return int(number)

    def _next(self) -> int:
        """Begin another generation. What this object wrote before is not another's."""
        current = self._current()
        if current != self._generation:
            self._is_alone = False
        self._since = self._generation if not self._is_alone else current
        number = current + 1
        self._db.execute("UPDATE generation SET number = ?", (number,))
        if self._is_alone:
            self._generation = number
        return number

    def _numbers(self, names: Sequence[str]) -> dict[str, tuple[int, bool] | None]:
        """Number of each run and whether it is new; None where another process wrote it."""
        (last,) = self._db.execute("SELECT coalesce(max(n), 0) FROM runs").fetchone()
        if not self._has_runs(self._deleted):
            return {name: (last + index, True) for index, name in enumerate(names, 1)}
        found: dict[str, tuple[int, bool] | None] = {}
        for name in names:
            row = self._db.execute(
                "SELECT n, generation FROM runs WHERE deleted = ? AND id = ?",
                (self._deleted, stored(name)),
            ).fetchone()
            if row is None:
                last += 1
                found[name] = (last, True)
            else:
                found[name] = (row[0], False) if row[1] <= self._since else None
        return found

    def _put(
        self,
        readings: Sequence[RunReading],
        numbers: dict[str, tuple[int, bool] | None],
        generation: int,
    ) -> None:
        sets = numbers_of_sets(self._db, "attr_sets", {reading.attrs for reading in readings})
        deleted = bool(self._deleted)
        known = [(numbers[reading.run.id] or (0, True), reading) for reading in readings]
        db = self._db
        self._remove_attrs([n for (n, is_new), _ in known if not is_new])
        for new, put_run, put_details in (
            (True, _NEW_RUN, _NEW_DETAILS),
            (False, _SAME_RUN, _SAME_DETAILS),
        ):
            some = [(n, reading) for (n, is_new), reading in known if is_new is new]
            runs = ((n, *run_row(one, deleted, generation, sets[one.attrs])) for n, one in some)
            db.executemany(put_run, runs)
            db.executemany(put_details, ((n, *details_row(one.run)) for n, one in some))
        names = {("operation", stored(reading.run.operation)) for reading in readings}
        names |= {("flag", stored(name)) for reading in readings for name in reading.run.flags}
        db.executemany("INSERT OR IGNORE INTO names VALUES (?, ?)", names)

    def _rows(self, names: Sequence[str], place: int) -> dict[str, tuple[int, int, int]]:
        """Number, what is watched, and stamp of runs, as far as they are known in a place."""
        if not self._has_runs(place):
            return {}
        found = {}
        for name in names:
            row = self._db.execute(
                "SELECT n, watch, stamp FROM runs WHERE deleted = ? AND id = ? AND NOT is_open",
                (place, stored(name)),
            ).fetchone()
            if row is not None:
                found[name] = row
        return found

    def _has_runs(self, place: int) -> bool:
        """Whether any are known in a place: most homes have an empty trash, and begin empty."""
        row = self._db.execute("SELECT 1 FROM runs WHERE deleted = ?", (place,)).fetchone()
        return row is not None

    def _same_elsewhere(
        self, rows: dict[str, tuple[int, int, int]], changes: RunChanges
    ) -> set[int]:
        """Numbers of the runs that are as they were in the other place."""
        stamps = changes.stamps(
            [(name, watch) for name, (_, watch, _) in rows.items()],
            deleted=not self._deleted,
        )
        return {
            n for (n, _, stamp), now in zip(rows.values(), stamps, strict=True) if stamp == now
        }

    def _move(self, numbers: Sequence[int], place: int) -> None:
        same = "SELECT id FROM runs WHERE n = ?"
        for n in numbers:
            old = self._db.execute(
                f"SELECT n FROM runs WHERE deleted = ? AND id = ({same})", (place, n)
            ).fetchone()
            if old is not None:
                self._remove([old[0]])
        self._db.executemany(
            "UPDATE runs SET deleted = ? WHERE n = ?", [(place, n) for n in numbers]
        )

    def _remove_attrs(self, numbers: Sequence[int]) -> None:
        """Take out attributes of runs. They are found by name, so the names come first."""
        if not numbers:
            return
        names = self._db.execute("SELECT name FROM names WHERE kind = 'attr'").fetchall()
        self._db.executemany(
            "DELETE FROM attrs WHERE name = ? AND run = ?",
            [(*name, n) for n in numbers for name in names],
        )

    def _remove(self, numbers: Sequence[int]) -> None:
        self._remove_attrs(numbers)
        rows = [(n,) for n in numbers]
        for table, column in (
            ("scalars", "run"),
            ("details", "run"),
            ("runs", "n"),
        ):
            self._db.executemany(f"DELETE FROM {table} WHERE {column} = ?", rows)

    def _forget_others(self, names: Iterable[str]) -> None:
        if self._db.execute("SELECT 1 FROM others").fetchone() is not None:
            self._db.executemany(
                "DELETE FROM others WHERE deleted = ? AND name = ?",
                [(self._deleted, stored(name)) for name in names],
            )


def numbers_of_sets(
    db: sqlite3.Connection, table: str, sets: set[tuple[str, ...]]
) -> dict[tuple[str, ...], int]:
    """Numbers of sets of names, of which most runs have the same.

    Args:
        db: The index, where it can be written.
        table: Which has the sets that are known.
        sets: The sets.
    """
    found = {}
    for names in sets:
        text = json_text(names)
        db.execute(f"INSERT OR IGNORE INTO {table} (names) VALUES (?)", (text,))
        (found[names],) = db.execute(
            f"SELECT number FROM {table} WHERE names = ?", (text,)
        ).fetchone()
    return found
