"""Tables: columns, cutting, escaping, details."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from guild.adapters.cli.layout import cut, visible_width, wrap
from guild.adapters.cli.tables import detail_lines, table_lines

if TYPE_CHECKING:
    from guild.adapters.cli.tables import Cell, Detail


def marked(text: str, style: str) -> str:
    return f"<{style}>{text}</>"


def test_columns_are_two_blanks_apart_and_lines_end_with_text() -> None:
    rows: list[list[Cell]] = [
        ["[1:a]", "train", "completed", "x=1"],
        ["[10:b]", "t", "error", None],
        ["c"],
    ]

    assert table_lines(rows, indent=2) == [
        "  [1:a]   train  completed  x=1",
        "  [10:b]  t      error",
        "  c",
    ]


def test_no_rows_are_no_lines() -> None:
    assert table_lines([]) == []


def test_styles_take_no_room() -> None:
    rows: list[list[Cell]] = [[[("train", ""), (" (dir)", "dim")], "ok"], ["x", "ok"]]

    assert table_lines(rows, styled=marked) == ["train<dim> (dir)</>  ok", "x            ok"]


def test_a_cut_leaves_styles_whole() -> None:
    rows: list[list[Cell]] = [[[("train", "dim")], "ok"]]

    assert table_lines(rows, width=3, styled=marked) == ["<dim>tra</>"]
    assert table_lines(rows, width=8) == ["train  o"]


def test_wide_characters_take_two_columns_and_combining_ones_none() -> None:
    assert table_lines([["\u7ebf", "a"], ["xyz", "b"], ["e\u0301", "c"]]) == [
        "\u7ebf   a",
        "xyz  b",
        "e\u0301    c",
    ]
    assert table_lines([["\u7ebf\u7ebf"]], width=3) == ["\u7ebf"]


def test_control_characters_are_shown() -> None:
    assert table_lines([["a\x1b[2Jb\n", "c"]]) == ["a\\x1b[2Jb\\x0a  c"]


def test_details_follow_their_row() -> None:
    details: list[list[Detail]] = [
        [("id", "abc"), ("pid", None), ("flags", ["lr: 0.1", "x: 1"]), ("tags", [])],
        [("id", "d\ne")],
    ]

    assert table_lines([["1", "a"], ["2", "b"]], details=details) == [
        "1  a",
        "  id: abc",
        "  pid:",
        "  flags:",
        "    lr: 0.1",
        "    x: 1",
        "  tags: -",
        "2  b",
        "  id: d\\x0ae",
    ]


def test_details_are_cut_and_their_lists_wrapped() -> None:
    lines = detail_lines([("name", "x" * 40), ("list", ["word " * 8])], indent=2, width=30)

    assert lines == [
        "  name: " + "x" * 22,
        "  list:",
        "    word word word word word",
        "    word word word",
    ]


@given(st.text(alphabet="ab\u7ebf\u0301 ", max_size=20), st.integers(0, 12))
def test_a_cut_text_is_the_longest_beginning_that_fits(text: str, width: int) -> None:
    shorter = cut(text, width)

    assert text.startswith(shorter)
    assert visible_width(shorter) <= width
    longer = text[: len(shorter) + 1]
    assert longer == shorter or visible_width(longer) > width


@given(st.text(alphabet="ab\u7ebf ", max_size=60), st.integers(1, 20))
def test_wrapping_keeps_the_words_and_fills_lines(text: str, width: int) -> None:
    lines = wrap(text, width)

    assert " ".join(lines).split() == text.split()
    assert all(visible_width(line) <= width or " " not in line for line in lines)
    assert all(
        visible_width(f"{line} {following.split()[0]}") > width
        for line, following in pairwise(lines)
    )
