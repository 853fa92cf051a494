"""Searches by scikit-optimize's models, beyond the seeded values."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence

import pytest
from skopt.learning import GaussianProcessRegressor

from guild.adapters.optimizers.gaussian import GaussianProcess
from guild.adapters.optimizers.points import Point, Points
from guild.adapters.optimizers.pointsearch import Known, PointSearch
from guild.adapters.optimizers.trees import BoostedTrees, Forest
from guild.app.ports.optimizer import Observation, Optimizer
from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue
from guild.domain.searchspace import IntegerRange, RealRange
from tests.unit.optimizers.searching import AB, begin, follow, number, space

_STARTED: dict[str, FlagValue] = {"random-starts": 0}
_PAST = [
    Observation(flags={"a": a, "b": b}, value=float(a + b))
    for a, b in [(-8, 3), (0, 0), (5, -2), (9, 4), (2, 2)]
]

_MODELS = pytest.mark.parametrize(
    "optimizer", [GaussianProcess(), Forest(), BoostedTrees()], ids=lambda model: model.name
)


def test_a_suggestion_fits_its_model_once(monkeypatch: pytest.MonkeyPatch) -> None:
    fits = []
    fit = GaussianProcessRegressor.fit

    def counted(self: object, points: object, values: object) -> object:
        fits.append(len(points))  # type: ignore[arg-type]
        return fit(self, points, values)

    monkeypatch.setattr(GaussianProcessRegressor, "fit", counted)
    search = begin(GaussianProcess(), AB, options={"random-starts": 2})

    follow(search, 4)

    assert fits == [2, 3]


@_MODELS
def test_warnings_of_the_libraries_are_not_shown(optimizer: Optimizer) -> None:
    search = begin(optimizer, space(a=IntegerRange(low=0, high=1)), options=_STARTED)

    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        follow(search, 4)

    assert shown == []


@_MODELS
@pytest.mark.parametrize("value", [1e308, -1e308, 5e-324, 0.0])
def test_extreme_objectives_do_no_harm(optimizer: Optimizer, value: float) -> None:
    search = begin(optimizer, AB, options=_STARTED)
    past = [*_PAST, Observation(flags={"a": 1, "b": 1}, value=value)]

    suggestion = search.suggest(past)

    assert not suggestion.random_start


@_MODELS
def test_first_suggestions_with_a_past_are_random_starts_all_the_same(
    optimizer: Optimizer,
) -> None:
    search = begin(optimizer, AB, options={"random-starts": 2})

    assert [search.suggest(_PAST).random_start for _ in range(3)] == [True, True, False]


@_MODELS
def test_trials_without_objective_leave_only_random_starts(optimizer: Optimizer) -> None:
    search = begin(optimizer, AB, options=_STARTED)

    made = follow(search, 3, lambda _: None)

    assert all(suggestion.random_start for suggestion in made)


@pytest.mark.parametrize("normalize", [False, True])
def test_gp_finds_the_lowest_point_of_a_bowl(normalize: bool) -> None:
    where = space(x=RealRange(low=-2.0, high=2.0))
    search = begin(GaussianProcess(), where, options={"normalize-y": normalize})

    made = follow(search, 10, lambda flags: (number(flags["x"]) - 0.5) ** 2)

    assert min(abs(number(suggestion.flags["x"]) - 0.5) for suggestion in made) < 0.1


def test_what_a_model_cannot_compute_with_is_said() -> None:
    search = begin(Forest(), space(x=RealRange(low=-1e300, high=1e300)), options=_STARTED)
    past = [Observation(flags={"x": 1e299}, value=1.0)]

    with pytest.raises(GuildError, match="optimizer 'forest' cannot suggest a trial after 1 o"):
        search.suggest(past)


def test_too_wide_ranges_of_whole_numbers_are_refused() -> None:
    with pytest.raises(GuildError, match="too wide"):
        begin(Forest(), space(x=IntegerRange(low=0, high=2**60)))


def test_many_trials_are_cut_to_the_best_and_the_newest() -> None:
    used: list[list[Known]] = []

    class Kept:
        def propose(
            self, known: Sequence[Known], _pending: Sequence[Point], _made: int
        ) -> tuple[Point, bool]:
            used.append(list(known))
            return (0, 0), False

    past = [
        Observation(flags={"a": a, "b": 0}, value=float(value))
        for a, value in enumerate([5, 1, 9, 0, 7, 8], 1)
    ]
    points = Points(AB)
    search = PointSearch(AB, points, Kept(), most=4)

    notices = [search.suggest(seen).notice for seen in (past[:4], past, past)]

    values = [[value for _, value in known] for known in used]
    assert values == [[5, 1, 9, 0], [1, 0, 7, 8], [1, 0, 7, 8]]
    assert notices == [
        "",
        "A suggestion takes long with many trials: using the best and the newest 4 of 6"
        " previous trials",
        "",
    ]


def test_pending_trials_are_told_with_the_mean_of_what_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from skopt import Optimizer as LibraryOptimizer

    values: list[list[float]] = []
    tell = LibraryOptimizer.tell

    def told(self: object, points: object, given: list[float]) -> object:
        values.append(given)
        return tell(self, points, given)

    monkeypatch.setattr(LibraryOptimizer, "tell", told)
    search = begin(Forest(), AB, options=_STARTED)

    search.suggest(_PAST, [{"a": 1, "b": 1}, {"a": 1, "b": 2}])

    mean = math.fsum(seen.value or 0.0 for seen in _PAST) / len(_PAST)
    assert values[0][:5] == [seen.value for seen in _PAST]
    assert values[0][5:] == pytest.approx([mean, mean])
