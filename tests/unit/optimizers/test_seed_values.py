"""The seeded values that users of scikit-optimize's searches rely on.

Source: reference 20-batches-and-optimizers, section 7; 26-optimizer-values.
"""

from __future__ import annotations

import pytest

from guild.adapters.optimizers.gaussian import GaussianProcess
from guild.adapters.optimizers.randomsearch import RandomSearch
from guild.adapters.optimizers.trees import BoostedTrees, Forest
from guild.app.ports.optimizer import Optimizer
from guild.domain.flags import FlagValue
from guild.domain.searchspace import IntegerRange
from tests.unit.optimizers.searching import AB, begin, follow, space


@pytest.mark.parametrize(
    ("optimizer", "seed", "options", "points"),
    [
        (GaussianProcess(), 1, {"random-starts": 0, "xi": 0.02}, [(-2, 2), (10, -5), (10, 5)]),
        (
            Forest(),
            1,
            {"random-starts": 2, "kappa": 2, "xi": 0.05},
            [(1, 3), (8, 3), (10, -4)],
        ),
        (
            BoostedTrees(),
            2,
            {"random-starts": 2, "kappa": 2, "xi": 0.01},
            [(-2, 3), (4, 0), (-4, 3), (-9, -5)],
        ),
    ],
    ids=["gp", "forest", "gbrt"],
)
def test_seed_gives_the_known_trials(
    optimizer: Optimizer,
    seed: int,
    options: dict[str, FlagValue],
    points: list[tuple[int, int]],
) -> None:
    search = begin(optimizer, AB, seed, len(points), options)

    made = follow(search, len(points))

    assert [tuple(suggestion.flags.values()) for suggestion in made] == points


def test_seed_gives_the_known_random_trials() -> None:
    search = begin(RandomSearch(), space(a=IntegerRange(low=0, high=5)))

    assert [suggestion.flags["a"] for suggestion in follow(search, 3)] == [3, 4, 0]


def test_random_starts_are_told_apart() -> None:
    search = begin(Forest(), AB, options={"random-starts": 2})

    assert [made.random_start for made in follow(search, 3)] == [True, True, False]


def test_without_random_starts_the_first_trial_is_random_for_want_of_others() -> None:
    search = begin(GaussianProcess(), AB, options={"random-starts": 0})

    assert [made.random_start for made in follow(search, 2)] == [True, False]
