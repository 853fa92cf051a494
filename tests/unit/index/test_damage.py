"""A damaged index is made anew by itself; where there can be none, runs are read."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from guild.domain.errors import StoreError
from guild.domain.filterexpr import parse_filter
from guild.domain.selection import RunFilter
from tests.e2e.mounts import read_only
from tests.unit.index.homes import ALL, Home

RUNS = 40
NOTICE = "cannot keep an index of runs, so all are read: "


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    for number in range(RUNS):
        home.make(f"r{number:02}", started=number, label="x" * 200, flags={"lr": number})
    home.ask()
    return home


def _garbage(path: Path) -> None:
    path.write_bytes(b"no database at all " * 1000)


def _short_garbage(path: Path) -> None:
    path.write_bytes(b"x")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _one_page(path: Path) -> None:
    os.truncate(path, 4096)


def _odd_size(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1000)


def _zeros_in_the_middle(path: Path) -> None:
    size = path.stat().st_size
    with open(path, "r+b") as file:
        file.seek(4096)
        file.write(bytes(size - 8192))


def _directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _statement(text: str) -> Callable[[Path], None]:
    def run(path: Path) -> None:
        with sqlite3.connect(path) as db:
            db.execute(text)
        db.close()

    return run


DAMAGE = [
    _garbage,
    _short_garbage,
    _empty,
    _half,
    _one_page,
    _odd_size,
    _zeros_in_the_middle,
    _statement("DROP TABLE runs"),
    _statement("DROP TABLE names"),
    _statement("DELETE FROM generation"),
    _statement("ALTER TABLE details DROP COLUMN tags"),
    _statement("PRAGMA user_version = 99"),
    _statement("PRAGMA user_version = 0"),
    _statement("UPDATE runs SET status = 'odd'"),
    _statement("UPDATE runs SET label = CAST(x'ff' AS TEXT)"),
    _statement("UPDATE details SET opref = 'odd'"),
    _statement("UPDATE details SET comments = '[[]]'"),
]


def checkpoint(home: Home) -> Path:
    """The file of the index, with all that was written in it."""
    _statement("PRAGMA wal_checkpoint(TRUNCATE)")(home.database)
    return home.database


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_index_is_made_anew(home: Home, damage: Callable[[Path], None]) -> None:
    damage(checkpoint(home))

    home.ask()
    index = home.index()
    assert len(index.page(RunFilter(operations=("echo.py",)))[0]) == RUNS
    assert len(index.page(RunFilter(expression=parse_filter("flag:lr >= 30")))[0]) == RUNS - 30
    index.close()
    assert home.warnings == []
    assert home.ask() == []
    assert sorted(os.listdir(f"{home.path}/cache/runs")) == ["changed", "index-6"]


@pytest.mark.parametrize("damage", DAMAGE)
def test_an_index_that_is_damaged_while_it_is_used_is_made_anew(
    home: Home, damage: Callable[[Path], None]
) -> None:
    index = home.index()
    home.ask(index)
    damage(home.database)
    home.make("new", label="new")

    home.ask(index)

    index.close()
    assert home.warnings == []
    home.ask()
    assert home.ask() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE scalars SET numbers = x''",
        "UPDATE scalars SET numbers = x'00'",
        "UPDATE scalars SET files = '[[]]'",
        "UPDATE scalars SET scalar_set = 99",
        "UPDATE scalar_sets SET names = '[1' WHERE names != '[]'",
        "UPDATE scalar_sets SET names = '[\"loss\"]' WHERE names != '[]'",
        "UPDATE scalar_sets SET names = '[1,2]' WHERE names != '[]'",
        "DELETE FROM scalar_sets",
        "DROP TABLE scalars",
    ],
)
def test_scalars_that_are_damaged_in_it_are_read_again(home: Home, statement: str) -> None:
    home.scalars_of("r07", ("loss", 0.5, 1), ("loss", 0.25, 2))
    run = home.store.get("r07")
    few = RunFilter(expression=parse_filter("loss < 0.3"))
    for ask in (
        lambda index: index.summaries([run])[run.id][0].last,
        lambda index: index.columns(ALL, scalars=True).scalars["", "loss"][1][0],
        lambda index: index.columns(["r07"], scalars=True).scalars["", "loss"][1][0],
        lambda index: index.scalar_table(["r07"]).last[0],
        lambda index: len(index.page(few)[0]) * 0.25,
    ):
        with closing(home.index()) as index:
            assert index.summaries([run])[run.id][0].count == 2
        _statement(statement)(checkpoint(home))
        with closing(home.index()) as index:
            assert ask(index) == 0.25
    assert home.warnings == []


def test_no_byte_that_is_flipped_does_more_harm_than_to_be_shown(home: Home) -> None:
    path = checkpoint(home)
    whole = path.read_bytes()
    wanted = RunFilter(expression=parse_filter("flag:lr > 20 and label contains x"))
    for at in range(0, len(whole), len(whole) // 150):
        path.write_bytes(whole[:at] + bytes((whole[at] ^ 0x55,)) + whole[at + 1 :])
        index = home.index()
        try:
            ids, _ = index.page(ALL)
            for run in index.runs(ids):
                dict(run.flags)
            index.page(wanted)
        except StoreError:
            pass  # tells to remove it
        finally:
            index.close()
    assert home.warnings == []


def test_flags_that_are_damaged_in_it_are_an_error_a_user_can_read(home: Home) -> None:
    index = home.index()
    ids, _ = index.page(ALL)
    _statement("UPDATE details SET flags = '{'")(home.database)
    (run,) = index.runs(ids[:1])

    with pytest.raises(StoreError, match="the index of runs is damaged"):
        dict(run.flags)
    index.close()


def test_the_cache_may_be_deleted_while_it_is_used(home: Home) -> None:
    index = home.index()
    home.ask(index)
    shutil.rmtree(f"{home.path}/cache")

    home.make("new")
    home.ask(index)
    home.ask()
    home.store.update(home.store.get("r05"), {"label": "other"})
    home.ask(index)

    index.close()
    home.ask()
    assert home.ask() == []
    assert home.warnings == []


def test_another_process_that_made_it_anew_is_not_disturbed(home: Home) -> None:
    index = home.index()
    home.ask(index)
    _garbage(checkpoint(home))
    home.ask()
    made = home.database.stat().st_ino

    home.ask(index)

    index.close()
    assert home.database.stat().st_ino == made


@pytest.mark.parametrize("where", ["cache", "cache/runs"])
def test_a_file_in_its_place_has_runs_read(tmp_path: Path, where: str) -> None:
    home = Home(tmp_path)
    home.make("aaa")
    Path(home.path, where).parent.mkdir(exist_ok=True)
    Path(home.path, where).write_text("in the way")

    index = home.index()
    home.ask(index)
    home.ask(index)

    (warning,) = home.warnings
    assert warning.startswith(NOTICE)
    assert "\n" not in warning


def test_where_nothing_can_be_written_runs_are_read(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.make("aaa")
    os.mkdir(f"{home.path}/cache")
    with read_only(Path(home.path, "cache")):
        index = home.index()
        home.ask(index)
        index.close()
    (warning,) = home.warnings
    assert warning.startswith(NOTICE)


def test_a_home_that_can_not_be_written_any_more_is_read(home: Home) -> None:
    index = home.index()
    with read_only(Path(home.path, "cache")):
        assert index.page(ALL) == home.reading.page(ALL)
        index.close()
    (warning,) = home.warnings
    assert warning.startswith(NOTICE)


def test_an_index_that_is_locked_for_long_is_done_without(home: Home) -> None:
    home.timeout_s = 0.01
    other = sqlite3.connect(home.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert home.ask() == []
    home.make("new")

    index = home.index()
    home.ask(index)

    assert home.warnings == [f"{NOTICE}database is locked"]
    other.execute("ROLLBACK")
    other.close()
    assert home.ask() == ["new"]
    index.close()
