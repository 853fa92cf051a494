"""Values of flags in a notebook's cells: where they are, and cells with others in their place.

Only the standard library is imported: a run's process puts the values in, in an environment of
its own.

Source: reference 03-flags, section 11.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from guild.domain.cellsource import parse_cell

__all__ = [
    "NB_REPLACE",
    "PARAMETERS",
    "assigned",
    "compiled_patterns",
    "python_text",
    "reading_order",
    "with_replacements",
    "with_values",
]

NB_REPLACE = "nb-replace"
"""Attribute of flags that are put where a pattern matches, not into an assignment."""

PARAMETERS = "parameters"
"""Tag of the cell that is made for others to change its values: papermill's convention."""


def assigned(tree: ast.Module) -> Iterator[tuple[str, ast.Assign | ast.AnnAssign, ast.expr]]:
    """Name, statement and value of each assignment at the top level of a cell, in order.

    Of a chain (`a = b = 1`) only the right-most name counts, and only single names do.
    """
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[*_, ast.Name(id=name)], value=value):
                yield name, statement, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, statement, value


def reading_order(tags: Sequence[Iterable[str]]) -> list[int]:
    """Indexes of cells in the order in which they are looked through for assignments.

    Args:
        tags: The tags of each cell.
    """
    return sorted(range(len(tags)), key=lambda index: PARAMETERS not in tags[index])


def with_values(
    sources: Sequence[str], order: Sequence[int], values: Mapping[str, object]
) -> tuple[list[str], dict[str, object]]:
    """Cells in which the first assignment of each name has another value.

    All else stays as it is, comments and IPython's commands, too. Cells that are not Python are
    left alone.

    Args:
        sources: The cells, with line feeds as breaks.
        order: Indexes of the cells to look through, in this order.
        values: Values by name.

    Returns:
        The cells, and the values whose names nothing is assigned to.
    """
    cells = list(sources)
    left = dict(values)
    for index in order:
        if not left:
            break
        try:
            tree, plain = parse_cell(cells[index])
        except SyntaxError:
            continue
        places = []
        for name, _, value in assigned(tree):
            if name in left:
                places.append((*_span(value, plain, cells[index]), python_text(left.pop(name))))
        cells[index] = _spliced(cells[index], places)
    return cells, left


def with_replacements(
    sources: Sequence[str], patterns: Iterable[re.Pattern[str]], value: object
) -> tuple[list[str], int]:
    """Cells in which a value stands wherever one of the patterns matches.

    It takes the place of the pattern's groups or, of a pattern without groups, of all that
    matches.

    Returns:
        The cells, and how many matches there were.
    """
    cells, count = list(sources), 0
    text = python_text(value)
    for pattern in patterns:
        for index, source in enumerate(cells):
            places: list[tuple[int, int, str]] = []
            for match in pattern.finditer(source):
                count += 1
                groups = range(1, pattern.groups + 1) if pattern.groups else (0,)
                spans = [match.span(group) for group in groups if match.start(group) >= 0]
                for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
                    # A group inside another is replaced with it.
                    if not places or start >= places[-1][1]:
                        places.append((start, end, text))
            cells[index] = _spliced(source, places)
    return cells, count


def compiled_patterns(given: object) -> list[re.Pattern[str]]:
    """The patterns of an `nb-replace` attribute; `^` and `$` match at lines.

    Raises:
        ValueError: If it is not a regular expression or a list of them; the text says why.
    """
    texts = given if isinstance(given, list) else [given]
    patterns = []
    for text in texts:
        if not isinstance(text, str):
            raise ValueError(f"{text!r} is not a text")
        try:
            patterns.append(re.compile(text, re.MULTILINE))
        except (re.error, OverflowError, RecursionError) as error:
            raise ValueError(f"'{text}' is not a regular expression: {error}") from error
    return patterns


def python_text(value: object) -> str:
    """The Python expression of a value, on one line."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return f'float("{value}")'
    if isinstance(value, list):
        return f"[{', '.join(map(python_text, value))}]"
    if isinstance(value, dict):
        items = (f"{python_text(key)}: {python_text(item)}" for key, item in value.items())
        return f"{{{', '.join(items)}}}"
    return repr(value)


def _span(node: ast.expr, plain: str, source: str) -> tuple[int, int]:
    """Where an expression begins and ends in a cell's own text."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    lines, own = plain.split("\n"), source.split("\n")

    def offset(line: int, column: int) -> int:
        # Columns count bytes.
        inside = len(lines[line - 1].encode()[:column].decode())
        return sum(len(text) + 1 for text in own[: line - 1]) + inside

    return (
        offset(node.lineno, node.col_offset),
        offset(node.end_lineno, node.end_col_offset),
    )


def _spliced(text: str, places: Sequence[tuple[int, int, str]]) -> str:
    """The text with other texts at the places, which are in order and apart."""
    for start, end, new in reversed(places):
        text = text[:start] + new + text[end:]
    return text
