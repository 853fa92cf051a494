"""Text of unknown origin on a terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.display import shown, shown_lines


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a b",
        "grün",
        "日本",
        "\xa0",
        "👩\u200d🔬",
        "\u0646\u0645\u06cc\u200c\u062e",
        "e\u0301",
        "\ue000",
    ],
)
def test_what_is_seen_stays(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[31m", "\\x1b[31m"),
        ("\x9b1m", "\\x9b1m"),
        ("a\nb\r\t\0", "a\\x0ab\\x0d\\x09\\x00"),
        ("\u202egnp", "\\u202egnp"),
        ("\ufeff\u2028\u200b\xad", "\\ufeff\\u2028\\u200b\\xad"),
        ("\U000e0041", "\\U000e0041"),
        ("tra\u200din", "tra\\u200din"),
        ("\u200c", "\\u200c"),
        ("\udc9b\ud800", "\\udc9b\\ud800"),
    ],
)
def test_what_controls_or_misleads_is_escaped(text: str, expected: str) -> None:
    assert shown(text) == expected


@given(st.text(st.characters(codec=None)))
def test_nothing_that_controls_is_left(text: str) -> None:
    for char in shown(text) + shown_lines(text, colours=True).replace("\x1b", ""):
        assert char in "\n\r\t" or unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp")


def test_lines_keep_line_breaks_and_tabs() -> None:
    assert shown_lines("a\tb\r\nc\rd\n") == "a\tb\r\nc\\x0dd\n"


def test_colours_stay_on_request_and_nothing_else_does() -> None:
    text = "\x1b[1;31mred\x1b[m \x1b[2J \x1b]0;x\x07 \x1b"

    assert shown_lines(text) == text.replace("\x1b", "\\x1b").replace("\x07", "\\x07")
    expected = "\x1b[1;31mred\x1b[m \\x1b[2J \\x1b]0;x\\x07 \\x1b"
    assert shown_lines(text, colours=True) == expected
