"""Rules of writing YAML."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from guild.domain.errors import GuildError
from guild.domain.flags import FlagSet, FlagValue
from guild.domain.yamltext import MAX_DEPTH, dump, dump_flow, is_plain, quoted
from tests.strategies import any_text, exactly_same, flag_values, nasty_text

_READERS = [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)]


@pytest.mark.parametrize("reader", _READERS)
@given(value=flag_values())
@example(value={"": [[], {}, [[1], {"a": None}]], "x" * 2000: {"y": ["z"]}, "k" * 150: [1, [2]]})
@example(value=[{"a\nb": "c"}, [["- a"]]])
def test_any_value_is_read_back_equal(reader: type[yaml.SafeLoader], value: FlagValue) -> None:
    assert exactly_same(yaml.load(dump(value), reader), value)


@pytest.mark.parametrize("reader", _READERS)
@given(value=flag_values())
@example(value={"": [[], {}, [[1], {"a": None}]], "x" * 2000: {"y" * 2000: ["z"]}})
def test_flow_form_is_one_line_and_is_read_back_equal(
    reader: type[yaml.SafeLoader], value: FlagValue
) -> None:
    text = dump_flow(value)

    assert "\n" not in text
    assert exactly_same(yaml.load(text, reader), value)


@given(nasty_text())
def test_text_is_read_back_within_a_list_and_a_map(text: str) -> None:
    value = {"a": [text, {text: text}]}

    assert yaml.safe_load(dump(value)) == value
    assert yaml.safe_load(dump_flow(value)) == value


def _simple_values() -> st.SearchStrategy[object]:
    words = st.from_regex(r"[A-Za-z_/][A-Za-z0-9_./=+-]{0,9}", fullmatch=True).filter(
        lambda word: word.lower() not in ("y", "n") and is_plain(word)
    )
    leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), words)
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
        max_leaves=8,
    )


@given(_simple_values())
def test_simple_values_are_written_as_pyyaml_does(value: object) -> None:
    expected = yaml.safe_dump(value, default_flow_style=False).removesuffix("...\n")

    assert dump(value) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null\n"),
        (True, "true\n"),
        (1, "1\n"),
        (1.0, "1.0\n"),
        (1e-05, "1.0e-05\n"),
        (1.5e300, "1.5e+300\n"),
        (float("inf"), ".inf\n"),
        (float("-inf"), "-.inf\n"),
        (float("nan"), ".nan\n"),
        ("abc", "abc\n"),
        ("12345", "'12345'\n"),
        ("4d18193c", "4d18193c\n"),
        ("y", "'y'\n"),
        ("it's: x", "'it''s: x'\n"),
        ("2020-01-01", "'2020-01-01'\n"),
        ("a\nb", '"a\\nb"\n'),
        ("é", "é\n"),
        ("\x85", '"\\x85"\n'),
        ([], "[]\n"),
        ({}, "{}\n"),
        (("a", 1), "- a\n- 1\n"),
        ({"b": 1, "a": [1, {"c": [2]}]}, "a:\n- 1\n- c:\n  - 2\nb: 1\n"),
        (["python3", "-um", "--lr", "0.1"], "- python3\n- -um\n- --lr\n- '0.1'\n"),
        (FlagSet({"x": 1}), "x: 1\n"),
        ({1: "a", None: 2}, "null: 2\n1: a\n"),
    ],
)
def test_form_of_values(value: object, text: str) -> None:
    assert dump(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", "''"),
        ("3", "'3'"),
        ("a,b", "a,b"),
        (["a,b", "a:b", "a b"], "['a,b', 'a:b', a b]"),
        ({"b": 1, "a": [1, None]}, "{a: [1, null], b: 1}"),
        (False, "false"),
    ],
)
def test_flow_form_of_values(value: object, text: str) -> None:
    assert dump_flow(value) == text


def test_booleans_can_be_yes_and_no() -> None:
    assert dump_flow([True, {"a": False}], yes_no=True) == "[yes, {a: no}]"


@pytest.mark.parametrize("value", ["a\ud800", ["\udcff"], {"\udcff": 1}])
def test_text_that_is_not_unicode_is_refused(value: object) -> None:
    with pytest.raises(GuildError, match="not valid Unicode"):
        dump(value)
    with pytest.raises(GuildError, match="not valid Unicode"):
        dump_flow(value)


def test_text_that_is_not_unicode_can_be_escaped() -> None:
    assert dump_flow("a\udcff", strict=False) == '"a\\uDCFF"'


@pytest.mark.parametrize("value", [object(), {1, 2}, b"a", [1j], {(1, 2): 1}])
def test_values_of_other_types_are_refused(value: object) -> None:
    with pytest.raises(GuildError, match="cannot write a value of type"):
        dump(value)


def test_whole_numbers_beyond_what_python_writes_are_refused() -> None:
    with pytest.raises(GuildError, match="that many digits"):
        dump({"a": 1 << 20_000})


def _nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


def test_deep_nesting_is_written_up_to_the_limit_and_refused_beyond() -> None:
    deepest = _nested(MAX_DEPTH)

    assert yaml.safe_load(dump(deepest)) == deepest
    assert yaml.safe_load(dump_flow(deepest)) == deepest
    for write in (dump, dump_flow):
        with pytest.raises(GuildError, match="nested"):
            write(_nested(MAX_DEPTH + 1))


def test_a_value_that_holds_itself_is_refused() -> None:
    value: list[object] = []
    value.append(value)

    with pytest.raises(GuildError, match="nested"):
        dump(value)


@given(any_text())
def test_quoted_text_is_one_line_and_read_back(text: str) -> None:
    assert len(quoted(text).splitlines()) == 1
    assert yaml.safe_load(quoted(text)) == text
