"""Columns as text."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.adapters.index.columntext import packed, unpacked

WHOLE = st.integers(-(2**64), 2**64) | st.sampled_from([2**63 - 1, 2**63, -(2**63), 1 - 2**63])
TEXTS = st.text() | st.sampled_from(["", "\x1f", "a\x1fb", "\ud800", "\0"])
FLOATS = st.floats() | st.sampled_from([0.0, -0.0, 1.0, math.nan, math.inf])
ANY = st.none() | st.booleans() | WHOLE | FLOATS | TEXTS | st.lists(st.integers(), max_size=2)
COLUMNS = (
    st.lists(WHOLE)
    | st.lists(WHOLE | st.none())
    | st.lists(FLOATS)
    | st.lists(TEXTS)
    | st.lists(ANY)
    | st.lists(st.sampled_from([0, 0.0, -0.0, False, None, "", 1, True]), min_size=8)
)


def read_again(column: list[Any]) -> list[Any]:
    return list(unpacked(json.loads(json.dumps(packed(column)))))


@given(COLUMNS)
def test_any_column_is_read_as_it_was(column: list[Any]) -> None:
    assert list(map(repr, read_again(column))) == list(map(repr, column))


@given(st.lists(st.integers(0, 400), max_size=1000))
def test_columns_of_few_values_are_read_as_they_were(column: list[int]) -> None:
    assert read_again(column) == column


def test_rows_share_no_value_that_could_be_changed() -> None:
    first, second = read_again([[1], [1]])

    assert first is not second


@pytest.mark.parametrize(
    "damaged",
    [
        {"ints": "00"},
        {"floats": "zz"},
        {"of": [1], "rows": "01"},
        {"odd": ""},
        {"texts": 5},
        {"of": 5, "rows": "00"},
        {},
        1,
        None,
    ],
)
def test_what_is_no_column_is_told(damaged: object) -> None:
    with pytest.raises((ValueError, LookupError, TypeError)):
        unpacked(damaged)
