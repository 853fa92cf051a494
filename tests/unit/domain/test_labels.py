"""Rules of labels. Source: reference 03-flags, section 3; 11-runs-commands, section 5."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.display import shown
from guild.domain.flags import FlagSet, FlagValue
from guild.domain.labels import (
    appended,
    default_label,
    prepended,
    removed,
    render,
    shorten_path,
    synced,
    tagged_template,
)
from tests.strategies import any_text, flag_maps, flag_values


def test_default_label_names_all_flags_that_are_not_null() -> None:
    flags = FlagSet({"z": "a b", "lr": 0.1, "n": None, "msg": "5", "fast": True, "l": [1, "a"]})

    assert default_label(flags) == "fast=yes l=[1, a] lr=0.1 msg='5' z='a b'"
    assert default_label(flags, skip=["l", "z"]) == "fast=yes lr=0.1 msg='5'"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.123456789, "0.12345"),
        (0.30000000000000004, "0.30000"),
        (0.000123456, "0.00012"),
        (123456789.12345678, "123456789.12345"),
        (1e-05, "1.0e-05"),
        (1.23456789e-07, "1.23456e-07"),
        (-0.999999, "-0.99999"),
        (float("inf"), ".inf"),
        (1.0, "1.0"),
        ("0.123456789", "'0.123456789'"),
    ],
)
def test_decimals_in_the_default_label_are_cut(value: FlagValue, text: str) -> None:
    assert default_label({"f": value}) == f"f={text}"


def test_text_in_the_default_label_is_shortened_as_told() -> None:
    label = default_label({"p": "/usr/lib/python3/dist-packages"}, shorten=shorten_path)

    assert label == "p=/usr/…/dist-packages"


@pytest.mark.parametrize(
    ("path", "short"),
    [
        ("/usr/lib/python3/dist-packages", "/usr/…/dist-packages"),
        ("data/one/two/three/four.csv", "data/…/four.csv"),
        ("/usr/lib/python3/lib", "/usr/lib/python3/lib"),
        ("/a/b/" + "c" * 30, "/a/b/" + "c" * 30),
        ("/usr/" + "c" * 30, "/usr/" + "c" * 30),
        ("c" * 30, "c" * 30),
        ("/" * 30, "/" * 30),
    ],
)
def test_long_paths_keep_their_first_and_last_part(path: str, short: str) -> None:
    assert shorten_path(path) == short


@given(any_text(60))
def test_a_shortened_path_is_never_longer(path: str) -> None:
    assert len(shorten_path(path)) <= len(path)


_VALUES: dict[str, object] = {
    "a": 1, "b": 2.3456, "c": None, "d": "/etc/hosts", "e": "a b", "s": "it's",
    "default_label": "x=1 y=2", "label": "old one",
}  # fmt: skip


@pytest.mark.parametrize(
    ("template", "label"),
    [
        ("L ${a} ${b|%.2f} ${c|default:zz} ${d|basename} ${e|unquote}", "L 1 2.35 zz hosts a b"),
        ("${e}", "'a b'"),
        ("${unknown}", ""),
        ("${c} x ${unknown}", "x"),
        ("${a|default:3}", "1"),
        ("${unknown|default:a b}", "a b"),
        ("${e|%d}", "'a b'"),
        ("${a|%03d}", "001"),
        ("${c|%d}", ""),
        ("${b|basename}", "2.3456"),
        ("${a|unquote}", "1"),
        ("T1 ${default_label}", "T1 x=1 y=2"),
        ("${label} new", "'old one' new"),
        ("${label|unquote} new", "old one new"),
        ("plain $a ${ {", "plain $a ${ {"),
        ("${ a }", "1"),
        ("${a|foo}", "#error#"),
        ("${a|%999999999d}", "#error#"),
        ("${a|%*d}", "#error#"),
    ],
)
def test_references_are_replaced(template: str, label: str) -> None:
    assert render(template, _VALUES) == label


def test_unknown_filters_are_told() -> None:
    warnings: list[str] = []

    render("${a|foo}", {"a": 1}, warn=warnings.append)

    assert warnings == ["unsupported template transform: 'foo'"]


def test_an_empty_default_label_leaves_nothing() -> None:
    assert render("${default_label}", {"default_label": ""}) == ""


@given(
    st.text("${}a|%:.2fdsbnu ", max_size=30),
    st.dictionaries(st.sampled_from(["a", "b"]), flag_values()),
)
def test_any_template_is_rendered(template: str, values: dict[str, FlagValue]) -> None:
    assert isinstance(render(template, values), str)


@given(flag_maps())
def test_default_label_of_any_flags_is_one_printable_line(values: dict[str, FlagValue]) -> None:
    assert default_label(values).isprintable()


def test_tags_stand_before_the_default_label() -> None:
    assert render(tagged_template(["t1", "t2"]), {"default_label": "x=1"}) == "t1 t2 x=1"


@pytest.mark.parametrize(
    ("label", "after", "before"), [("a", "a b", "b a"), ("", "b", "b"), ("a ", "a  b", "b a")]
)
def test_text_is_put_after_or_before_a_label(label: str, after: str, before: str) -> None:
    assert appended(label, "b") == after
    assert prepended(label, "b") == before


@pytest.mark.parametrize(
    ("label", "parts", "result"),
    [
        ("a b c", ["b"], "a c"),
        ("a ab a", ["a"], "ab"),
        ("x=1 y=2", ["x=1", "y=2"], ""),
        ("m='a b' c", ["m='a b'"], "c"),
        ("a.b a+b", ["a+b"], "a.b"),
        ("a  b", ["c"], "a  b"),
        ("a", ["("], "a"),
        ("a", [""], "a"),
    ],
)
def test_whole_parts_are_removed_as_plain_text(label: str, parts: list[str], result: str) -> None:
    assert removed(label, parts) == result


def test_label_follows_tags() -> None:
    assert synced("t1 x=1", ["t2", "t1", "t3"], ["x=1"]) == "t2 t3 t1"
    assert synced("x=1", [], []) == "x=1"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("plain é 日本 \U0001f600 …", "plain é 日本 \U0001f600 …"),
        ("a\nb\tc\x1b[31m", "a\\x0ab\\x09c\\x1b[31m"),
        ("\x7f\x85\x9b", "\\x7f\\x85\\x9b"),
        ("a\u202eb\u2066\u061c\u200f\u2028", "a\\u202eb\\u2066\\u061c\\u200f\\u2028"),
        ("\ufeff\udcff", "\\ufeff\\udcff"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
        ("a\xa0b", "a\xa0b"),
    ],
)
def test_characters_unfit_for_a_terminal_are_escaped(text: str, result: str) -> None:
    assert shown(text) == result


@given(st.text())
def test_shown_text_is_one_line_that_can_be_written(text: str) -> None:
    result = shown(text)

    assert len(result.splitlines()) <= 1
    assert result.encode().decode() == result
    assert shown(result) == result
