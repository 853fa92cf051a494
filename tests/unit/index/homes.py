"""A home on disk, its index, and what reads it."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable
from glob import glob
from pathlib import Path

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.changes import DirectoryRunChanges
from guild.adapters.fsstore.locks import DirectoryRunLocks
from guild.adapters.fsstore.store import DirectoryRunStore
from guild.adapters.index.sqlite import SqliteRunIndex
from guild.adapters.memory.run_index import ReadingRunIndex
from guild.adapters.tfevents.messages import EventMessages
from guild.adapters.tfevents.reader import TfEventsScalarSource
from guild.adapters.tfevents.records import frames
from guild.app.run_reading import RunReading
from guild.domain.draft import RunDraft
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.run import Run
from guild.domain.scalars import ScalarPoint
from guild.domain.selection import RunFilter
from guild.domain.status import Liveness
from guild.domain.timestamps import Timestamp

__all__ = ["ALL", "ECHO", "CountingChanges", "Home"]

ECHO = OpRef("script", "/project", "", "", "echo.py")
ALL = RunFilter()
_HOUR_NS = 3_600_000_000_000


class CountingChanges(DirectoryRunChanges):
    """Tells what is read, and what is looked at."""

    def __init__(self, home: Home) -> None:
        # To this clock all files are old: nothing changes without a sign.
        super().__init__(home.path, home.liveness, now_ns=lambda: time.time_ns() + _HOUR_NS)
        self.reads: list[str] = []
        self.attrs: list[str] = []
        self.looked: list[str] = []

    def stamps(self, watched: Iterable[tuple[str, int]], *, deleted: bool) -> list[int]:
        """See `RunChanges.stamps`."""
        watched = list(watched)
        self.looked += [name for name, _ in watched]
        return super().stamps(watched, deleted=deleted)

    def read(self, name: str, *, deleted: bool) -> RunReading | None:
        """See `RunChanges.read`."""
        self.reads.append(name)
        return super().read(name, deleted=deleted)

    def attr(self, name: str, attr: str, *, deleted: bool) -> object:
        """See `RunChanges.attr`."""
        self.attrs.append(name)
        return super().attr(name, attr, deleted=deleted)


class Home:
    """A home whose index is asked as by one command after the other.

    Attributes:
        dead: Ids of processes that don't live any more.
        warnings: What the index told of itself.
        now: The present; a second later for each command that begins.
        count: What tells of changes to the next index.
        changes: What told of them to the last one.
    """

    def __init__(self, path: Path, looks: int = 8192, timeout_s: float = 20.0) -> None:
        self.path = str(path)
        self.looks = looks
        self.timeout_s = timeout_s
        self.now = Timestamp(5_000_000)
        self.dead: set[str] = set()
        self.warnings: list[str] = []
        self.locks = DirectoryRunLocks(evidence=str, liveness=self.liveness)
        self.store = DirectoryRunStore(self.path, self.locks)
        self.scalars = TfEventsScalarSource()
        self.reading = ReadingRunIndex(self.store, lambda: self.scalars, str, self.clock)
        self.count = CountingChanges
        self.changes = self.count(self)

    def liveness(self, text: str) -> Liveness:
        words = text.split()
        return Liveness.DEAD if not words or words[0] in self.dead else Liveness.ALIVE

    def clock(self) -> Timestamp:
        return self.now

    def index(self, later_us: int = 1_000_000) -> SqliteRunIndex:
        """An index of its own connection, as a new command has, some microseconds later."""
        self.now = Timestamp(self.now + later_us)
        self.changes = self.count(self)
        return SqliteRunIndex(
            home=self.path,
            roots=(layout.runs_dir(self.path), layout.trash_dir(self.path)),
            changes=self.changes,
            read_scalars=self.scalars.read,
            reading=self.reading,
            format_time=str,
            clock=self.clock,
            warn=self.warnings.append,
            progress=lambda names: names,
            timeout_s=self.timeout_s,
            looks=self.looks,
        )

    def make(self, run_id: str, **attrs: object) -> Run:
        """A run that has ended."""
        attrs.setdefault("exit_status", 0)
        run = self.store.create(RunDraft(id=RunId(run_id), opref=ECHO, attrs=attrs))
        self.store.set_mark(run, None)
        self.locks.release(run)
        return run

    def ask(self, index: SqliteRunIndex | None = None) -> list[str]:
        """The names of what a command read to list all runs; its answers are those of reading."""
        used = self.index() if index is None else index
        try:
            for deleted in (False, True):
                ids, total = used.page(ALL, deleted=deleted)
                assert total == len(ids)
                assert ids == self.reading.page(ALL, deleted=deleted)[0]
                assert used.runs(ids, deleted=deleted) == self.reading.runs(ids, deleted=deleted)
        finally:
            if index is None:
                used.close()
        tick(self.path)
        return sorted(self.changes.reads)

    def attr(self, run_id: str, name: str) -> Path:
        """The file of an attribute."""
        return Path(self.path, "runs", run_id, ".guild", "attrs", name)

    def scalars_of(self, run_id: str, *values: tuple[str, float, int]) -> None:
        """Give a run an event file with values of tags, with their steps."""
        points = [ScalarPoint(*value) for value in values]
        path = Path(self.path, "runs", run_id, "events.out.tfevents.1.h")
        path.write_bytes(frames(EventMessages().scalars(points, 1.5)))

    @property
    def database(self) -> Path:
        """The file of the index."""
        (path,) = glob(f"{self.path}/cache/runs/*/*.sqlite3")
        return Path(path)

    @property
    def commits(self) -> int:
        """Changes with each transaction that was written, as long as the file is the same."""
        with sqlite3.connect(self.database) as db:
            (number,) = db.execute("SELECT number FROM generation").fetchone()
            state = db.execute("SELECT * FROM state").fetchall()
        db.close()
        return hash((number, tuple(state)))


def tick(directory: str) -> None:
    """Wait until files that are changed get another time than those before."""
    path = f"{directory}/.tick"
    Path(path).touch()
    before = os.stat(path).st_ctime_ns
    while os.stat(path).st_ctime_ns == before:
        os.utime(path)
