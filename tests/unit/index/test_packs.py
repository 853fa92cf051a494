"""Packs of columns: kept, thrown away when a run of them changes, and never in the way."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from guild.adapters.index import packs
from guild.adapters.index.columndata import bundle, packed
from guild.adapters.index.columns import Wanted
from guild.adapters.index.database import PACKED, connect
from guild.adapters.index.packs import packed_columns
from guild.domain.filterexpr import parse_filter
from guild.domain.ids import RunId
from guild.domain.runcolumns import RunColumns
from guild.domain.scalarreading import ScalarReading
from guild.domain.selection import RunFilter
from tests.contract.run_index_contract import told
from tests.unit.index.homes import ALL, Home, tick

RUNS = 2 * PACKED + 1


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home of some packs. Who changes a run changes one of its own."""
    home = Home(tmp_path_factory.mktemp("large"))
    for number in range(RUNS):
        home.make(f"r{number:04}", started=number + 1, flags={"n": number, "s": "a"})
    home.scalars_of("r0007", ("loss", 1.5, 3))
    everything(home)
    return home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home of one pack."""
    home = Home(tmp_path)
    for number in range(3):
        home.make(f"r{number}", started=number + 1, flags={"n": number})
    everything(home)
    return home


def everything(home: Home) -> RunColumns:
    """All columns of all runs, as another command sees them."""
    with closing(home.index()) as index:
        found = index.columns(ALL, flags=True, scalars=True)
    tick(home.path)
    return found


def assert_right(home: Home) -> None:
    assert told(everything(home)) == told(home.reading.columns(ALL, flags=True, scalars=True))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers of the packs that were made and kept."""
    found: list[int] = []
    keep = packs._keep

    def note(db: sqlite3.Connection, place: int, new: dict[int, object], version: int) -> None:
        found.extend(new)
        keep(db, place, new, version)  # type: ignore[arg-type]

    monkeypatch.setattr(packs, "_keep", note)
    return found


def test_what_is_unchanged_is_made_once(large: Home, made: list[int]) -> None:
    assert_right(large)
    assert made == []


def _label(home: Home) -> None:
    home.store.update(home.store.get("r0300"), {"label": "new"})


def _mark(home: Home) -> None:
    home.store.update(home.store.get("r0301"), {"marked": True})


def _flags(home: Home) -> None:
    home.store.update(home.store.get("r0302"), {"flags": {"n": 1.0, "other": [1]}})


def _scalars(home: Home) -> None:
    home.scalars_of("r0303", ("loss", 2.5, 9))
    home.store.update(home.store.get("r0303"), {"label": "with scalars"})


def _delete(home: Home) -> None:
    home.store.delete([home.store.get("r0304")])


