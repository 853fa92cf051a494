"""What a run keeps of the arguments of a function."""

from __future__ import annotations

import enum
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from guild.domain.plainvalue import plain_flags, plain_value
from guild.domain.yamltext import dump


class Level(enum.IntEnum):
    HIGH = 3


class Broken:
    def __repr__(self) -> str:
        raise ValueError("no")


class Long:
    def __repr__(self) -> str:
        return "one\n  two " + 300 * "x"


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (True, True),
        (3, 3),
        (1.5, 1.5),
        ("text", "text"),
        ([1, [2.0, "x"]], [1, [2.0, "x"]]),
        ((1, (2,)), [1, [2]]),
        ({"a": (1,)}, {"a": [1]}),
        ({1: 2}, "{1: 2}"),
        (np.int64(3), 3),
        (np.float32(0.5), 0.5),
        (np.float64(0.5), 0.5),
        (np.bool_(True), True),
        (np.str_("text"), "text"),
        (Level.HIGH, 3),
        (Path("a/b"), "a/b"),
        (Decimal("1.5"), "Decimal('1.5')"),
        (np.array([1, 2]), "array([1, 2])"),
        (Broken(), "<tests.unit.domain.test_plainvalue.Broken object>"),
    ],
)
def test_values_are_plain(value: object, plain: object) -> None:
    found = plain_value(value)

    assert found == plain
    assert type(found) is type(plain)
    dump(found)


def test_long_texts_of_objects_are_cut_and_on_one_line() -> None:
    text = plain_value(Long())

    assert isinstance(text, str)
    assert (len(text), text[:10], text[-2:]) == (200, "one two xx", "x…")


def test_a_list_within_itself_has_an_end() -> None:
    value: list[object] = []
    value.append(value)

    dump(plain_value(value))


def test_flags_have_the_names_of_the_arguments() -> None:
    assert dict(plain_flags({"b": (1,), "a": None})) == {"a": None, "b": [1]}
