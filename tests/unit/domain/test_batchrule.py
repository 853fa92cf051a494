"""When a run is a batch, and what is said of it.

Source: reference 20-batches-and-optimizers, sections 2 and 11.
"""

from __future__ import annotations

import pytest

from guild.domain.batchpreview import batch_phrase, batch_verb
from guild.domain.batchrule import implied_optimizer, shown_name
from guild.domain.flags import FlagValue
from guild.domain.objective import Objective
from guild.domain.trialtable import trial_table


@pytest.mark.parametrize(
    ("flags", "rows", "optimizer"),
    [
        ({}, 0, None),
        ({"x": 1, "y": "1 2 3", "z": {"a": [1]}}, 0, None),
        ({"x": 1}, 1, None),
        ({"x": 1}, 2, "+"),
        ({"x": [1]}, 0, "+"),
        ({"x": []}, 0, "+"),
        ({"x": [1], "y": "[1:2]"}, 0, "random"),
        ({"y": "floop[1:2]"}, 2, "random"),
        ({"y": ["[1:2]"]}, 0, "+"),
    ],
)
def test_values_and_rows_imply_an_optimizer(
    flags: dict[str, FlagValue], rows: int, optimizer: str | None
) -> None:
    assert implied_optimizer(flags, rows) == optimizer


@pytest.mark.parametrize(
    ("optimizer", "shown"),
    [
        ("+", "+"),
        ("random", "skopt:random"),
        ("gp", "skopt:gp"),
        ("bayesian", "skopt:gp"),
        ("gaussian", "skopt:gp"),
        ("forest", "skopt:forest"),
        ("gbrt", "skopt:gbrt"),
        ("tpe", "optuna:tpe"),
        ("cma-es", "optuna:cma-es"),
        ("skopt:gp", "skopt:gp"),
        ("mine", "mine"),
    ],
)
def test_optimizers_are_shown_with_their_library(optimizer: str, shown: str) -> None:
    assert shown_name(optimizer) == shown
    assert shown_name(shown) == shown


@pytest.mark.parametrize(
    ("optimizer", "trials", "objective", "phrase"),
    [
        ("+", 2, Objective(), " as a batch (2 trials)"),
        ("+", 1, None, " as a batch (1 trial)"),
        ("+", None, None, " as a batch"),
        ("random", 20, Objective(), " with random search (20 trials)"),
        ("skopt:random", 20, None, " with random search (20 trials)"),
        ("skopt:gp", 20, Objective(), " with skopt:gp optimizer (20 trials, minimize loss)"),
        ("tune", None, Objective.parse("-a"), " with tune optimizer (maximize a)"),
        ("tune", None, None, " with tune optimizer"),
    ],
)
def test_the_preview_says_how_trials_are_chosen(
    optimizer: str, trials: int | None, objective: Objective | None, phrase: str
) -> None:
    assert batch_phrase(optimizer, trials, objective) == phrase


def test_the_preview_says_what_is_done() -> None:
    assert batch_verb() == "run"
    assert batch_verb(restart=True) == "start"
    assert batch_verb(stage=True, restart=True) == "stage"
    assert batch_verb(stage_trials=True) == "stage trials for"


def test_trials_are_listed_with_their_values() -> None:
    trials: list[dict[str, FlagValue]] = [
        {"x": 1, "y": 0.0, "z": "a"},
        {"y": 0.5, "x": 10, "z": None},
        {"x": True, "z": "1", "new\nline": "a\x1bb"},
    ]

    assert trial_table(trials) == [
        r"#  new\x0aline  x    y    z",
        "1               1    0.0  a",
        "2               10   0.5  null",
        r"""3  "a\x1Bb"     yes       '1'""",
    ]


def test_a_table_without_trials_has_its_heading() -> None:
    assert trial_table([]) == ["#"]
