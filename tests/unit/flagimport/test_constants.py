from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.adapters.flagimport.constants import NotConstant, fold
from guild.adapters.flagimport.functions import call_method


def folded(text: str) -> object:
    return fold(ast.parse(text, mode="eval").body)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5 * 8", 40),
        ("2 ** 10", 1024),
        ("-1", -1),
        ("1e-3 * 2", 0.002),
        ("7 // 2", 3),
        ("1 / 4", 0.25),
        ("1 << 4", 16),
        ("~3", -4),
        ("'a' + 'b'", "ab"),
        ("'ab' * 2", "abab"),
        ("f'abc'", "abc"),
        ("not True", False),
        ("[1] * 3", [1, 1, 1]),
        ("'%d-%s' % (1, 'x')", "1-x"),
        ("1_000", 1000),
    ],
)
def test_constant_expressions_are_computed(text: str, value: object) -> None:
    assert folded(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "9 ** 9 ** 9",
        "'x' * 10 ** 12",
        "[0] * 10 ** 9",
        "1 << 10 ** 10",
        "'%1000000000d' % 1",
        "'%*d' % (10 ** 9, 1)",
        "1 / 0",
        "(-1) ** 0.5",
        "10.0 ** 400 ** 2",
        "x + 1",
        "f()",
        "f'{x}'",
        "'a' + 1",
        "{}['a']",
        "-'a'",
    ],
)
def test_anything_else_is_no_constant(text: str) -> None:
    with pytest.raises(NotConstant):
        folded(text)


def test_a_very_long_expression_is_no_constant() -> None:
    with pytest.raises(NotConstant):
        folded(" + ".join(["1"] * 400))


@given(st.recursive(st.integers(0, 99), lambda x: st.tuples(st.sampled_from("+-*"), x, x)))
def test_arithmetic_agrees_with_python(tree: object) -> None:
    def text(node: object) -> str:
        if not isinstance(node, tuple):
            return str(node)
        op, left, right = node
        return f"({text(left)} {op} {text(right)})"

    assert folded(text(tree)) == eval(text(tree))


@pytest.mark.parametrize(
    ("value", "method", "args"),
    [
        ("a" * 90_000, "replace", ("a", "b" * 90_000)),
        ("a" * 90_000, "join", (["b"] * 9_000,)),
        ("{0:999999999}", "format", (1,)),
        ("{0.__class__}", "format", (1,)),
        ("{0}" * 30_000, "format", ("a" * 90_000,)),
        ("a", "ljust", (10**9,)),
    ],
)
def test_methods_with_big_or_odd_results_are_no_constants(
    value: str, method: str, args: tuple[object, ...]
) -> None:
    with pytest.raises(NotConstant):
        call_method(value, method, args, {})
