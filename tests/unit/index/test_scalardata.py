"""Scalars of runs as rows of the index have them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.adapters.index.scalardata import NUMBERS, Alike, names_of, numbers_of
from guild.domain.scalarsummary import ScalarSummary
from tests.strategies import exactly_same
from tests.unit.index.homes import ALL, Home, tick

reals = st.floats()
wholes = st.integers(-(1 << 63), (1 << 63) - 1)
texts = st.text(st.characters(exclude_categories=()), max_size=4)
summaries = st.builds(
    ScalarSummary,
    prefix=texts,
    tag=texts,
    first=reals,
    first_step=wholes,
    last=reals,
    last_step=wholes,
    min=reals,
    min_step=wholes,
    max=reals,
    max_step=wholes,
    total=reals,
    count=wholes,
)


def values(summary: ScalarSummary) -> list[object]:
    return [summary.prefix, summary.tag, *(getattr(summary, name) for name in NUMBERS)]


@given(st.lists(summaries, max_size=4))
def test_scalars_of_a_run_come_back(written: list[ScalarSummary]) -> None:
    row = (7, numbers_of(written))

    ((run, read),) = Alike(names_of(written), [row]).summaries()

    assert run == 7
    assert exactly_same([values(each) for each in read], [values(each) for each in written])


@given(st.lists(summaries, min_size=1, max_size=3), st.integers(1, 4))
def test_a_column_has_the_number_of_each_run(written: list[ScalarSummary], count: int) -> None:
    others = [each.replaced(last=float(number)) for number, each in enumerate(written)]
    rows = [(number, numbers_of(others if number % 2 else written)) for number in range(count)]

    alike = Alike(names_of(written), rows)

    assert alike.runs == list(range(count))
    for at, each in enumerate(written):
        assert alike.keys[at] == (each.prefix, each.tag)
        for name in NUMBERS:
            both = getattr(each, name), getattr(others[at], name)
            assert exactly_same(
                list(alike.column(name, at)), [both[number % 2] for number in range(count)]
            )


@pytest.mark.parametrize("names", [[], [""], ["", "loss", ""], ["", "loss", "", "acc"]])
@pytest.mark.parametrize("size", [0, 79, 80, 81, 88])
def test_numbers_that_are_too_few_or_too_many_are_told(names: list[str], size: int) -> None:
    if (names, size) == ([], 0):
        assert list(Alike(names, [(1, b"")]).summaries()) == [(1, [])]
        return
    with pytest.raises(ValueError, match=r"numbers of scalars|multiple|shorter"):
        Alike(names, [(1, bytes(size))])


def test_sets_of_names_that_no_run_has_any_more_are_not_kept(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for number in range(3):
        home.make(f"r{number}", started=number)

    def sets() -> list[str]:
        with closing(home.index()) as index:
            index.columns(ALL, scalars=True)
        tick(home.path)
        with closing(sqlite3.connect(home.database)) as db:
            return [names for (names,) in db.execute("SELECT names FROM scalar_sets ORDER BY 1")]

    assert sets() == ["[]"]
    for count in range(1, 4):
        for run_id in ("r0", "r1", "r2"):
            home.scalars_of(run_id, *((f"t{at}", 0.5, 1) for at in range(count)))
        assert len(sets()) == 1
    home.scalars_of("r0", ("t0", 0.5, 1))
    assert len(sets()) == 2
    home.store.delete([home.store.get("r0")], permanent=True)
    assert len(sets()) == 1
