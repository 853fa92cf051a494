from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.flagimport.conftest import Scripts

SCRIPT = """\
import argparse, os
from names import NAME
with open("count", "a") as file:
    file.write("x")
p = argparse.ArgumentParser()
p.add_argument("--" + NAME, default=os.sep)
p.parse_args()
"""


@pytest.fixture
def counted(scripts: Scripts) -> Callable[[], int]:
    """A script that must be run; how often it was."""
    scripts.write("train.py", SCRIPT)
    scripts.write("names.py", "NAME = 'x'")

    def count() -> int:
        return len((scripts.directory / "count").read_text())

    return count


def test_a_script_is_run_once(scripts: Scripts, counted: Callable[[], int]) -> None:
    first, second = scripts.run(), scripts.run()

    assert first == second
    assert counted() == 1


@pytest.mark.parametrize("name", ["train.py", "names.py"])
def test_a_change_of_any_file_counts(
    scripts: Scripts, counted: Callable[[], int], name: str
) -> None:
    scripts.run()
    path = scripts.directory / name
    path.write_text(path.read_text() + "\n# changed\n")

    scripts.run()

    assert counted() == 2


def test_words_and_interpreter_are_told_apart(
    scripts: Scripts, counted: Callable[[], int]
) -> None:
    scripts.run()
    scripts.run(words=("train",))

    assert counted() == 2
    assert scripts.read().warnings != ()


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"{}", b"\xff", b'{"key": [], "files": 1, "parser": 2}']
)
def test_a_damaged_entry_is_none(
    scripts: Scripts, counted: Callable[[], int], data: bytes
) -> None:
    expected = scripts.run()
    (entry,) = scripts.cache.iterdir()
    entry.write_bytes(data)

    assert scripts.run() == expected
    assert counted() == 2


def test_a_cache_that_cant_be_written_is_ignored(
    scripts: Scripts, counted: Callable[[], int]
) -> None:
    scripts.cache.write_text("a file in its place")

    assert [flag.name for flag in scripts.run().flags] == ["x"]
    assert counted() == 1


def test_a_failure_is_not_kept(scripts: Scripts) -> None:
    scripts.write("train.py", SCRIPT)
    scripts.write("names.py", "import os\nNAME = os.nope")

    scripts.run()

    assert not scripts.cache.exists()


def test_nothing_but_whole_entries_is_left(scripts: Scripts, counted: Callable[[], int]) -> None:
    scripts.run()

    (entry,) = scripts.cache.iterdir()
    assert entry.suffix == ""
    assert len(entry.name) == 32


def test_what_is_read_is_not_kept(scripts: Scripts, tmp_path: Path) -> None:
    scripts.write("train.py", "lr = 1\n")

    scripts.run()

    assert not (tmp_path / "cache").exists()
