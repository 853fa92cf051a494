"""Where there are more runs than are looked at each time, notes and turns find what changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from guild.adapters.fsstore.notes import notes_path
from guild.domain.ids import RunId
from guild.domain.selection import RunFilter
from tests.unit.index.homes import ALL, Home, tick

RUNS = 12
LOOKS = 6
"""Of which a run takes one, and one for its label."""
NEW = RunFilter(labels=("new",))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home", looks=LOOKS)
    for number in range(RUNS):
        home.make(f"r{number:02}", started=number, label="old")
    home.ask()
    home.ask()
    return home


def newly_labelled(home: Home) -> list[RunId]:
    """What one command finds."""
    index = home.index()
    found, _ = index.page(NEW)
    index.close()
    tick(home.path)
    return found


def test_few_are_looked_at_each_time_and_all_in_turn(home: Home) -> None:
    looked: list[set[str]] = []
    for _ in range(RUNS // (LOOKS // 2)):
        newly_labelled(home)
        looked.append(set(home.changes.looked))

    assert max(map(len, looked)) == LOOKS // 2
    assert len(set.union(*looked)) == RUNS


def test_turns_come_once_a_second(home: Home) -> None:
    def looked(later_us: int) -> int:
        index = home.index(later_us)
        index.page(NEW)
        index.close()
        return len(set(home.changes.looked))

    newly_labelled(home)
    before = home.commits

    assert [looked(us) for us in (0, 999_999)] == [0, 0]
    assert home.commits == before
    assert [looked(us) for us in (1, 400_000, -2_000_000)] == [LOOKS // 2, 0, LOOKS // 2]


@pytest.mark.parametrize("name", ["r00", "r05", "r11"])
def test_own_changes_are_seen_at_once(home: Home, name: str) -> None:
    home.store.update(home.store.get(name), {"label": "new"})

    assert newly_labelled(home) == [name]
    home.store.update(home.store.get(name), {"label": None})
    assert newly_labelled(home) == []


def test_restarts_are_seen_at_once(home: Home) -> None:
    run = home.store.get("r05")
    home.locks.claim(run)
    home.store.reopen(run)

    home.ask()

    assert home.warnings == []


@pytest.mark.parametrize("name", ["r00", "r05", "r11"])
def test_changes_of_others_are_seen_in_turn(home: Home, name: str) -> None:
    home.attr(name, "label").write_text("new\n")

    found = [newly_labelled(home) for _ in range(RUNS // (LOOKS // 2) + 1)]

    assert found[-1] == [name]


def test_runs_that_are_shown_are_looked_at(home: Home) -> None:
    home.attr("r11", "label").write_text("new\n")
    home.attr("r10", "started").write_text("99\n")
    os.utime(home.attr("r10", "started").parent)
    index = home.index()

    ids, total = index.page(ALL, count=3)

    assert (ids, total) == (["r10", "r11", "r09"], RUNS)
    assert [run.label for run in index.runs(ids)] == ["old", "new", "old"]
    index.close()


def test_runs_that_come_and_go_are_seen_at_once(home: Home) -> None:
    home.make("new", label="new")
    assert newly_labelled(home) == ["new"]
    home.store.delete([home.store.get("new")])
    assert newly_labelled(home) == []
    home.store.restore(home.store.runs(deleted=True))
    assert newly_labelled(home) == ["new"]


def test_runs_that_may_change_at_any_time_are_always_looked_at(home: Home) -> None:
    run = home.store.get("r05")
    home.locks.claim(run)
    newly_labelled(home)
    home.attr("r05", "label").write_text("new\n")

    assert newly_labelled(home) == ["r05"]


@pytest.mark.parametrize("size", [0, None, 5_000_000])
def test_lost_notes_have_all_runs_looked_at(home: Home, size: int | None) -> None:
    notes = notes_path(home.path)
    home.store.update(home.store.get("r00"), {"label": "other"})
    newly_labelled(home)
    home.attr("r05", "label").write_text("new\n")
    if size is None:
        os.unlink(notes)
    else:
        os.truncate(notes, size)

    assert newly_labelled(home) == ["r05"]
    assert len(set(home.changes.looked)) == RUNS
    newly_labelled(home)
    assert len(set(home.changes.looked)) < RUNS
    home.store.update(home.store.get("r11"), {"label": "new"})
    assert newly_labelled(home) == ["r11", "r05"]


def test_notes_about_nothing_do_no_harm(home: Home) -> None:
    with open(notes_path(home.path), "ab") as notes:
        notes.write(b"\n\nnone\n../../x\n\xff\xfe\n" + b"r05\n" * 100 + b"r06")

    home.ask()

    assert home.ask() == []


def test_without_an_index_no_notes_are_left(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.make("aaa")
    home.store.update(home.store.get("aaa"), {"label": "x"})

    assert not os.path.exists(notes_path(home.path))
