"""Scalars of runs as rows of the index have them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.adapters.index.scalardata import NUMBERS, Alike, names_of, numbers_of
from guild.domain.scalarsummary import ScalarSummary
from tests.strategies import exactly_same

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
