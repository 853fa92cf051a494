"""All sources of scalars under the one contract."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from guild.adapters.memory.scalars import MemoryScalarFile, MemoryScalarSource
from guild.adapters.tfevents.messages import EventMessages
from guild.adapters.tfevents.reader import TfEventsScalarSource
from guild.adapters.tfevents.records import frames
from guild.domain.ids import RunId
from guild.domain.run import Run
from guild.domain.scalars import ScalarPoint
from tests.contract.scalar_source_contract import Files, ScalarSourceContract


class MemoryFiles:
    def __init__(self, files: dict[str, MemoryScalarFile]) -> None:
        self._files = files
        self._count = 0

    def append(self, path: str, *values: float, tag: str = "a") -> None:
        if path not in self._files:
            self._count += 1
            self._files[path] = MemoryScalarFile(self._count)
        file = self._files[path]
        start = len(file.values)
        file.values += [(tag, value, start + index) for index, value in enumerate(values)]

    def rewrite(self, path: str, *values: float) -> None:
        self.remove(path)
        self.append(path, *values)

    def remove(self, path: str) -> None:
        del self._files[path]

    def shorten(self, path: str) -> None:
        self._files[path].values.pop()


class DiskFiles:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._ends: dict[str, list[int]] = {}

    def append(self, path: str, *values: float, tag: str = "a") -> None:
        self._root.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
        ends = self._ends.setdefault(path, [0])
        with open(self._root / path, "ab") as file:
            for value in values:
                point = ScalarPoint(tag, value, len(ends) - 1)
                file.write(frames(EventMessages().scalars([point], 1.5)))
                ends.append(file.tell())

    def rewrite(self, path: str, *values: float) -> None:
        os.truncate(self._root / path, 0)
        del self._ends[path]
        self.append(path, *values)

    def remove(self, path: str) -> None:
        self._root.joinpath(path).unlink()
        del self._ends[path]

    def shorten(self, path: str) -> None:
        self._ends[path].pop()
        os.truncate(self._root / path, self._ends[path][-1])


class TestMemoryScalarSource(ScalarSourceContract):
    @pytest.fixture
    def run(self) -> Run:
        return Run(id=RunId("r"), path="/runs/r")

    @pytest.fixture
    def source(self) -> MemoryScalarSource:
        return MemoryScalarSource()

    @pytest.fixture
    def files(self, source: MemoryScalarSource, run: Run) -> Files:
        return MemoryFiles(source.runs.setdefault(run.path, {}))


class TestTfEventsScalarSource(ScalarSourceContract):
    @pytest.fixture
    def run(self, tmp_path: Path) -> Run:
        path = tmp_path / "r"
        (path / ".guild" / "attrs").mkdir(parents=True)
        (path / ".guild" / "opref").touch()
        return Run(id=RunId("r"), path=str(path))

    @pytest.fixture
    def source(self) -> TfEventsScalarSource:
        return TfEventsScalarSource()

    @pytest.fixture
    def files(self, run: Run) -> Files:
        return DiskFiles(Path(run.path))
