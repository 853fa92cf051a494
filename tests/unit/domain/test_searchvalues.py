"""Where to search for flags that nobody gave a value.

Source: reference 20-batches-and-optimizers, section 9.
"""

from __future__ import annotations

import pytest

from guild.domain.choice import Choice
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagValue
from guild.domain.searchspace import IntegerRange, RealRange, search_space
from guild.domain.searchvalues import searched

CHOICES = (Choice(value="a"), Choice(value=1), Choice(value=None))


@pytest.mark.parametrize(
    ("flag", "value", "expected"),
    [
        (FlagDef(name="x", min=0, max=9), 3, "uniform[0:9:3]"),
        (FlagDef(name="x", min=0, max=9), None, "uniform[0:9]"),
        (FlagDef(name="x", min=1e-05, max=2.0), 1.0, "uniform[1.0e-05:2.0:1.0]"),
        (FlagDef(name="x", min=1, max=9, distribution="loguniform"), 3, "loguniform[1:9:3]"),
        (FlagDef(name="x", min=1, max=9, distribution="log-uniform"), 3, "loguniform[1:9:3]"),
        (FlagDef(name="x", min=1, max=9, distribution="uniform"), 3, "uniform[1:9:3]"),
        (FlagDef(name="x", type="float", min=0, max=1), None, "uniform[0.0:1.0]"),
        (FlagDef(name="x", type="float", min=0, max=1), 0.5, "uniform[0.0:1.0:0.5]"),
        (FlagDef(name="x", min=0, max=1), 0.5, "uniform[0.0:1.0:0.5]"),
        (FlagDef(name="x", min=0, max=1), "auto", "uniform[0:1]"),
        (FlagDef(name="x", min=0, max=9, arg_split=True), "1 2", "1 2"),
        (FlagDef(name="x", min=0), 3, 3),
        (FlagDef(name="x", max=9), 3, 3),
        (FlagDef(name="x"), 3, 3),
        (FlagDef(name="x", choices=CHOICES), 1, ["a", 1, None]),
        (FlagDef(name="x", choices=CHOICES, min=0, max=1), 1, ["a", 1, None]),
    ],
)
def test_definitions_say_where_to_search(
    flag: FlagDef, value: FlagValue, expected: FlagValue
) -> None:
    assert dict(searched({"x": value}, {"x": flag}, {})) == {"x": expected}


def test_what_the_user_gave_stays() -> None:
    flag = FlagDef(name="x", alias="ex", min=0, max=9)

    for name in ("x", "ex"):
        assert dict(searched({"x": 3}, {"x": flag}, {name: 3})) == {"x": 3}


def test_flags_without_definition_and_definitions_without_flag_are_left_alone() -> None:
    flag = FlagDef(name="x", min=0, max=9)

    assert dict(searched({"y": 1}, {"x": flag}, {})) == {"y": 1}


def test_what_comes_of_it_is_a_search_space_that_begins_with_the_default() -> None:
    defs = {
        "x": FlagDef(name="x", min=0, max=9),
        "y": FlagDef(name="y", min=1e-05, max=1.0, distribution="loguniform"),
    }

    space = search_space(searched({"x": 3, "y": 0.01}, defs, {}))

    assert dict(space.dimensions) == {
        "x": IntegerRange(low=0, high=9),
        "y": RealRange(low=1e-05, high=1.0, log=True),
    }
    assert dict(space.initial) == {"x": 3, "y": 0.01}


def test_a_default_that_is_several_values_stays() -> None:
    defs = {"x": FlagDef(name="x", min=0, max=9)}

    assert dict(searched({"x": [1, 2]}, defs, {})) == {"x": [1, 2]}
    assert dict(searched({"x": "[1:2]"}, defs, {})) == {"x": "[1:2]"}
