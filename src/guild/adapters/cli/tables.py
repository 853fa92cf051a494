"""Rows of cells as lines of text."""

from __future__ import annotations

from guild.adapters.cli.layout import cut, visible_width, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Part = tuple[str, str]
    Cell = str | None | Sequence[Part]
    Detail = tuple[str, str | Sequence[str] | None]

__all__ = ["detail_lines", "table_lines"]

_GAP = 2
_WRAP_WIDTH = 78


def table_lines(
    rows: Iterable[Sequence[Cell]],
    *,
    indent: int = 0,
    width: int | None = None,
    styled: Callable[[str, str], str] | None = None,
    details: Sequence[Sequence[Detail]] = (),
) -> list[str]:
    """Lines of a table: columns two blanks apart, no heading, no blanks at the end of a line.

    Args:
        rows: Cells as text, None for an empty one, or as parts of (text, style). Control
            characters are shown escaped.
        indent: Blanks before each line.
        width: Columns that lines are cut to, without a mark; not cut if None.
        styled: Applies a style to a text (`Console.styled`); styles are left out if None.
        details: For each row, the names and values of the lines below it.
    """
    table = [[_parts(cell) for cell in row] for row in rows]
    widths = _column_widths(table)
    lines: list[str] = []
    for index, row in enumerate(table):
        lines.append(_line(row, widths, indent, width, styled or _plain))
        if index < len(details):
            lines += detail_lines(details[index], indent=indent + 2, width=width)
    return lines


def detail_lines(details: Iterable[Detail], *, indent: int, width: int | None) -> list[str]:
    """Lines `name: value`; the items of a list follow, each on lines of its own, two deeper.

    Args:
        details: Names and values; control characters are shown escaped.
        indent: Blanks before each line.
        width: Columns that lines are cut to; not cut if None.
    """
    from guild.domain.display import shown

    before = " " * indent
    lines: list[str] = []
    for name, value in details:
        if value is None or isinstance(value, str):
            lines.append(f"{before}{name}: {shown(value or '')}".rstrip())
            continue
        lines.append(f"{before}{name}:" if value else f"{before}{name}: -")
        room = max((width or _WRAP_WIDTH) - indent - 2, 20)
        for item in value:
            lines += [f"{before}  {line}" for line in wrap(shown(item), room)]
    return lines if width is None else [cut(line, width) for line in lines]


def _parts(cell: Cell) -> list[Part]:
    from guild.domain.display import shown

    if isinstance(cell, str):
        return [(shown(cell), "")] if cell else []
    return [(shown(text), style) for text, style in cell or () if text]


def _column_widths(table: Sequence[Sequence[Sequence[Part]]]) -> list[int]:
    widths: list[int] = []
    for row in table:
        widths += [0] * (len(row) - len(widths))
        for column, cell in enumerate(row):
            widths[column] = max(widths[column], _cell_width(cell))
    return widths


def _cell_width(cell: Sequence[Part]) -> int:
    return sum(visible_width(text) for text, _ in cell)


def _line(
    row: Sequence[Sequence[Part]],
    widths: Sequence[int],
    indent: int,
    width: int | None,
    styled: Callable[[str, str], str],
) -> str:
    """One row; what does not fit is cut off part by part, so that styles stay whole."""
    parts: list[Part] = [(" " * indent, "")]
    last = max((column for column, cell in enumerate(row) if cell), default=-1)
    for column, cell in enumerate(row[: last + 1]):
        parts += cell
        if column < last:
            parts.append((" " * (widths[column] - _cell_width(cell) + _GAP), ""))
    line = ""
    for text, style in parts:
        if width is not None:
            text = cut(text, width)
            width -= visible_width(text)
        line += styled(text, style) if style else text
    return line.rstrip(" ")


def _plain(text: str, _style: str) -> str:
    return text
