"""Flags as numbers and back."""

from __future__ import annotations

import pytest

from guild.adapters.optimizers.points import Points, check_exact
from guild.domain.errors import FlagError
from guild.domain.flags import FlagValue
from guild.domain.searchspace import Categories, IntegerRange, RealRange
from tests.unit.optimizers.searching import space

_POINTS = Points(
    space(
        c=Categories(values=(1, True, "1", None, [1, 2], 1)),
        i=IntegerRange(low=0, high=9),
        r=RealRange(low=0.5, high=2.0),
    )
)


@pytest.mark.parametrize("value", [1, True, "1", None, [1, 2]])
def test_every_value_can_be_a_category(value: FlagValue) -> None:
    flags: dict[str, FlagValue] = {"c": value, "i": 3, "r": 1.5}

    point = _POINTS.encode(flags)

    assert point is not None
    decoded = _POINTS.decode(point)
    assert decoded == flags
    assert type(decoded["c"]) is type(value)


def test_numbers_become_those_of_their_dimension() -> None:
    point = _POINTS.encode({"c": 1, "i": 3.0, "r": 1, "other": "x"})

    assert point == (0, 3, 1.0)
    assert [type(number) for number in point] == [int, int, float]


@pytest.mark.parametrize(
    "flags",
    [
        {"i": 3, "r": 1.5},
        {"c": 2, "i": 3, "r": 1.5},
        {"c": 1, "i": 10, "r": 1.5},
        {"c": 1, "i": 2.5, "r": 1.5},
        {"c": 1, "i": True, "r": 1.5},
        {"c": 1, "i": "3", "r": 1.5},
        {"c": 1, "i": 3, "r": 2.1},
        {"c": 1, "i": 3, "r": float("nan")},
        {"c": 1, "i": 3, "r": None},
    ],
)
def test_flags_outside_the_space_are_no_point(flags: dict[str, FlagValue]) -> None:
    assert _POINTS.encode(flags) is None


def test_whole_numbers_that_floats_do_not_tell_apart_are_refused_to_models() -> None:
    points = Points(space(a=IntegerRange(low=0, high=2**53 + 1)))

    with pytest.raises(FlagError, match="the range of flag a is too wide"):
        check_exact(points)
