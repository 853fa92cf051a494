"""What still holds of a reading of scalars when files changed."""

from __future__ import annotations

import pytest

from guild.domain.scalarreading import (
    EventFile,
    FoundFile,
    ScalarReading,
    kept,
    reading_order,
)
from guild.domain.scalars import ScalarPoint
from guild.domain.scalarsummary import summarize

_SUMMARIES = tuple(summarize([ScalarPoint("a", 1.0, prefix=prefix) for prefix in ("", "p")]))
READING = ScalarReading(
    files=(
        EventFile(path="1", size=10, ino=1, offset=10),
        EventFile(path="2", size=10, ino=2, offset=8),
        EventFile(path="p/1", size=10, ino=3, offset=10),
    ),
    summaries=_SUMMARIES,
    linked=True,
)
FOUND: list[FoundFile] = [("1", 10, 1, 0), ("2", 10, 2, 0), ("p/1", 10, 3, 0)]


def directories(found: list[FoundFile]) -> list[str]:
    """What is kept: by summaries, and by files alike."""
    reading = kept(READING, found)
    prefixes = [each.prefix for each in reading.summaries]
    files = {reading_order(file.path)[0] for file in reading.files}
    assert sorted(files) == prefixes
    return prefixes


def test_what_did_not_change_is_kept() -> None:
    assert READING.is_of(FOUND)
    assert kept(READING, FOUND).files == READING.files
    assert kept(READING, FOUND).summaries == READING.summaries


@pytest.mark.parametrize(
    "found",
    [
        [FOUND[0], ("2", 11, 2, 0), FOUND[2]],
        [FOUND[0], FOUND[1], ("3", 1, 9, 0), FOUND[2]],
        [FOUND[0], ("2", 99, 2, 0), ("3", 1, 9, 0), ("p/1", 11, 3, 0), ("p/2", 1, 8, 0)],
    ],
)
def test_growth_at_the_end_of_a_directory_keeps_it(found: list[FoundFile]) -> None:
    assert not READING.is_of(found)
    assert directories(found) == ["", "p"]


@pytest.mark.parametrize(
    "of_root",
    [
        [],
        [FOUND[0]],
        [FOUND[1]],
        [("1", 11, 1, 0), FOUND[1]],
        [("1", 9, 1, 0), FOUND[1]],
        [FOUND[0], ("2", 9, 2, 0)],
        [FOUND[0], ("2", 10, 5, 0)],
        [FOUND[0], ("2", 11, 5, 0)],
        [("0", 1, 9, 0), *FOUND[:2]],
        [FOUND[0], ("15", 1, 9, 0), FOUND[1]],
    ],
)
def test_any_other_change_drops_the_directory(of_root: list[FoundFile]) -> None:
    assert directories([*of_root, FOUND[2]]) == ["p"]


def test_a_file_that_was_written_at_another_time_is_another_or_changed() -> None:
    assert not READING.is_of([*FOUND[:2], ("p/1", 10, 3, 1)])
    assert directories([*FOUND[:2], ("p/1", 10, 3, 1)]) == ["", "p"]


def test_directories_come_before_names() -> None:
    paths = ["b", "a/b", "a-b/a", "a/b/a", "a/c"]

    assert sorted(paths, key=reading_order) == ["b", "a/b", "a/c", "a-b/a", "a/b/a"]
