"""Scalars in the index: what was read of each run, and from where reading goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from guild.adapters.index.asking import data_version, marks, of_runs, pieces
from guild.adapters.index.cells import (
    from_stored,
    joined,
    json_text,
    json_value,
    parted,
    stored,
)
from guild.adapters.index.scalardata import Alike, alike_of, names_of, numbers_of
from guild.adapters.index.sync import TURN_US
from guild.adapters.index.writing import numbers_of_sets, transaction, unwilling_to_wait

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any, TypeAlias

    from guild.app.ports.recording import Clock
    from guild.app.ports.run_changes import Progress
    from guild.domain.scalarreading import EventFile, ScalarReading
    from guild.domain.scalarsummary import ScalarSummary

    _Found: TypeAlias = tuple[tuple[Any, ...], ScalarReading, bool]
    """A row of `_STALE`, what was read now, and whether that is more or less than before."""

__all__ = ["ReadScalars", "ScalarRows"]

ReadScalars = Callable[[str, "ScalarReading | None"], "ScalarReading"]
"""Reads what is new of the scalars of a run directory: see `ScalarSource.read`."""

_FEW = 64
_TURN = 16
_PIECE = 1024

_STALE = (
    "SELECT r.n, r.id, r.stamp, r.scalars, r.is_open, s.files, s.is_linked"
    " FROM runs r LEFT JOIN scalars s ON s.run = r.n WHERE r.deleted = ? AND"
)
# Each with an index of its own, which is empty or nearly so.
_WHICH = (
    "r.scalars IS NOT r.stamp",
    "r.is_open",
    "r.n IN (SELECT run FROM scalars WHERE is_linked)",
)


class ScalarRows:
    """Keeps the scalars of runs of one place up to date, and gives them.

    Nothing tells of an event file that came to a run which had ended, as of an evaluation. To find
    those, the directories of runs that are about to be shown are walked through, if they are few,
    and else those of some runs in turn.

    Args:
        db: The index.
        root: Directory of the runs.
        read: Reads the scalars of one of them.
        progress: Passes names through, and shows how far they are.
        clock: The present.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        root: str,
        read: ReadScalars,
        progress: Progress,
        clock: Clock,
    ) -> None:
        self._db = db
        self._root = root
        self._read = read
        self._progress = progress
        self._clock = clock

    def sync(
        self,
        deleted: bool,
        numbers: Sequence[int] | None = None,
        shown: Sequence[int] | None = None,
    ) -> None:
        """Read what is not known yet of these runs, or of all of a place.

        Args:
            deleted: Whether the place is the trash.
            numbers: `runs.n` of the runs; None for all.
            shown: Those that are about to be shown; None for `numbers`.
        """
        self._version = data_version(self._db)
        stale: dict[str, tuple[Any, ...]] = {}
        wanted = None if numbers is None else set(numbers)
        for which in _WHICH:
            for row in self._db.execute(f"{_STALE} {which}", (int(deleted),)):
                if wanted is None or row[0] in wanted:
                    stale[from_stored(row[1])] = row
        for row in self._to_look_at(deleted, numbers if shown is None else shown):
            name = from_stored(row[1])
            if name not in stale and self._has_changed(name, row):
                stale[name] = row
        found: list[_Found] = []
        for name in self._progress(list(stale)):
            row = stale[name]
            before = self._before(row)
            reading = self._read(f"{self._root}/{name}", before)
            is_new = before is None or not reading.is_like(before)
            if is_new or row[3] != (row[2] if reading.is_whole else None):
                found.append((row, reading, is_new))
            if len(found) >= _PIECE:
                self._write(found)
                found = []
        if found:
            self._write(found)

    def _to_look_at(self, deleted: bool, shown: Sequence[int] | None) -> Iterable[tuple[Any, ...]]:
        """Rows of runs of which nothing tells that they changed."""
        place = int(deleted)
        if shown is not None and len(shown) > _FEW:
            return self._in_turn(place)
        which = "true" if shown is None else f"r.n IN ({','.join(map(str, shown))})"
        rows = self._db.execute(f"{_STALE} {which} LIMIT {_FEW + 1}", (place,)).fetchall()
        return self._in_turn(place) if len(rows) > _FEW else rows

    def _in_turn(self, place: int) -> Iterable[tuple[Any, ...]]:
        """Rows of those runs whose turn it is."""
        row = self._db.execute(
            "SELECT run, scanned_at FROM scans WHERE deleted = ?", (place,)
        ).fetchone()
        last, then = row or (0, 0)
        now = self._clock()
        if row and then <= now < then + TURN_US:
            return []
        # The plus keeps SQLite from finding them by place, and sorting them all.
        some = _STALE.replace("r.deleted", "+r.deleted")
        rows = self._db.execute(
            f"{some} r.n > ? ORDER BY r.n LIMIT {_TURN}", (place, last)
        ).fetchall()
        last = rows[-1][0] if len(rows) == _TURN else 0
        with unwilling_to_wait(self._db), transaction(self._db):
            self._db.execute("INSERT OR REPLACE INTO scans VALUES (?, ?, ?)", (place, last, now))
        return rows

    def _has_changed(self, name: str, row: Sequence[Any]) -> bool:
        """Whether there is more or less to read of a run than there was."""
        from guild.domain.scalarreading import ScalarReading

        files, is_linked = row[5], row[6]
        known = ScalarReading(files=_files(files or ""), linked=bool(is_linked))
        return self._read(f"{self._root}/{name}", known) is not known

    def of(self, numbers: Sequence[int]) -> dict[int, list[ScalarSummary]]:
        """Summaries by number of the run, sorted by prefix, then tag."""
        return dict(chain.from_iterable(map(Alike.summaries, alike_of(self._db, numbers))))

    def _before(self, row: Sequence[Any]) -> ScalarReading | None:
        """What was read of a run; None if nothing."""
        number, files, is_linked = row[0], row[5], row[6]
        if files is None:
            return None
        from guild.domain.scalarreading import ScalarReading

        return ScalarReading(
            files=_files(files),
            summaries=tuple(self.of([number]).get(number, ())),
            linked=bool(is_linked),
        )

    def _write(self, found: Sequence[_Found]) -> None:
        """Write what was read, but for runs that are others by now, or gone.

        What another process wrote meanwhile stays: it began to read where this one did.
        """
        with transaction(self._db):
            same = found if data_version(self._db) == self._version else self._still(found)
            new = [(row[0], reading) for row, reading, is_new in same if is_new]
            known = [(row[0],) for row, _, is_new in same if is_new and row[5] is not None]
            self._db.executemany("DELETE FROM scalars WHERE run = ?", known)
            self._put(new)
            # A move of the run, which may have come in between, is no change of its stamp.
            for as_of, is_whole in (("stamp", True), ("NULL", False)):
                numbers = [row[0] for row, reading, _ in same if reading.is_whole is is_whole]
                for some in pieces(numbers):
                    self._db.execute(
                        f"UPDATE runs SET scalars = {as_of} WHERE n IN ({marks(some)})", some
                    )

    def _put(self, new: Sequence[tuple[int, ScalarReading]]) -> None:
        """Write rows of runs that have none."""
        names = [names_of(reading.summaries) for _, reading in new]
        sets = numbers_of_sets(self._db, "scalar_sets", set(names))
        self._db.executemany(
            # As in writing.py: nothing of a row need be undone by itself.
            "INSERT OR FAIL INTO scalars VALUES (?,?,?,?,?)",
            [
                (
                    n,
                    int(reading.linked),
                    _text(reading.files),
                    sets[its_names],
                    numbers_of(reading.summaries),
                )
                for (n, reading), its_names in zip(new, names, strict=True)
            ],
        )
        tags = {tag for its_names in sets for tag in its_names[1::2]}
        self._db.executemany(
            "INSERT OR IGNORE INTO names VALUES ('scalar', ?)", [(stored(tag),) for tag in tags]
        )

    def _still(self, found: Sequence[_Found]) -> Sequence[_Found]:
        """Those of runs that are what they were, and whose files were read as far as they were."""
        select = "SELECT n, id, stamp, files FROM runs LEFT JOIN scalars ON run = n"
        numbers = [row[0] for row, _, _ in found]
        now = {row[0]: row for row in of_runs(self._db, select, numbers, key="n")}
        return [one for one in found if now.get(one[0][0]) == (*one[0][:3], one[0][5])]


def _text(files: Iterable[EventFile]) -> str:
    """What a row has of files: eight texts for each, of which most are short and plain."""
    return joined(
        [
            text
            for one in files
            for text in (
                one.path,
                str(one.size),
                str(one.ino),
                str(one.mtime),
                str(one.offset),
                one.tail,
                json_text(dict(one.kinds)) if one.kinds else "",
                "damaged" if one.damaged else "",
            )
        ]
    )


def _files(text: str) -> tuple[EventFile, ...]:
    """The files in a row's text."""
    from guild.domain.scalarreading import EventFile

    texts = iter(parted(text))
    return tuple(
        EventFile(
            path=path,
            size=int(size),
            ino=int(ino),
            mtime=int(mtime),
            offset=int(offset),
            tail=tail,
            kinds=json_value(kinds) if kinds else {},
            damaged=bool(damaged),
        )
        for path, size, ino, mtime, offset, tail, kinds, damaged in zip(*[texts] * 8, strict=True)
    )
