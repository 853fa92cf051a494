"""Rules of references. Source: reference 04-guildfile, section 4."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue
from guild.domain.references import (
    UndefinedReference,
    references,
    resolved,
    resolved_flags,
    resolved_text,
)
from tests.strategies import exactly_same, flag_maps, flag_names, flag_values

_PLAIN = st.text(st.characters(exclude_characters="$\\", exclude_categories=["Cs"]), max_size=9)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", ""),
        ("a", "a"),
        ("${n}", 1),
        ("${f}", 0.5),
        ("${l}", [1, 2]),
        ("${none}", None),
        ("a ${n}", "a 1"),
        ("${n}${f}", "10.5"),
        ("${yes}.${no}.${none}", "1.."),
        ("x ${l}", "x 1 2"),
        (r"\${n}", "${n}"),
        (r"\${n} ${n}", "${n} 1"),
        ("$n {n} ${n", "$n {n} ${n"),
        ("${chain}", 1),
        ("${text}/b", "d-1/b"),
    ],
)
def test_references_become_values(text: str, value: FlagValue) -> None:
    values: dict[str, FlagValue] = {
        "n": 1, "f": 0.5, "l": [1, 2], "none": None, "yes": True, "no": False,
        "chain": "${n}", "text": "d-${chain}",
    }  # fmt: skip

    assert exactly_same(resolved(text, values), value)


def test_undefined_names_are_refused() -> None:
    with pytest.raises(UndefinedReference) as caught:
        resolved("a ${nope}", {"n": 1})

    assert str(caught.value) == "cannot resolve 'a ${nope}': undefined reference 'nope'"
    assert (caught.value.name, caught.value.text) == ("nope", "a ${nope}")


@pytest.mark.parametrize("start", ["${a}", "x${b}", "${c}"])
def test_circles_are_refused(start: str) -> None:
    with pytest.raises(GuildError, match=r"in a circle: (a -> b -> a|b -> a -> b)"):
        resolved(start, {"a": "${b}", "b": "x${a}", "c": ["${a}"]})


def test_values_that_grow_without_bounds_are_refused() -> None:
    values: dict[str, FlagValue] = {f"v{i}": f"${{v{i - 1}}}" * 10 for i in range(1, 20)}

    with pytest.raises(GuildError, match="too long"):
        resolved("${v19}", {**values, "v0": "lol"})


def test_a_long_chain_is_resolved_or_refused_in_words() -> None:
    values: dict[str, FlagValue] = {f"v{i}": f"${{v{i - 1}}}" for i in range(1, 5000)}

    with pytest.raises(GuildError, match="too deeply"):
        resolved("${v4999}", {**values, "v0": 1})


def test_flags_may_refer_to_each_other_in_lists_and_maps() -> None:
    values: dict[str, FlagValue] = {"n": 1, "l": ["${n}", {"k": "${n}!"}]}

    assert resolved_flags(values) == {"n": 1, "l": [1, {"k": "1!"}]}


def test_names_are_told_in_order() -> None:
    assert references(r"${b} ${a} \${c} ${b}") == ("b", "a")


def test_texts_are_not_resolved_again() -> None:
    assert resolved_text(r"${a} \${a}", {"a": "${b}"}) == "${b} ${a}"


def test_text_with_an_unknown_name_tells_it() -> None:
    with pytest.raises(KeyError) as caught:
        resolved_text("${nope}", {})

    assert caught.value.args == ("nope",)


@given(_PLAIN, flag_names(), flag_values())
def test_only_references_change(text: str, name: str, value: FlagValue) -> None:
    plain: dict[str, FlagValue] = {name: value} if not isinstance(value, str | list | dict) else {}

    assert resolved(text, plain) == text
    assert resolved(f"\\${{{name}}}{text}", plain) == f"${{{name}}}{text}"
    if plain:
        assert exactly_same(resolved(f"${{{name}}}", plain), value)


@given(st.text("ab${}\\ ", max_size=20), flag_maps())
def test_any_text_is_resolved_or_refused_in_words(text: str, values: dict[str, FlagValue]) -> None:
    with contextlib.suppress(GuildError):
        resolved(text, {**values, "a": text})
