"""Event files that come to runs which have ended."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from guild.adapters.tfevents.messages import EventMessages
from guild.adapters.tfevents.records import frames
from guild.domain.ids import RunId
from guild.domain.scalarreading import EventFile, ScalarReading
from guild.domain.scalars import ScalarPoint
from tests.unit.index.homes import ALL, Home, tick

FEW = 64
TURN = 16


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose scalars are known."""
    home = Home(tmp_path)
    for number in range(3):
        home.make(f"r{number}")
        home.scalars_of(f"r{number}", ("loss", 0.5, 1))
    assert tags(home) == {"loss"}
    return home


def evaluate(home: Home, run_id: str, directory: str = "eval") -> None:
    """Add an event file to a run that has ended."""
    path = Path(home.path, "runs", run_id, directory)
    path.mkdir(exist_ok=True)
    data = frames(EventMessages().scalars([ScalarPoint("acc", 0.9, 7)], 1.5))
    (path / "events.out.tfevents.2.h").write_bytes(data)


def tags(home: Home, later_us: int = 1_000_000) -> set[str]:
    """Tags of all scalars, as the next command sees them."""
    with closing(home.index(later_us)) as index:
        found = index.columns(ALL, scalars=True)
    tick(home.path)
    return {tag for _, tag in found.scalars}


def of_columns(home: Home) -> bool:
    return "acc" in tags(home)


def of_table(home: Home) -> bool:
    with closing(home.index()) as index:
        return "acc" in index.scalar_table([RunId("r1")]).tag


def of_summaries(home: Home) -> bool:
    with closing(home.index()) as index:
        return "acc" in [each.tag for each in index.summaries([home.store.get("r1")])[RunId("r1")]]


@pytest.mark.parametrize("seen", [of_columns, of_table, of_summaries])
@pytest.mark.parametrize("directory", ["eval", ".", ".guild"])
def test_they_are_seen_where_few_runs_are_shown(
    home: Home, seen: Callable[[Home], bool], directory: str
) -> None:
    evaluate(home, "r1", directory)

    assert seen(home)


def test_those_that_go_are_seen_as_well(home: Home) -> None:
    Path(home.path, "runs/r1/events.out.tfevents.1.h").unlink()

    with closing(home.index()) as index:
        rows, _, _ = index.columns(ALL, scalars=True).scalars["", "loss"]
    assert len(rows) == 2


def test_what_has_not_changed_is_neither_read_nor_written(home: Home) -> None:
    before = home.commits
    read = home.scalars.read
    changed = []

    def counted(path: str, known: ScalarReading | None) -> ScalarReading:
        found = read(path, known)
        if found is not known:
            changed.append(path)
        return found

    with closing(home.index()) as index:
        index._read_scalars = counted
        index.columns(ALL, scalars=True)

    assert (changed, home.commits) == ([], before)


def test_a_file_that_cannot_be_read_is_tried_again_and_not_written(home: Home) -> None:
    loop = Path(home.path, "runs/r1/events.out.tfevents.3.h")
    loop.write_bytes(b"")
    read = home.scalars.read

    def unreadable(path: str, known: ScalarReading | None) -> ScalarReading:
        found = read(path, known)
        if not path.endswith("r1"):
            return found
        files = (*found.files[:1], EventFile(path=loop.name, size=0, ino=0))
        return found.replaced(files=files, is_whole=False)

    def asked() -> str:
        with closing(home.index()) as index:
            index._read_scalars = unreadable
            index.columns(ALL, scalars=True)
        tick(home.path)
        return dump(home)

    asked()
    assert asked() == asked()
    assert tags(home) == {"loss"}


def dump(home: Home) -> str:
    """All that the index holds of scalars, with what changes at each writing."""
    with closing(sqlite3.connect(home.database)) as db:
        return repr(
            [
                db.execute("PRAGMA data_version").fetchall(),
                db.execute("SELECT rowid, * FROM scalars").fetchall(),
                os.stat(f"{home.database}").st_mtime_ns,
            ]
        )


def test_in_a_large_home_they_are_seen_in_turn(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for number in range(FEW + 1):
        home.make(f"r{number:02}")
        home.scalars_of(f"r{number:02}", ("loss", 0.5, 1))
    tags(home)
    evaluate(home, f"r{FEW}")
    turns = -(-(FEW + 1) // TURN)

    assert "acc" not in tags(home, later_us=0)
    assert "acc" in set.union(*[tags(home) for _ in range(turns + 1)])
    assert "acc" in tags(home)
