"""All links of pipelines under the one contract."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from guild.adapters.fsstore.steplinks import DirectoryStepLinks
from guild.adapters.memory.steplinks import MemoryStepLinks
from guild.domain.ids import RunId
from guild.domain.run import Run
from tests.contract.step_links_contract import StepLinksContract


class TestMemoryStepLinks(StepLinksContract):
    @pytest.fixture
    def pipeline(self) -> Run:
        return Run(id=RunId("p"), path="/runs/p")

    @pytest.fixture
    def runs(self) -> set[str]:
        return set()

    @pytest.fixture
    def links(self, runs: set[str]) -> MemoryStepLinks:
        return MemoryStepLinks(is_there=lambda path: path in runs)

    @pytest.fixture
    def make(self, runs: set[str]) -> Callable[[str], str]:
        def make(name: str) -> str:
            runs.add(f"/runs/{name}")
            return f"/runs/{name}"

        return make

    @pytest.fixture
    def spoil(self, links: MemoryStepLinks) -> Callable[[str], None]:
        def spoil(name: str) -> None:
            links.targets[f"/runs/p/{name}"] = None

        return spoil


class TestDirectoryStepLinks(StepLinksContract):
    @pytest.fixture
    def pipeline(self, tmp_path: Path) -> Run:
        path = tmp_path / "runs/p"
        (path / ".guild").mkdir(parents=True)
        return Run(id=RunId("p"), path=str(path))

    @pytest.fixture
    def links(self, tmp_path: Path) -> DirectoryStepLinks:
        return DirectoryStepLinks(str(tmp_path))

    @pytest.fixture
    def make(self, tmp_path: Path) -> Callable[[str], str]:
        def make(name: str) -> str:
            path = tmp_path / "runs" / name
            path.mkdir(parents=True, exist_ok=True)
            return str(path)

        return make

    @pytest.fixture
    def spoil(self, pipeline: Run) -> Callable[[str], None]:
        def spoil(name: str) -> None:
            Path(pipeline.path, name).write_text("no link")

        return spoil

    def test_links_are_relative_and_nothing_else_is_left(
        self, links: DirectoryStepLinks, pipeline: Run
    ) -> None:
        links.link(pipeline, "a", "one")
        links.link(pipeline, "a", "two")

        assert os.readlink(f"{pipeline.path}/a") == "../two"
        assert sorted(os.listdir(pipeline.path)) == [".guild", "a"]
        assert os.listdir(f"{pipeline.path}/.guild") == []

    def test_a_pipeline_elsewhere_has_absolute_links(
        self, links: DirectoryStepLinks, tmp_path: Path, make: Callable[[str], str]
    ) -> None:
        (tmp_path / "else/where/.guild").mkdir(parents=True)
        pipeline = Run(id=RunId("where"), path=str(tmp_path / "else/where"))
        one = make("one")

        links.link(pipeline, "a", "one")

        assert os.readlink(f"{pipeline.path}/a") == one
        assert links.state(pipeline, "a").target == one
