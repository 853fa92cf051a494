"""Tests that what is faster than scikit-optimize's own gives the same values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from skopt.learning import GaussianProcessRegressor
from skopt.space import Categorical, Integer, Real, Space
from skopt.utils import cook_estimator, normalize_dimensions

from guild.adapters.optimizers.columnspace import with_columns
from guild.adapters.optimizers.gaussian import GaussianProcess
from guild.adapters.optimizers.kernels import with_quick_kernels
from guild.adapters.optimizers.skoptspace import ModelProposer
from guild.app.ports.optimizer import Observation
from guild.domain.searchspace import search_space

_MIXED = [Integer(1, 9), Real(0.1, 10, "log-uniform"), Categorical(["a", "b", "c"])]
_SPACES = pytest.mark.parametrize(
    "dimensions",
    [_MIXED, [Real(0.0, 1.0)], [Categorical(["a", "b"]), Categorical([1, 2, 3])]],
    ids=["mixed", "one", "categories"],
)


def process(dimensions: list[Any], noise: str | float = "gaussian") -> Any:
    space = normalize_dimensions(dimensions)
    return cook_estimator("GP", space=space, random_state=3, noise=noise)


@_SPACES
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("noise", ["gaussian", 0.01])
def test_processes_with_quick_kernels_predict_the_same(
    dimensions: list[Any], noise: str | float
) -> None:
    space = normalize_dimensions(dimensions)
    points = space.transform(space.rvs(12, random_state=1))
    values = np.random.RandomState(2).uniform(size=12)
    candidates = space.transform(space.rvs(50, random_state=4))

    plain = process(dimensions, noise).fit(points, values)
    quick = with_quick_kernels(process(dimensions, noise)).fit(points, values)

    assert isinstance(quick, GaussianProcessRegressor)
    assert quick.kernel_.theta.tolist() == plain.kernel_.theta.tolist()
    for mine, theirs in zip(
        quick.predict(candidates, return_std=True),
        plain.predict(candidates, return_std=True),
        strict=True,
    ):
        assert mine.tolist() == theirs.tolist()


@_SPACES
def test_a_space_by_columns_draws_and_transforms_the_same(dimensions: list[Any]) -> None:
    plain = Space(dimensions)
    quick = with_columns(Space(dimensions))
    one, other = np.random.RandomState(5), np.random.RandomState(5)

    for _ in range(2):
        mine = quick.transform(quick.rvs(100, random_state=one))
        theirs = plain.transform(plain.rvs(100, random_state=other))
        assert mine.tolist() == theirs.tolist()
    assert quick.rvs(random_state=one) == plain.rvs(random_state=other)


def test_hedging_ahead_suggests_what_hedging_in_full_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    space = search_space({"x": "[0.0:1.0]", "k": ["a", "b"]})

    def suggested() -> list[dict[str, Any]]:
        optimizer = GaussianProcess()
        options = {flag.name: flag.default for flag in optimizer.flags}
        search = optimizer.search(space, 1, options, 12)
        past: list[Observation] = []
        for _ in range(12):  # the best x is a bound, which is suggested time and again
            flags = dict(search.suggest(past).flags)
            x = flags["x"]
            assert isinstance(x, float)
            past.append(Observation(flags=flags, value=(x - 3) ** 2))
        return [dict(each.flags) for each in past]

    ahead = suggested()
    monkeypatch.setattr(ModelProposer, "_informed", _in_full)
    assert ahead == suggested()


def _in_full(self: Any, known: Any, pending: Any) -> tuple[Any, Any]:
    optimizer = self._told("gp_hedge", known, pending)
    return optimizer, optimizer.ask()


def test_fits_go_on_from_the_one_before_once_there_are_enough_points(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    starts: list[tuple[int, int]] = []
    fit = GaussianProcessRegressor.fit

    def counted(self: Any, points: Any, values: Any) -> Any:
        starts.append((len(points), self.n_restarts_optimizer + 1))
        return fit(self, points, values)

    monkeypatch.setattr(GaussianProcessRegressor, "fit", counted)
    optimizer = GaussianProcess()
    options = {flag.name: flag.default for flag in optimizer.flags}
    search = optimizer.search(search_space({"x": "[0.0:1.0]"}), 1, options, 20)
    past: list[Observation] = []
    for number in range(12):
        flags = dict(search.suggest(past).flags)
        past.append(Observation(flags=flags, value=float(number % 3)))

    assert starts == [(3, 3), (4, 3), (5, 3), (6, 3), (7, 3), (8, 3), (9, 1), (10, 1), (11, 3)]
