"""Files that checks of pipelines look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from guild.adapters.fsstore.stepfiles import DirectoryStepFiles
from guild.domain.errors import StoreError
from guild.domain.ids import RunId
from guild.domain.run import Run


@pytest.fixture
def run(tmp_path: Path) -> Run:
    path = tmp_path / "run"
    (path / ".guild").mkdir(parents=True)
    (path / "sub/deep").mkdir(parents=True)
    for name in ("a.txt", "sub/b.txt", "sub/deep/c.txt"):
        (path / name).write_text(name)
    (tmp_path / "out.txt").write_text("outside")
    return Run(id=RunId("run"), path=str(path))


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.txt", ["a.txt"]),
        ("**/*.txt", ["a.txt", "sub/b.txt", "sub/deep/c.txt"]),
        ("sub", []),
        ("./a.txt", ["a.txt"]),
        ("../*.txt", []),
        ("nope", []),
    ],
)
def test_patterns_find_files_of_the_run(run: Run, pattern: str, found: list[str]) -> None:
    assert DirectoryStepFiles().matching(run, pattern) == found


def test_absolute_patterns_find_nothing(run: Run, tmp_path: Path) -> None:
    assert DirectoryStepFiles().matching(run, f"{tmp_path}/*.txt") == []


def test_output_is_text_in_any_case(run: Run) -> None:
    files = DirectoryStepFiles()
    assert files.output(run) == ""

    Path(run.path, ".guild/output").write_bytes(b"a\xff\nb")

    assert files.output(run) == "a\ufffd\nb"


def test_a_file_that_is_not_there_is_a_clear_error(run: Run) -> None:
    with pytest.raises(StoreError, match=r"^cannot read .*nope"):
        DirectoryStepFiles().text(f"{run.path}/nope")
