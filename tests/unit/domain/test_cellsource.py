"""The Python in a notebook's cell."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.cellsource import parse_cell, plain_python, unified_breaks

_PYTHON = [
    "x = 1",
    "y = [1,\n x\n% 2]",
    's = """\n%matplotlib\n!ls\n"""',
    "t = 'it\\'s'  # don't",
    "if x:\n    y = 2",
    "z = (\n    1\n)",
    "a = 1 + \\\n    2",
    "f = x % 2",
    "é = 'ü'",
]
_COMMANDS = [
    "%matplotlib inline",
    "!pip install 'x",
    "!ls \\\n  -l (",
    "x?",
    "?x.y",
    "x??",
    "!!ls",
    "files = !ls 'a",
    "t = %time x",
    ",f a b",
    "/f 1",
]


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("!echo it's (\nx = 1", "pass\nx = 1"),
        ("!ls \\\n -l\nx = 1", "pass\n\nx = 1"),
        ("if x:\n    %time y = 1\n    z = 2", "if x:\n    pass\n    z = 2"),
        ("?x\nx??\nx = 1", "pass\npass\nx = 1"),
        ("a = !ls -l\nx = 1", "a = ______\nx = 1"),
        ("a, b = %sx ls\nx = 1", "a, b = ______\nx = 1"),
        ("%%time\nx = 1\n%time y", "\nx = 1\npass"),
        ("\n%%capture out\n%%time\nx = 1", "\n\n\nx = 1"),
        ("%%bash\nx=1\ny=2", "\n\n"),
        ("x = [1\n% 2]\n%time", "x = [1\n% 2]\npass"),
        ('s = """\n%time\n"""\n%time', 's = """\n%time\n"""\npass'),
        ("s = '[' # (\n%time", "s = '[' # (\npass"),
        ("x = 5 \\\n% 3\n%time", "x = 5 \\\n% 3\npass"),
    ],
)
def test_what_ipython_adds_is_taken_out(cell: str, plain: str) -> None:
    assert plain_python(cell) == plain
    ast.parse(plain_python(cell))


@given(st.lists(st.sampled_from(_PYTHON + _COMMANDS)))
def test_python_is_the_same_with_commands_between(parts: list[str]) -> None:
    python = [part for part in parts if part in _PYTHON]

    tree, _ = parse_cell("\n".join(parts))

    found = [ast.dump(statement) for statement in tree.body]
    own = [text for text in found if "Pass(" not in text and "____" not in text]
    assert own == [ast.dump(statement) for statement in ast.parse("\n".join(python)).body]


@given(st.text())
def test_any_text_has_as_many_lines_in_plain_python(cell: str) -> None:
    assert plain_python(cell).count("\n") == cell.count("\n")


@given(st.text())
def test_any_text_is_parsed_or_refused(cell: str) -> None:
    try:
        parse_cell(unified_breaks(cell))
    except SyntaxError:
        pass


@pytest.mark.parametrize("cell", ["x = ", "x = (" * 5000, "\0"])
def test_a_cell_that_is_no_python_is_refused(cell: str) -> None:
    with pytest.raises(SyntaxError):
        parse_cell(cell)


def test_breaks_of_all_systems_are_unified() -> None:
    assert unified_breaks("a\r\nb\rc\n") == "a\nb\nc\n"
