"""Columns as bytes."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.adapters.index.columndata import bundle, packed, unbundle, unpacked

WHOLE = st.integers(-(2**64), 2**64) | st.sampled_from([2**63 - 1, 2**63, -(2**63), 1 - 2**63])
TEXTS = st.text() | st.sampled_from(["", "\x1f", "a\x1fb", "\ud800", "\0"])
FLOATS = st.floats() | st.sampled_from([0.0, -0.0, 1.0, math.nan, math.inf])
ANY = st.none() | st.booleans() | WHOLE | FLOATS | TEXTS | st.lists(st.integers(), max_size=2)
COLUMNS = (
    st.lists(WHOLE, min_size=1)
    | st.lists(WHOLE | st.none(), min_size=1)
    | st.lists(FLOATS, min_size=1)
    | st.lists(TEXTS, min_size=1)
    | st.lists(ANY, min_size=1)
    | st.lists(st.sampled_from([0, 0.0, -0.0, False, None, "", 1, True]), min_size=8)
)


def read_again(*parts: list[Any]) -> list[Any]:
    """The rows of parts that were bytes meanwhile."""
    header, columns = unbundle(bundle("told", [packed(part) for part in parts]))
    assert header == "told"
    return list(unpacked(columns))


@given(st.lists(COLUMNS, min_size=1, max_size=4))
def test_parts_of_any_column_are_read_as_they_were(parts: list[list[Any]]) -> None:
    whole = [value for part in parts for value in part]

    assert list(map(repr, read_again(*parts))) == list(map(repr, whole))


@given(st.lists(st.lists(st.integers(0, 400), min_size=1, max_size=1000), min_size=1, max_size=3))
def test_parts_of_few_values_are_read_as_they_were(parts: list[list[int]]) -> None:
    assert read_again(*parts) == [value for part in parts for value in part]


def test_rows_share_no_value_that_could_be_changed() -> None:
    first, second = read_again([[1], [1]])

    assert first is not second


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("ints", b"1234567"),
        ("floats", b"1"),
        ("codes", b"[1, 2]\n\2"),
        ("codes", b"[1, 2]"),
        ("codes", b"5\n\0"),
        ("texts", b"\xff"),
        ("json", b"[1"),
        ("json", b"1"),
        ("json", b"\xff"),
        ("odd", b""),
    ],
)
def test_what_is_no_column_is_told(kind: str, data: bytes) -> None:
    with pytest.raises((ValueError, LookupError, TypeError)):
        unpacked([(kind, data)])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"null\n",
        b"[1]\n",
        b"[1, 2]\n",
        b"\xff\n",
        b'[1, [["ints", 8]]]\n1234567',
        b'[1, [["ints", 8]]]\n123456789',
        b'[1, [["ints", "8"]]]\n12345678',
    ],
)
def test_what_is_no_bundle_is_told(data: bytes) -> None:
    with pytest.raises((ValueError, LookupError, TypeError)):
        unbundle(data)
