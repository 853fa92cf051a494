"""What a short YAML text can blow up is refused before it is built."""

from __future__ import annotations

import pytest
import yaml

from guild.domain.sequences import MAX_ITEMS
from guild.domain.yamlbounds import MAX_VALUES, bounded_events, bounded_int, is_risky
from guild.domain.yamltext import MAX_DEPTH

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _read(text: str) -> int:
    return sum(1 for _ in bounded_events(text, _LOADER))


def _bomb(levels: int, item: str = "[{}]") -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for level in range(1, levels):
        again = ", ".join([f"*a{level - 1}"] * 10)
        lines.append(f"a{level}: &a{level} {item.format(again)}")
    return "\n".join(lines)


def test_aliases_within_the_bounds_pass() -> None:
    assert _read("a: &a {x: 1, y: [1, 2]}\nb: {<<: *a, z: *a}\nc: [*a, *a]") > 0
    assert _read(_bomb(5)) > 0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (_bomb(7), "too many values"),
        (_bomb(7, "{{<<: [{}]}}"), "too many values"),
        ("[" + "a," * MAX_VALUES + "]", "too many values"),
        ("[" * (MAX_DEPTH + 1), "nested too deeply"),
        ("{a: " * (MAX_DEPTH + 1), "nested too deeply"),
        ("- " * (MAX_DEPTH + 1) + "a", "nested too deeply"),
        ("? " * (MAX_DEPTH + 1) + "a", "nested too deeply"),
        ("&a [*a]", "in itself"),
        ("a: &a {b: [*a]}", "in itself"),
        (
            "\n".join(
                ["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, MAX_DEPTH + 1))]
            ),
            "nested too deeply",
        ),
    ],
    ids=range(10),
)
def test_what_is_beyond_a_bound_is_refused(text: str, why: str) -> None:
    assert is_risky(text)
    with pytest.raises(ValueError, match=why):
        _read(text)


def test_a_list_that_a_flag_can_have_is_within_the_bounds() -> None:
    assert MAX_VALUES > MAX_ITEMS + 1


def test_an_anchor_may_be_set_again() -> None:
    assert _read("[&a [x], &a [y], *a]") > 0


@pytest.mark.parametrize(("text", "base"), [("9" * 4300, 10), ("-" + "f" * 3500, 16)])
def test_numbers_that_can_be_written_again_are_read(text: str, base: int) -> None:
    assert str(bounded_int(text, base))


@pytest.mark.parametrize(("text", "base"), [("9" * 4301, 10), ("f" * 4000, 16), ("1" * 9999, 2)])
def test_other_numbers_are_refused(text: str, base: int) -> None:
    with pytest.raises(ValueError, match="that many digits"):
        bounded_int(text, base)
