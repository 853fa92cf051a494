"""Options of optimizers that were not checked against their definitions, as with force."""

from __future__ import annotations

import pytest

from guild.adapters.optimizers.gaussian import GaussianProcess
from guild.adapters.optimizers.trees import BoostedTrees, Forest
from guild.app.ports.optimizer import Optimizer
from guild.domain.errors import InvalidFlagValue
from guild.domain.flags import FlagValue
from tests.unit.optimizers.searching import AB, begin


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("random-starts", -1),
        ("random-starts", 2.5),
        ("random-starts", True),
        ("kappa", "much"),
        ("kappa", float("nan")),
        ("kappa", 10**400),
        ("xi", None),
        ("acq-func", "EIps"),
        ("noise", "loud"),
        ("noise", -1),
        ("noise", True),
        ("noise", float("inf")),
        ("normalize-y", "maybe"),
    ],
)
def test_unusable_option_is_refused_with_its_name(name: str, value: FlagValue) -> None:
    with pytest.raises(InvalidFlagValue, match=f"for {name}: must be"):
        begin(GaussianProcess(), AB, options={name: value})


@pytest.mark.parametrize("noise", ["gaussian", 0, 0.1])
def test_noise_is_a_number_or_estimated(noise: FlagValue) -> None:
    begin(GaussianProcess(), AB, options={"noise": noise})


def test_no_random_starts_can_be_said_by_null() -> None:
    begin(GaussianProcess(), AB, options={"random-starts": None})


@pytest.mark.parametrize(
    ("optimizer", "defaults"),
    [
        (
            GaussianProcess(),
            {
                "acq-func": "gp_hedge",
                "kappa": 1.96,
                "noise": "gaussian",
                "normalize-y": False,
                "prev-trials": "batch",
                "random-starts": 3,
                "xi": 0.05,
            },
        ),
        (Forest(), {"kappa": 1.96, "prev-trials": "batch", "random-starts": 3, "xi": 0.05}),
        (BoostedTrees(), {"kappa": 1.96, "prev-trials": "batch", "random-starts": 3, "xi": 0.05}),
    ],
    ids=["gp", "forest", "gbrt"],
)
def test_defaults_are_the_documented_ones(
    optimizer: Optimizer, defaults: dict[str, FlagValue]
) -> None:
    assert {flag.name: flag.default for flag in optimizer.flags} == defaults
