"""What is read without the YAML library is read as the library reads it."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from guild.adapters.fsstore.plainyaml import NotPlain, read_plain
from guild.adapters.fsstore.yamlreader import load
from guild.domain.yamltext import dump
from tests.strategies import exactly_same, flag_maps, flag_values, nasty_text

WORDS = st.sampled_from(
    (
        *"abyn01-: '#_.~\t\r\n%@`\\/[]=|>é", "- ", "  ", ": ", "''", '"', " #", "k: ", "k:\n",
        "null", "yes", "True", "1.5", "1e3", "1.0e+3", "-0", "0x1", "[]", "{}", ", ", "---", "...",
        "&a ", "*a", "!x ", "? ", "<<", "a b", "\n  ", "\n- ", "2020-01-01", "1:30",
    )
)  # fmt: skip
many = settings(max_examples=1500, database=None, deadline=None)


def assert_agrees(text: str) -> None:
    """What is read is what the library reads; what is not read is the library's to say."""
    try:
        value = read_plain(text)
    except NotPlain:
        return
    assert exactly_same(value, load(text)), text


@many
@given(st.lists(WORDS, max_size=12).map("".join))
@example("a: 1\na: 2\n")
@example("a b\n c")
@example("k: a\n  b")
@example("k:\n- a\n  b")
@example("k:\n  l: a\n m: b")
@example("k:\n-  l: a")
@example("- k: a\n  l: b\n- c")
@example("k: a\n\n")
@example("k: a:b:")
@example("k: a::b")
@example("n: y\n'yes': 1\nyes: 2")
@example("k: a#b")
@example("k: /:#")
def test_it_agrees_with_the_library_on_text_made_of_marks(text: str) -> None:
    assert_agrees(text)


@many
@given(st.from_regex(r"[0-9]{1,3}[0-9a-fox]{1,6}", fullmatch=True))
def test_it_agrees_with_the_library_on_digests_and_what_looks_like_them(text: str) -> None:
    assert_agrees(text)


@many
@given(nasty_text(), nasty_text())
def test_it_agrees_with_the_library_on_any_text(key: str, value: str) -> None:
    assert_agrees(value)
    assert_agrees(f"{key}: {value}\n")
    assert_agrees(f"k:\n- {value}\n")


@settings(max_examples=300, database=None, deadline=None)
@given(flag_maps() | flag_values())
def test_it_agrees_with_the_library_on_what_is_written_here(value: object) -> None:
    assert_agrees(dump(value))


@pytest.mark.parametrize(
    "value",
    [
        {"epochs": 3, "lr": 0.1, "name": "adam", "on_gpu": True, "seed": None},
        {"lr": 1e-05, "n": -7, "path": "/data/x:y", "text": "it's a [b] {c}, d", "yes_no": "yes"},
        {"a": "", "b": "1", "c": "null", "d": "- x", "e": " x ", "f": "x: y", "g": "a # b"},
        {"layers": [1, 2, 3], "empty": [], "none": {}, "deep": {"x": {"y": [True, "a"]}}},
        ["best", "two words", "3"],
        [{"body": "good", "host": "h", "time": 1, "user": "u"}, {"body": "it's"}],
        "epochs=3 lr=0.1 name='a b'",
        "grün",
        "159d70d1b38765a91cc129cf4c157b20",
        True,
        None,
        0.5,
        {},
        [],
    ],
)
def test_what_runs_mostly_hold_is_read(value: object) -> None:
    assert exactly_same(read_plain(dump(value)), value)


@pytest.mark.parametrize(
    "text", ["", "\n", "a: &x 1\nb: *x\n", "{a: 1}", "- - a\n", "a: |\n  b\n"]
)
def test_the_rest_is_left_to_the_library(text: str) -> None:
    with pytest.raises(NotPlain):
        read_plain(text)