@pytest.mark.parametrize("change", [_label, _mark, _flags, _scalars, _delete])
def test_a_run_that_changed_costs_its_pack(
    large: Home, made: list[int], change: Callable[[Home], None]
) -> None:
    change(large)

    assert_right(large)
    assert made == [300 // PACKED]


def test_a_new_run_costs_one_pack(large: Home, made: list[int]) -> None:
    large.make("new", started=1_000_000)

    assert_right(large)
    assert made == [2]


def test_the_trash_has_packs_of_its_own(home: Home, made: list[int]) -> None:
    run = home.store.get("r1")
    home.store.delete([run])
    assert_right(home)
    with closing(home.index()) as index:
        assert list(index.columns(ALL, deleted=True).ids) == ["r1"]
    tick(home.path)

    home.store.restore([home.store.get("r1", deleted=True)])

    assert_right(home)
    with closing(home.index()) as index:
        assert list(index.columns(ALL, deleted=True).ids) == []


def test_what_is_not_wanted_is_made_when_it_is(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.make("a", flags={"n": 1})
    home.scalars_of("a", ("loss", 1.5, 3))
    with closing(home.index()) as index:
        assert told(index.columns(ALL, core=("label",)))["operation"] == []

    assert_right(home)


Keep: TypeAlias = Callable[..., None]


def _label_meanwhile(home: Home, keep: Keep, *made: object) -> None:
    home.store.update(home.store.get("r1"), {"label": "two"})
    with closing(home.index()) as other:
        assert other.runs([RunId("r1")])[0].label == "two"
    keep(*made)


def _write_meanwhile(home: Home, keep: Keep, *made: object) -> None:
    with closing(sqlite3.connect(home.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        keep(*made)


@pytest.mark.parametrize("meanwhile", [_label_meanwhile, _write_meanwhile])
def test_packs_are_not_kept_if_another_writes(
    home: Home, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[..., None]
) -> None:
    home.store.update(home.store.get("r1"), {"label": "one"})

    with monkeypatch.context() as patched:
        patched.setattr(packs, "_keep", partial(meanwhile, home, packs._keep))
        assert "one" in everything(home).label

    assert_right(home)


@pytest.mark.parametrize(
    "times",
    [
        lambda number: number,
        lambda number: -number,
        lambda number: number // 3,
        lambda number: number * 7 % 100,
        lambda number: None if number % 10 == 0 else number,
    ],
)
@pytest.mark.parametrize("late", [False, True])
def test_runs_come_newest_first_however_they_were_made(
    tmp_path: Path, times: Callable[[int], int | None], late: bool
) -> None:
    home = Home(tmp_path)
    for number in range(100):
        if late and number == 50:
            everything(home)
        started = times(number)
        some: dict[str, object] = {} if started is None else {"started": started}
        flags = {"odd": 1, "n": number} if number % 2 else {"n": number}
        home.make(f"r{number * 37 % 100:02}", flags=flags, **some)

    assert_right(home)
    with closing(home.index()) as index:
        newest, _ = index.page(ALL)
        for which in (
            newest,
            newest[::-1],
            newest[10:],
            sorted(newest),
            [*newest[5:], RunId("gone")],
        ):
            assert told(index.columns(which, flags=True)) == told(
                home.reading.columns(which, flags=True)
            )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]\n",
        b"null\n",
        bundle([3, ["n", "time", "ids"]], [packed([1, 2, 3])] * 3),
        bundle([3, []], []),
        bundle([["n", None, 0]], [packed([0])]),
        bundle([["n", 0, 1]], []),
    ],
)
@pytest.mark.parametrize("column", ["core", "flags", "scalars"])
def test_a_damaged_pack_has_the_index_made_anew(home: Home, column: str, data: bytes) -> None:
    with closing(sqlite3.connect(home.database)) as db:
        db.execute(f"UPDATE packs SET {column} = ?", (data,))
        db.commit()

    assert_right(home)
    assert home.warnings == []


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("noticed", [False, True])
@pytest.mark.parametrize("back", [False, True])
def test_a_run_that_is_moved_while_scalars_are_read_keeps_them(
    tmp_path: Path, known: bool, noticed: bool, back: bool
) -> None:
    home = Home(tmp_path)
    for number in range(3):
        home.make(f"r{number}", started=number)
        home.scalars_of(f"r{number}", ("loss", number - 0.5, 1))
    if known:
        everything(home)
    for run in home.store.runs():
        home.scalars_of(run.id, ("loss", int(run.id[1:]), 1))
        home.store.update(run, {"label": "new"})
    tick(home.path)
    read = home.scalars.read

    def late(path: str, before: ScalarReading | None) -> ScalarReading:
        if path.endswith("runs/r1"):
            home.store.delete([home.store.get("r1")])
            if noticed:
                with closing(home.index()) as other:
                    other.page(ALL, deleted=True)
        return read(path, before)

    with closing(home.index()) as index:
        index._read_scalars = late
        index.columns(ALL, scalars=True)
    tick(home.path)
    if back:
        home.store.restore([home.store.get("r1", deleted=True)])
        tick(home.path)

    with closing(home.index()) as index:
        found = index.columns(ALL, scalars=True, deleted=not back)
    rows, values, _ = found.scalars["", "loss"]
    assert dict(zip(rows, values, strict=True))[list(found.ids).index(RunId("r1"))] == 1.0


def test_the_trash_has_no_packs_of_runs_that_are_not_in_it(large: Home) -> None:
    large.store.delete([large.store.get("r0001")])
    with closing(large.index()) as index:
        index.columns(ALL, deleted=True)

    with closing(sqlite3.connect(large.database)) as db:
        packs = db.execute("SELECT number FROM packs WHERE deleted ORDER BY 1").fetchall()
    large.store.purge(large.store.runs(deleted=True))
    tick(large.path)
    assert (0,) in packs
    assert (2,) not in packs


def test_an_error_that_ends_the_transaction_is_told_as_it_is(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(made: packs._Packs) -> None:
        made._db.execute("ROLLBACK")  # as SQLite does where the disk fails
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(packs._Packs, "all", fail)

    assert list(everything(home).ids) == ["r2", "r1", "r0"]
    assert home.warnings == ["cannot keep an index of runs, so all are read: disk I/O error"]


def test_where_the_last_runs_went_meanwhile_there_are_none(tmp_path: Path) -> None:
    wanted = Wanted(batches=False, core=("label",), flags=True, scalars=True)
    with closing(connect(str(tmp_path), 1.0)) as db:
        assert packed_columns(db, [1], False, wanted) == RunColumns()


def test_an_expression_asks_once_for_the_packs(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything(home)
    made: list[list[str]] = []
    begin = packs._Packs.__init__

    def counted(self: packs._Packs, *args: Any) -> None:
        made.append(list(args[2]))
        begin(self, *args)

    monkeypatch.setattr(packs._Packs, "__init__", counted)
    wanted = parse_filter("flag:n > 0 and flag:n < 9 or flag:n = 5")
    with closing(home.index()) as index:
        index.page(RunFilter(expression=wanted))

    assert made == [["flags"]]
