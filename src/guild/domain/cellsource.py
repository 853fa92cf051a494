"""The Python in a notebook's cell: what IPython adds to the language taken out.

It needs neither IPython nor a notebook: text in, text out. Only the standard library is
imported, since a run's process reads cells as well, in an environment of its own.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

__all__ = ["parse_cell", "plain_python", "unified_breaks"]

_PYTHON_MAGICS = frozenset(("capture", "prun", "time"))
"""Cell magics that run their cell as if they were not there."""

_CELL_MAGIC = re.compile(r"%%(\w+)")
_COMMAND = re.compile(r"(\s*)(?:[%!?,;/]|[\w.*%]+\?\??\s*$)")
_ASSIGNED_COMMAND = re.compile(r"""(\s*[^\W\d][^=!<>#'"()]*=\s*)([%!].*)$""")
_TOKEN = re.compile(
    r"""\#.*|\"{3}|'{3}|"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|[\[\](){}]|\\$""", re.VERBOSE
)


def unified_breaks(source: str) -> str:
    """The text with every line break as a line feed."""
    return source.replace("\r\n", "\n").replace("\r", "\n")


def parse_cell(source: str) -> tuple[ast.Module, str]:
    """Syntax tree of a cell and the text that its positions are in.

    Each line of that text that has syntax of Python's in it begins as the cell's own: columns of
    values are the same in both.

    Args:
        source: The cell, with line feeds as breaks.

    Raises:
        SyntaxError: If it is not Python, even with IPython's commands taken out.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd escapes are not for this program to report
        try:
            return ast.parse(source), source
        except (ValueError, RecursionError, MemoryError) as error:
            raise SyntaxError(str(error) or "nested too deeply") from error
        except SyntaxError:
            plain = plain_python(source)
            try:
                return ast.parse(plain), plain
            except (ValueError, RecursionError, MemoryError) as error:
                raise SyntaxError(str(error) or "nested too deeply") from error


def plain_python(source: str) -> str:
    """A cell's text with as many lines, without magics, shell commands and questions.

    A command on a line of its own becomes `pass`, the cell of a magic that is not Python becomes
    empty, and a command whose result is assigned becomes a name of the same length.
    """
    lines = source.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    while first < len(lines) and (magic := _CELL_MAGIC.match(lines[first])):
        if magic[1] not in _PYTHON_MAGICS:
            return "\n" * (len(lines) - 1)
        lines[first] = ""
        first += 1
    return "\n".join(_translated(lines))


def _translated(lines: list[str]) -> Iterator[str]:
    place = _Place()
    in_command = False
    for line in lines:
        if in_command:
            in_command = line.endswith("\\")
            yield ""
        elif place.inside:
            place.go_over(line)
            yield line
        elif command := _COMMAND.match(line):
            in_command = line.endswith("\\")
            yield f"{command[1]}pass"
        elif command := _ASSIGNED_COMMAND.match(line):
            in_command = line.endswith("\\")
            yield command[1] + "_" * len(command[2])
        else:
            place.go_over(line)
            yield line


class _Place:
    """Where in the code the end of a line is.

    Attributes:
        inside: Whether a text, a bracket or a continued line goes on in the next line.
    """

    def __init__(self) -> None:
        self.inside = False
        self._depth = 0
        self._quotes = ""

    def go_over(self, line: str) -> None:
        """Read a line."""
        at, continued = 0, False
        while at < len(line):
            if self._quotes:
                end = re.compile(rf"(?:\\.|(?!{self._quotes})[^\\])*{self._quotes}").match(
                    line, at
                )
                if end is None:
                    break
                self._quotes, at = "", end.end()
                continue
            token = _TOKEN.search(line, at)
            if token is None:
                break
            at, text = token.end(), token[0]
            if text in ('"""', "'''"):
                self._quotes = text
            elif text in "([{":
                self._depth += 1
            elif text in ")]}":
                self._depth = max(self._depth - 1, 0)
            continued = text == "\\"
        self.inside = bool(self._quotes) or self._depth > 0 or continued
