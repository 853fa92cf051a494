"""Values of flags in a notebook's cells."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.cellsource import parse_cell
from guild.domain.cellvalues import (
    assigned,
    compiled_patterns,
    python_text,
    reading_order,
    with_replacements,
    with_values,
)

_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5
)
_FINITE = _SCALARS.filter(lambda value: not isinstance(value, float) or abs(value) < float("inf"))


@pytest.mark.parametrize(
    ("cell", "changed"),
    [
        ("x = 1  # why", "x = 7  # why"),
        ("x: int = 1", "x: int = 7"),
        ("x = 1; y = 2; z = 3", "x = 7; y = 8; z = 3"),
        ("a = x = 1", "a = x = 7"),
        ("x = (1 + 2)", "x = (7)"),
        ("x = [1,\n     2]\ny = 1", "x = 7\ny = 8"),
        ("x = 1\nx = 2", "x = 7\nx = 2"),
        ("%matplotlib inline\nx = 1\n!ls", "%matplotlib inline\nx = 7\n!ls"),
        ("if x:\n    %time\nx = 1", "if x:\n    %time\nx = 7"),
        ("x = !ls -l\ny = %time 1", "x = 7\ny = 8"),
        ("é = 'üü'; x = 'ä'; y = 1", "é = 'üü'; x = 7; y = 8"),
        ("%%time\nx = 1", "%%time\nx = 7"),
        ("x = compute(1)", "x = 7"),
    ],
)
def test_the_first_assignment_gets_the_value(cell: str, changed: str) -> None:
    cells, _ = with_values([cell], [0], {"x": 7, "y": 8})

    assert cells == [changed]


@pytest.mark.parametrize(
    "cell",
    [
        "x += 1",
        "if True:\n    x = 1",
        "def f():\n    x = 1",
        "x, z = 1, 2",
        "x = y = 1",
        "x: int",
        "%%bash\nx=1",
        "# x = 1",
        "x =",
    ],
)
def test_nothing_else_does(cell: str) -> None:
    assert with_values([cell], [0], {"x": 7}) == ([cell], {"x": 7})


def test_the_first_of_all_cells_gets_it() -> None:
    cells, left = with_values(["y = 1", "x = 1", "x = 2"], [0, 1, 2], {"x": 7, "z": 8})

    assert cells == ["y = 1", "x = 7", "x = 2"]
    assert left == {"z": 8}


def test_cells_with_parameters_come_first() -> None:
    order = reading_order([[], ["other"], ["parameters"], []])

    cells, _ = with_values(["x = 1", "", "x = 2", "x = 3"], order, {"x": 7})

    assert order == [2, 0, 1, 3]
    assert cells == ["x = 1", "", "x = 7", "x = 3"]


@given(st.dictionaries(st.sampled_from("abcdef"), _FINITE), st.data())
def test_values_that_were_put_in_are_read_again(
    values: dict[str, Any], data: st.DataObject
) -> None:
    old = data.draw(st.permutations([f"{name} = 0  # {name}" for name in "abcdef"]))
    cut = data.draw(st.integers(0, len(old)))
    sources = ["\n".join(old[:cut]), "%time 1\n" + "\n".join(old[cut:])]

    cells, left = with_values(sources, [0, 1], values)

    assert not left
    found = {}
    for cell in cells:
        for name, _, node in assigned(parse_cell(cell)[0]):
            found[name] = ast.literal_eval(node)
    assert found == {**dict.fromkeys("abcdef", 0), **values}
    assert all(f"  # {name}" in "\n".join(cells) for name in "abcdef")


@given(_VALUES)
def test_the_text_of_a_value_is_an_expression_on_one_line(value: object) -> None:
    text = python_text(value)

    assert len(text.splitlines()) == 1
    assert repr(eval(text)) == repr(value)


@pytest.mark.parametrize(
    ("pattern", "cell", "changed"),
    [
        ("train\\(lr=(.*)\\)", "train(lr=0.1)", "train(lr=7)"),
        ("0\\.\\d+", "a(0.1, 0.25)", "a(7, 7)"),
        ("^lr = (.*)$", "x\nlr = 1\ny", "x\nlr = 7\ny"),
        ("a(.)b(.)", "a1b2", "a7b7"),
        ("((a)b)", "ab", "7"),
        ("(a)|b", "ab", "7b"),
        ("x", "y", "y"),
    ],
)
def test_a_pattern_says_what_is_replaced(pattern: str, cell: str, changed: str) -> None:
    cells, count = with_replacements([cell], compiled_patterns(pattern), 7)

    assert cells == [changed]
    assert bool(count) is (pattern != "x")


def test_several_patterns_replace_in_all_cells() -> None:
    cells, count = with_replacements(
        ["a=1", "b=2; a=3"], compiled_patterns(["a=(.)", "b=(.)"]), "é"
    )

    assert cells == ["a='é'", "b='é'; a='é'"]
    assert count == 3


@pytest.mark.parametrize(
    ("given_", "why"),
    [
        ("(", "'(' is not a regular expression: missing )"),
        (1, "1 is not a text"),
        (["a", None], "None is not a text"),
    ],
)
def test_what_is_no_pattern_is_refused(given_: object, why: str) -> None:
    with pytest.raises(ValueError, match="is not") as raised:
        compiled_patterns(given_)

    assert str(raised.value).startswith(why)
