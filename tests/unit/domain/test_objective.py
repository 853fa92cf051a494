"""Rules of objectives. Source: reference 20-batches-and-optimizers, section 8."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.errors import GuildError
from guild.domain.objective import Objective
from guild.domain.scalars import ScalarPoint
from guild.domain.scalarsummary import ScalarSummary, summarize
from tests.strategies import nasty_text


def _summaries(*points: tuple[str, str, float]) -> list[ScalarSummary]:
    return summarize(
        ScalarPoint(prefix=prefix, tag=tag, value=value, step=step)
        for step, (prefix, tag, value) in enumerate(points)
    )


def test_loss_is_minimised_unless_something_else_is_said() -> None:
    assert Objective() == Objective.parse("loss") == Objective(column="loss", maximize=False)


def test_a_leading_minus_maximises() -> None:
    objective = Objective.parse("-acc")

    assert objective == Objective(column="acc", maximize=True)
    assert (objective.sign, Objective().sign) == (-1.0, 1.0)
    assert (objective.aim, Objective().aim) == ("maximize acc", "minimize loss")


def _columns() -> st.SearchStrategy[str]:
    return nasty_text().filter(lambda text: text.strip() and not text.strip().startswith("-"))


@given(_columns(), st.booleans())
def test_the_text_form_is_read_as_written(column: str, maximize: bool) -> None:
    objective = Objective(column=column, maximize=maximize)

    assert Objective.parse(objective.format()) == objective


@given(nasty_text())
def test_any_text_is_an_objective_or_one_clear_error(text: str) -> None:
    outcome = _objective_or_message(text)

    if isinstance(outcome, str):
        assert outcome.startswith("invalid objective '")
    else:
        assert outcome.value([]) is None


def _objective_or_message(text: str) -> Objective | str:
    try:
        objective = Objective.parse(text)
        objective.check()
    except GuildError as error:
        return error.message
    return objective


@pytest.mark.parametrize("text", ["", " ", "-", "--loss", "- -loss"])
def test_an_objective_names_a_scalar(text: str) -> None:
    with pytest.raises(GuildError, match="invalid objective"):
        Objective.parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b", "invalid objective 'a,b': too many columns"),
        ("-loss acc", "invalid objective 'loss acc': unexpected 'acc'"),
        ("max loss step", "invalid objective 'max loss step': unexpected 'step'"),
        ("=lr", "invalid objective '=lr': expected the name of a scalar"),
        (".label", "invalid objective '.label': expected the name of a scalar"),
        ("attr:label", "invalid objective 'attr:label': expected the name of a scalar"),
    ],
)
def test_a_column_of_no_scalar_is_refused_by_the_check(text: str, message: str) -> None:
    objective = Objective.parse(text)

    with pytest.raises(GuildError) as raised:
        objective.check()

    assert raised.value.message == message


@pytest.mark.parametrize(
    ("text", "value"),
    [("loss", 2.0), ("-loss", -2.0), ("min loss", 1.0), ("-max loss", -4.0), ("first loss", 4.0),
     ("count loss", 3.0), ("logs/a#loss", 9.0), ("logs#loss", 9.0), ("#loss", 2.0),
     ("scalar:loss", 2.0), ("'a b'", 5.0), ("last 'a b'", 5.0), ("other", None),
     ("zzz#loss", None), ("max", 7.0), ("min max", 7.0)],
)  # fmt: skip
def test_the_value_is_to_be_minimised(text: str, value: float | None) -> None:
    summaries = _summaries(
        ("", "loss", 4), ("", "loss", 1), ("", "loss", 2), ("logs/a", "loss", 9), ("", "a b", 5),
        ("", "max", 7),
    )  # fmt: skip

    assert Objective.parse(text).value(summaries) == value


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_not_finite_is_none(value: float) -> None:
    assert Objective().value(_summaries(("", "loss", value))) is None


def test_that_no_trial_has_it_can_be_said() -> None:
    assert Objective(column="acc", maximize=True).missing == (
        "No trial has 'acc' as a finite number: there is nothing to maximize"
    )
