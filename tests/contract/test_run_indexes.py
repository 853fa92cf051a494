"""Every index of runs under the one contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.changes import DirectoryRunChanges
from guild.adapters.fsstore.locks import DirectoryRunLocks
from guild.adapters.fsstore.store import DirectoryRunStore
from guild.adapters.index.sqlite import SqliteRunIndex
from guild.adapters.memory.run_changes import MemoryRunChanges
from guild.adapters.memory.run_index import ReadingRunIndex
from guild.adapters.memory.scalars import MemoryScalarFile, MemoryScalarSource
from guild.adapters.memory.store import MemoryRunStore
from guild.adapters.process.evidence import liveness, own_evidence
from guild.adapters.tfevents.messages import EventMessages
from guild.adapters.tfevents.reader import TfEventsScalarSource
from guild.adapters.tfevents.records import frames
from guild.app.ports.recording import ScalarSource
from guild.app.ports.run_changes import RunChanges
from guild.app.ports.run_index import RunIndex
from guild.app.ports.run_store import RunStore
from guild.domain.run import Run
from guild.domain.scalars import ScalarPoint
from guild.domain.timestamps import Timestamp
from tests.contract.run_index_contract import Place, RunIndexContract


def _now() -> Timestamp:
    return Timestamp(5_000_000)


def _fail(sentence: str) -> None:
    raise AssertionError(sentence)


def _unseen(names: Iterable[str]) -> Iterable[str]:
    return names


class MemoryPlace:
    """Runs in memory."""

    index: RunIndex

    def __init__(self) -> None:
        self.store = MemoryRunStore()
        self.scalars = MemoryScalarSource()
        self.index = self.reading = ReadingRunIndex(self.store, lambda: self.scalars, str, _now)

    def settle(self, run: Run) -> None:
        self.store.locks.release(run)
        self.store.set_mark(run, None)

    def add_scalars(self, run: Run, path: str, *values: tuple[str, float, int]) -> None:
        files = self.scalars.runs.setdefault(run.path, {})
        files.setdefault(path, MemoryScalarFile(len(files) + 1)).values.extend(values)


class DirectoryPlace:
    """Runs in directories."""

    index: RunIndex

    def __init__(self, home: str) -> None:
        self.home = home
        self.locks = DirectoryRunLocks(evidence=own_evidence, liveness=liveness)
        self.store = DirectoryRunStore(home, self.locks)
        self.scalars = TfEventsScalarSource()
        self.index = self.reading = ReadingRunIndex(self.store, lambda: self.scalars, str, _now)

    def settle(self, run: Run) -> None:
        self.store.set_mark(run, None)
        self.locks.release(run)

    def add_scalars(self, run: Run, path: str, *values: tuple[str, float, int]) -> None:
        file = Path(run.path, path).with_name(f"events.out.tfevents.{Path(path).name}")
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(file, "ab") as out:
            for tag, value, step in values:
                out.write(frames(EventMessages().scalars([ScalarPoint(tag, value, step)], 1.5)))


def _indexed(
    home: str,
    roots: tuple[str, str],
    store: RunStore,
    changes: RunChanges,
    scalars: ScalarSource,
) -> SqliteRunIndex:
    return SqliteRunIndex(
        home=home,
        roots=roots,
        changes=changes,
        read_scalars=scalars.read,
        reading=ReadingRunIndex(store, lambda: scalars, str, _now),
        format_time=str,
        clock=_now,
        warn=_fail,
        progress=_unseen,
        looks=4096,
    )


class TestReadingRunIndexInMemory(RunIndexContract):
    @pytest.fixture
    def place(self) -> Place:
        return MemoryPlace()


class TestReadingRunIndexOfDirectories(RunIndexContract):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        return DirectoryPlace(str(tmp_path))


class TestSqliteRunIndexOfMemory(RunIndexContract):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Iterator[Place]:
        place = MemoryPlace()
        changes = MemoryRunChanges(place.store)
        index = _indexed(str(tmp_path), ("/runs", "/trash"), place.store, changes, place.scalars)
        place.index = index
        yield place
        index.close()


class TestSqliteRunIndexOfDirectories(RunIndexContract):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Iterator[Place]:
        place = DirectoryPlace(str(tmp_path))
        home = place.home
        roots = (layout.runs_dir(home), layout.trash_dir(home))
        changes = DirectoryRunChanges(home, place.locks.liveness)
        index = _indexed(home, roots, place.store, changes, place.scalars)
        place.index = index
        yield place
        index.close()
