"""Runs column by column: what the contract of all indexes does not make."""

from __future__ import annotations

from pathlib import Path

import pytest

from guild.domain.ids import RunId
from tests.contract.run_index_contract import told
from tests.unit.index.homes import ALL, ECHO, Home, tick


def test_runs_of_batches_can_be_left_out(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for run_id in ("batch", "trial"):
        home.make(run_id, flags={"a": 1})
    proto = Path(home.path, "runs/batch/.guild/proto/.guild")
    proto.mkdir(parents=True)
    (proto / "opref").write_text(ECHO.format())

    for index in (home.index(), home.reading):
        assert list(index.columns(ALL).ids) == ["batch", "trial"]
        assert list(index.columns(ALL).is_batch) == [True, False]
        found = index.columns(ALL, batches=False, flags=True)
        assert (list(found.ids), told(found)["flags"]) == (["trial"], {"a": [[0], [1]]})
        assert list(index.columns([RunId("batch")], batches=False).ids) == []


def test_a_part_of_many_runs_is_told_as_all_of_them_are(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for number in range(10):
        home.make(f"r{number}", flags={"n": number, "even": number % 2 == 0, "none": None})
    index = home.index()

    few = index.columns([RunId("r4"), RunId("r7")], flags=True)

    assert told(few)["flags"] == {
        "n": [[0, 1], [4, 7]],
        "even": [[0, 1], [True, False]],
        "none": [[0, 1], [None, None]],
    }
    rows, values = index.columns(ALL, flags=True).flags["even"]
    assert dict(zip(rows, values, strict=True)) == {n: n % 2 == 0 for n in range(10)}


@pytest.mark.parametrize("count", [3, 9])
def test_a_scalar_of_runs_that_have_different_ones_is_in_the_order_of_the_rows(
    tmp_path: Path, count: int
) -> None:
    home = Home(tmp_path)
    for number in range(9):
        home.make(f"r{number}", started=number)
        others = [(f"other-{at}", 0.0, 1) for at in range(number % 3)]
        home.scalars_of(f"r{number}", *others, ("loss", float(number), number))
    ids = [RunId(f"r{number}") for number in range(count)]

    for which in (ALL, ids, ids[::-1]):
        found = home.index().columns(which, scalars=True)
        rows, last, steps = found.scalars["", "loss"]
        assert dict(zip(rows, zip(last, steps, strict=True), strict=True)) == {
            row: (float(run_id[1]), int(run_id[1])) for row, run_id in enumerate(found.ids)
        }
        assert told(found) == told(home.reading.columns(which, scalars=True))
    table = home.index().scalar_table(ids)
    assert {
        run: last
        for run, tag, last in zip(table.run, table.tag, table.last, strict=True)
        if tag == "loss"
    } == {number: float(number) for number in range(count)}


def test_runs_that_are_asked_for_are_looked_at(tmp_path: Path) -> None:
    home = Home(tmp_path, looks=1)
    for number in range(10):
        home.make(f"r{number}", label="old")
    ids = [RunId(f"r{number}") for number in range(10)]
    home.index().columns(ids)
    tick(home.path)
    for run_id in ids:
        home.attr(run_id, "label").write_text("new\n")  # in place, by hand

    assert set(home.index().columns(ids).label) == {"new"}


def test_scalars_of_runs_that_are_asked_for_are_those_of_the_runs_as_they_are(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path, looks=1)
    for number in range(10):
        home.make(f"r{number}")
        home.scalars_of(f"r{number}", ("loss", 1.0, 1))
    ids = [RunId(f"r{number}") for number in range(10)]
    home.index().scalar_table(ids)
    tick(home.path)
    for run_id in ids:
        home.scalars_of(run_id, ("loss", 2.0, 2))
        path = home.attr(run_id, "exit_status")
        path.with_name("x~").write_text("0\n")
        path.with_name("x~").rename(path)

    assert set(home.index().scalar_table(ids).last) == {2.0}
