"""What runs of steps are expected to be like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.stepchecks import Check, parse_checks, with_variables


def test_a_map_may_have_several_checks() -> None:
    raw = [
        {"output": "a", "file": "*.txt", "contains": "b"},
        {"file": "x", "compare-to": "${HOME}/y"},
    ]

    checks, odd = parse_checks(raw)

    assert checks == (
        Check(output="a"),
        Check(file="*.txt", contains="b"),
        Check(file="x", compare_to="${HOME}/y"),
    )
    assert odd == ()


def test_one_check_needs_no_list() -> None:
    assert parse_checks({"output": "a"}) == ((Check(output="a"),), ())
    assert parse_checks(None) == ((), ())


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (1, "expected a map"),
        ({}, "expected 'output' or 'file'"),
        ({"contains": "a"}, "expected 'output' or 'file'"),
        ({"output": "a", "contains": "a"}, "expected 'output' or 'file'"),
        ({"output": "("}, "output is no regular expression"),
        ({"output": 1}, "output must be text"),
        ({"otput": "a"}, "unexpected 'otput'"),
    ],
)
def test_what_is_no_check_is_left_out_and_told_of(raw: object, why: str) -> None:
    checks, (odd,) = parse_checks([{"output": "a"}, raw])

    assert checks == (Check(output="a"),)
    assert odd.startswith(f"check {raw!r} ignored: {why}")


@given(st.recursive(st.none() | st.text(), lambda inner: st.lists(inner)))
def test_any_data_is_a_check_or_told_of(raw: object) -> None:
    parse_checks(raw)


def test_variables_are_replaced_where_there_are_any() -> None:
    assert with_variables("${A}/${B}", {"A": "x"}) == "x/${B}"
