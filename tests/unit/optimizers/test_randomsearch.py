"""Random draws against those of the library, which `guild` does without."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import RandomState
from skopt.space import Categorical, Integer, Real, Space

from guild.adapters.optimizers.randomsearch import RandomSearch
from guild.app.ports.optimizer import Observation
from guild.domain.errors import GuildError
from guild.domain.searchspace import Categories, Dimension, IntegerRange, RealRange, SearchSpace
from tests.unit.optimizers.searching import begin, follow, space

_TEXTS = Categories(values=("adam", "sgd", "none"))


def _library_rows(where: SearchSpace, seed: int, count: int) -> list[list[Any]]:
    """Rows drawn one at a time from the generator that the library's search leaves."""
    rng = RandomState(seed)
    rng.randint(0, 2**31 - 1)
    library = Space([_library_dimension(dimension) for dimension in where.dimensions.values()])
    return [library.rvs(n_samples=1, random_state=rng)[0] for _ in range(count)]


def _library_dimension(dimension: Dimension) -> Any:
    match dimension:
        case IntegerRange(low=low, high=high):
            return Integer(low, high)
        case RealRange(low=low, high=high, log=log):
            return Real(low, high, "log-uniform" if log else "uniform")
        case _:
            return Categorical(dimension.values)


def _rows(where: SearchSpace, seed: int, count: int) -> list[list[Any]]:
    search = begin(RandomSearch(), where, seed)
    return [list(made.flags.values()) for made in follow(search, count)]


@pytest.mark.parametrize(
    "where",
    [
        space(a=IntegerRange(low=0, high=5)),
        space(a=IntegerRange(low=-(2**63), high=2**63 - 1), b=IntegerRange(low=0, high=1)),
        space(a=RealRange(low=-1.5, high=7.25)),
        space(a=_TEXTS),
        space(a=Categories(values=(3,))),
        space(a=Categories(values=tuple(range(17)))),
        space(a=IntegerRange(low=1, high=9), b=_TEXTS, c=RealRange(low=0.0, high=1.0)),
    ],
    ids=["integers", "widest integers", "reals", "texts", "one category", "categories", "mixed"],
)
def test_draws_equal_the_library_s(where: SearchSpace) -> None:
    assert _rows(where, 1, 50) == _library_rows(where, 1, 50)


@pytest.mark.parametrize("ends", [(1e-5, 0.1), (1.0, 1000.0), (3e-300, 2e300)])
def test_logarithmic_draws_equal_the_library_s_but_for_rounding(ends: tuple[float, float]) -> None:
    where = space(a=RealRange(low=ends[0], high=ends[1], log=True))

    drawn = [row[0] for row in _rows(where, 3, 50)]

    # A logarithm of 300 has that much less behind its point.
    expected = [row[0] for row in _library_rows(where, 3, 50)]
    assert drawn == pytest.approx(expected, rel=1e-12, abs=0)


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    low=st.integers(-1000, 1000),
    width=st.integers(1, 1000),
    count=st.integers(1, 30),
)
def test_draws_equal_the_library_s_for_any_seed(
    seed: int, low: int, width: int, count: int
) -> None:
    where = space(
        a=Categories(values=tuple(range(count))),
        b=IntegerRange(low=low, high=low + width),
        c=RealRange(low=low / 7, high=low / 7 + width / 3),
    )

    assert _rows(where, seed, 5) == _library_rows(where, seed, 5)


def test_past_and_pending_trials_do_not_matter() -> None:
    where = space(a=IntegerRange(low=0, high=5))
    alone, among = begin(RandomSearch(), where), begin(RandomSearch(), where)
    past = [Observation(flags={"a": 3}, value=1.0)]

    assert [alone.suggest([]) for _ in range(10)] == [
        among.suggest(past, [{"a": 4}, {"a": 0}]) for _ in range(10)
    ]


def test_initial_value_takes_the_place_of_the_first_draw_only() -> None:
    dimension = IntegerRange(low=0, high=5)
    plain = follow(begin(RandomSearch(), space(a=dimension)), 3)
    with_initial = follow(begin(RandomSearch(), space({"a": 5}, a=dimension)), 3)

    assert with_initial[0].flags == {"a": 5}
    assert with_initial[1:] == plain[1:]


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_seed_out_of_range_is_refused(seed: int) -> None:
    with pytest.raises(GuildError, match=f"invalid random seed {seed}"):
        begin(RandomSearch(), space(a=_TEXTS), seed)


def test_numpy_is_all_that_it_loads() -> None:
    script = """
import sys
from guild.adapters.optimizers.registry import find
from guild.domain.searchspace import search_space
space = search_space({"a": "[1:5]", "b": "loguniform[1:2]", "c": [1, "x"]})
find("random").search(space, 1, {}, 3).suggest([])
assert "numpy" in sys.modules
print(*sorted({"skopt", "scipy", "sklearn", "optuna", "joblib"} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == []
