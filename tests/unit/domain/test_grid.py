"""Rules of grids. Source: reference 20-batches-and-optimizers, section 5."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.errors import GuildError
from guild.domain.flags import FlagSet, FlagValue
from guild.domain.grid import grid, grid_point, grid_size, grids, grids_size
from tests.strategies import flag_names, scalars

_Flags = dict[str, FlagValue]


def _flags() -> st.SearchStrategy[_Flags]:
    items: st.SearchStrategy[list[FlagValue]] = st.lists(scalars(), max_size=4)
    return st.dictionaries(flag_names(), scalars() | items, max_size=4)


class _Sample:
    """Chooses with a seed, and remembers how often it was asked."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.calls: list[tuple[int, int]] = []

    def __call__(self, population: int, count: int) -> Sequence[int]:
        self.calls.append((population, count))
        return sorted(random.Random(self.seed).sample(range(population), count))


@given(_flags())
def test_a_grid_is_the_product_of_lists_in_name_order(flags: _Flags) -> None:
    names = sorted(flags)
    pools = [value if isinstance(value, list) else [value] for _, value in sorted(flags.items())]

    expected = [dict(zip(names, each, strict=True)) for each in itertools.product(*pools)]

    assert list(grid(flags)) == [FlagSet(each) for each in expected]


@given(_flags())
def test_the_size_is_how_many_there_are(flags: _Flags) -> None:
    assert grid_size(flags) == len(list(grid(flags)))


@given(_flags())
def test_a_point_is_what_the_grid_has_at_its_place(flags: _Flags) -> None:
    points = [grid_point(flags, index) for index in range(grid_size(flags))]

    assert points == list(grid(flags))


@pytest.mark.parametrize("index", [-1, 4])
def test_there_is_no_point_beyond_the_grid(index: int) -> None:
    with pytest.raises(IndexError):
        grid_point({"x": [1, 2], "y": [1, 2]}, index)


def test_the_last_name_varies_fastest() -> None:
    trials = [dict(flags) for flags in grid({"y": ["a", "b"], "x": [2, 1], "c": None})]

    assert trials == [
        {"c": None, "x": 2, "y": "a"},
        {"c": None, "x": 2, "y": "b"},
        {"c": None, "x": 1, "y": "a"},
        {"c": None, "x": 1, "y": "b"},
    ]


@given(_flags(), st.randoms(use_true_random=False), st.none() | st.integers(0, 20))
def test_the_order_of_names_may_be_given(
    flags: _Flags, order: random.Random, max_trials: int | None
) -> None:
    names = order.sample(sorted(flags), len(flags))
    pools = [value if isinstance(value, list) else [value] for value in map(flags.get, names)]
    every = [dict(zip(names, each, strict=True)) for each in itertools.product(*pools)]
    sample = _Sample(1)

    chosen = list(grids([flags], max_trials, sample, names))

    places = sample(len(every), max_trials) if sample.calls and max_trials is not None else None
    kept = every if places is None else [every[place] for place in places]
    assert chosen == [FlagSet(each) for each in kept]


def test_items_that_are_there_several_times_are_kept() -> None:
    assert [flags["x"] for flags in grid({"x": [False, False, False]})] == [False] * 3


def test_an_empty_list_gives_no_trials() -> None:
    assert list(grid({"x": [], "y": [1, 2]})) == []


def test_a_huge_grid_is_not_built() -> None:
    flags: _Flags = {name: list(range(1000)) for name in "abcdefghij"}

    assert grid_size(flags) == 10**30
    assert next(grid(flags)) == dict.fromkeys(flags, 0)
    assert grid_point(flags, 10**30 - 1) == dict.fromkeys(flags, 999)


def test_search_functions_and_maps_stay_as_they_are() -> None:
    flags: _Flags = {"x": "[1:2]", "y": {"a": [1, 2]}}

    assert list(grid(flags)) == [flags]


@given(st.lists(_flags(), max_size=3), st.none() | st.integers(0, 20), st.integers(0, 2**32 - 1))
def test_a_selection_has_the_chosen_trials_in_their_order(
    rows: list[_Flags], max_trials: int | None, seed: int
) -> None:
    every = [flags for row in rows for flags in grid(row)]
    sample = _Sample(seed)

    chosen = list(grids(rows, max_trials, sample))

    assert len(chosen) == grids_size(rows, max_trials)
    if max_trials is None or max_trials >= len(every):
        assert chosen == every
        assert not sample.calls
    else:
        places = random.Random(seed).sample(range(len(every)), max_trials)
        assert chosen == [every[place] for place in sorted(places)]
        assert sample.calls == [(len(every), max_trials)]


def test_some_trials_of_a_huge_grid_can_be_chosen() -> None:
    flags: _Flags = {name: list(range(1000)) for name in "abcdef"}

    chosen = list(grids([flags, {"a": 1}], 3, lambda size, _: [0, 1, size - 1]))

    assert [list(each.values()) for each in chosen] == [[0] * 6, [*[0] * 5, 1], [1]]


def test_a_grid_that_cannot_be_counted_is_refused_to_be_chosen_from() -> None:
    flags: _Flags = {name: list(range(1000)) for name in "abcdefg"}

    with pytest.raises(GuildError, match=f"a grid of {10**21} trials: it is too large"):
        list(grids([flags], 3, _Sample(1)))
