"""What every optimizer keeps to. Adapters subclass it and give `optimizer`."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence

import pytest

from guild.app.ports.optimizer import Observation, Optimizer, Search, Suggestion
from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue, same_value
from guild.domain.searchspace import (
    Categories,
    Dimension,
    IntegerRange,
    RealRange,
    SearchSpace,
)

__all__ = ["IndependentOptimizerContract", "OptimizerContract", "SequentialOptimizerContract"]

_MIXED = SearchSpace(
    dimensions={
        "batch": IntegerRange(low=1, high=64),
        "drop": RealRange(low=0.0, high=0.5),
        "kind": Categories(values=("adam", 1, True, None, [1, 2])),
        "rate": RealRange(low=1e-5, high=0.1, log=True),
    },
    fixed={"epochs": 10, "name": "x"},
    initial={},
)
_CHOICE = SearchSpace(dimensions={"a": Categories(values=(1, 2, 3))}, fixed={}, initial={})
_TRIALS = 6


class OptimizerContract:
    """The clauses for all."""

    @pytest.fixture
    def optimizer(self) -> Optimizer:
        raise NotImplementedError

    def test_flags_have_names_of_their_own(self, optimizer: Optimizer) -> None:
        names = [flag.name for flag in optimizer.flags]

        assert len(set(names)) == len(names)

    def test_suggestions_lie_in_the_space(self, optimizer: Optimizer) -> None:
        for suggestion in _followed(_begun(optimizer, _MIXED)):
            assert suggestion.flags.keys() == _MIXED.dimensions.keys()
            for name, dimension in _MIXED.dimensions.items():
                assert _lies_in(suggestion.flags[name], dimension)

    def test_the_same_seed_and_past_give_the_same_suggestions(self, optimizer: Optimizer) -> None:
        assert _followed(_begun(optimizer, _MIXED)) == _followed(_begun(optimizer, _MIXED))

    def test_other_seeds_give_other_suggestions(self, optimizer: Optimizer) -> None:
        firsts = [_begun(optimizer, _MIXED, seed).suggest([]).flags["rate"] for seed in range(5)]

        assert len(set(map(str, firsts))) == 5

    @pytest.mark.parametrize("seed", [0, 2**32 - 1])
    def test_every_seed_will_do(self, optimizer: Optimizer, seed: int) -> None:
        _begun(optimizer, _MIXED, seed).suggest([])

    def test_a_seed_out_of_range_is_refused(self, optimizer: Optimizer) -> None:
        with pytest.raises(GuildError, match="seed"):
            _begun(optimizer, _MIXED, 2**32)

    def test_the_first_suggestion_has_the_initial_values(self, optimizer: Optimizer) -> None:
        initial: dict[str, FlagValue] = {"batch": 32, "kind": None}
        space = SearchSpace(dimensions=_MIXED.dimensions, fixed={}, initial=initial)

        first, *others = _followed(_begun(optimizer, space))

        assert {name: first.flags[name] for name in initial} == initial
        assert first.flags.keys() == space.dimensions.keys()
        assert any(other.flags["batch"] != 32 for other in others)

    def test_trials_that_tell_nothing_and_foreign_trials_do_no_harm(
        self, optimizer: Optimizer
    ) -> None:
        past = [
            Observation(flags={"batch": 3, "drop": 0.1, "kind": 1, "rate": 0.01}, value=None),
            Observation(flags={"batch": 3, "drop": 0.2, "kind": "?", "rate": 0.01}, value=1.0),
            Observation(flags={"batch": 99, "drop": 0.2, "kind": 1, "rate": 0.01}, value=1.0),
            Observation(flags={"other": 1}, value=2.0),
            Observation(flags={"batch": 4, "drop": 0, "kind": True, "rate": 0.1}, value=1.0),
        ]
        search = _begun(optimizer, _MIXED)

        for _ in range(_TRIALS):
            suggestion = search.suggest(past, [{"batch": 1}, past[4].flags])
            assert suggestion.flags.keys() == _MIXED.dimensions.keys()

    def test_what_it_is_given_is_not_changed(self, optimizer: Optimizer) -> None:
        past = [Observation(flags={"a": place}, value=float(place)) for place in (1, 2, 3)]
        pending: list[Mapping[str, FlagValue]] = [{"a": 1}]
        before = copy.deepcopy((past, pending))
        search = _begun(optimizer, _CHOICE)

        for _ in range(_TRIALS):
            search.suggest(past, pending)

        assert (past, pending) == before

    def test_a_space_of_one_point_gives_that_point(self, optimizer: Optimizer) -> None:
        space = SearchSpace(dimensions={"a": Categories(values=(3,))}, fixed={}, initial={})

        made = _followed(_begun(optimizer, space))

        assert [suggestion.flags for suggestion in made] == [{"a": 3}] * _TRIALS


class SequentialOptimizerContract(OptimizerContract):
    """The clauses for those that go by the outcome of earlier trials."""

    def test_it_says_so(self, optimizer: Optimizer) -> None:
        assert optimizer.sequential

    def test_without_a_past_the_start_is_random(self, optimizer: Optimizer) -> None:
        assert _begun(optimizer, _MIXED).suggest([]).random_start

    def test_points_that_are_pending_are_not_suggested_again(self, optimizer: Optimizer) -> None:
        for known in (0, 1, 12):
            past = [
                Observation(flags={"a": place % 3 + 1}, value=float(place % 3))
                for place in range(known)
            ]
            search = _begun(optimizer, _CHOICE)

            assert sorted(_ahead(search, past, 3)) == [1, 2, 3]

    def test_where_all_points_are_pending_there_still_is_a_suggestion(
        self, optimizer: Optimizer
    ) -> None:
        search = _begun(optimizer, _CHOICE)

        assert search.suggest([], [{"a": 1}, {"a": 2}, {"a": 3}]).flags["a"] in (1, 2, 3)


class IndependentOptimizerContract(OptimizerContract):
    """The clauses for those whose trials can all be known before any of them runs."""

    def test_it_says_so(self, optimizer: Optimizer) -> None:
        assert not optimizer.sequential

    def test_neither_past_nor_pending_trials_matter(self, optimizer: Optimizer) -> None:
        alone, among = _begun(optimizer, _CHOICE), _begun(optimizer, _CHOICE)
        past = [Observation(flags={"a": 1}, value=1.0)]

        assert [alone.suggest([]).flags for _ in range(9)] == [
            among.suggest(past, [{"a": 2}]).flags for _ in range(9)
        ]


def _begun(optimizer: Optimizer, space: SearchSpace, seed: int = 1) -> Search:
    options = {flag.name: flag.default for flag in optimizer.flags}
    return optimizer.search(space, seed, options, 20)


def _followed(search: Search) -> list[Suggestion]:
    """The suggestions of a search whose trials run one after the other."""
    past: list[Observation] = []
    made = []
    for place in range(_TRIALS):
        made.append(search.suggest(past))
        past.append(Observation(flags=made[-1].flags, value=float(place * 7 % 5)))
    return made


def _ahead(search: Search, past: Sequence[Observation], count: int) -> list[int]:
    """Values of trials that are all suggested before one of them ends."""
    pending: list[Mapping[str, FlagValue]] = []
    for _ in range(count):
        pending.append(search.suggest(past, pending).flags)
    return [value for flags in pending if isinstance(value := flags["a"], int)]


def _lies_in(value: FlagValue, dimension: Dimension) -> bool:
    """Whether it is one of the dimension's values, of Python's own type for it."""
    match dimension:
        case IntegerRange(low=low, high=high):
            return type(value) is int and low <= value <= high
        case RealRange(low=low, high=high):
            return type(value) is float and math.isfinite(value) and low <= value <= high
        case _:
            return any(
                type(value) is type(item) and same_value(value, item) for item in dimension.values
            )
