"""Rows of cells as lines of text."""

from __future__ import annotations

from itertools import zip_longest

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
    if width is None and styled is None:
        table = _plain_lines(rows, indent)
    else:
        table = _styled_lines(rows, indent, width, styled or _plain)
    if not details:
        return table
    lines: list[str] = []
    for index, line in enumerate(table):
        lines.append(line)
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


def _plain_lines(rows: Iterable[Sequence[Cell]], indent: int) -> list[str]:
    """Lines that are not cut and have no styles: those of programs, and of thousands of runs."""
    table = _texts(rows)
    if not "".join(map("".join, table)).isprintable():
        table = [row if "".join(row).isprintable() else _escaped(row) for row in table]
    # A row may have fewer cells.
    columns = [_padded(column) for column in zip_longest(*table, fillvalue="")]
    before, gap = " " * indent, " " * _GAP
    return [(before + gap.join(row)).rstrip(" ") for row in zip(*columns, strict=True)]


def _padded(column: Sequence[str]) -> list[str]:
    """The texts of a column with blanks up to the widest. What stands there often is measured
    once, as there is much in a listing that does.
    """
    if "".join(column).isascii():
        width = max(map(len, column))
        return [text.ljust(width) for text in column]
    width_of = {text: visible_width(text) for text in set(column)}
    width = max(width_of.values())
    padded = {text: text + " " * (width - taken) for text, taken in width_of.items()}
    return [padded[text] for text in column]


def _texts(rows: Iterable[Sequence[Cell]]) -> list[list[str]]:
    """What cells show. One that stands in several rows, the very same, is looked at once."""
    known: dict[int, tuple[Cell, str]] = {}

    def text(cell: Sequence[Part] | None) -> str:
        found = known.get(id(cell))
        if found is None:
            # Kept with the cell, so that no other one gets its place in memory.
            found = known[id(cell)] = (cell, "".join(part for part, _ in cell or ()))
        return found[1]

    return [[cell if isinstance(cell, str) else text(cell) for cell in row] for row in rows]


def _escaped(row: Sequence[str]) -> list[str]:
    from guild.domain.display import shown  # few texts have anything to escape

    return list(map(shown, row))


class _Measured:
    """A cell as it is shown.

    Attributes:
        width: Columns that it takes.
        parts: The text in parts, with their styles.
    """

    __slots__ = ("parts", "width")

    def __init__(self, cell: Cell) -> None:
        from guild.domain.display import shown

        parts = ((cell, ""),) if isinstance(cell, str) else cell or ()
        self.parts = [(shown(text), style) for text, style in parts if text]
        self.width = sum(visible_width(text) for text, _ in self.parts)


def _styled_lines(
    rows: Iterable[Sequence[Cell]],
    indent: int,
    width: int | None,
    styled: Callable[[str, str], str],
) -> list[str]:
    known: dict[int | str, tuple[Cell, _Measured]] = {}

    def measured(cell: Cell) -> _Measured:
        key = cell if isinstance(cell, str) else id(cell)
        if key not in known:
            # Kept with the cell, so that no other one gets its place in memory.
            known[key] = (cell, _Measured(cell))
        return known[key][1]

    table = [list(map(measured, row)) for row in rows]
    columns = zip_longest(*([cell.width for cell in row] for row in table), fillvalue=0)
    widths = list(map(max, columns))
    return [_line(row, widths, indent, width, styled) for row in table]


def _line(
    row: Sequence[_Measured],
    widths: Sequence[int],
    indent: int,
    width: int | None,
    styled: Callable[[str, str], str],
) -> str:
    """One row; what does not fit is cut off part by part, so that styles stay whole."""
    parts: list[Part] = [(" " * indent, "")]
    last = max((column for column, cell in enumerate(row) if cell.parts), default=-1)
    for column, cell in enumerate(row[: last + 1]):
        parts += cell.parts
        if column < last:
            parts.append((" " * (widths[column] - cell.width + _GAP), ""))
    line = ""
    for text, style in parts:
        if width is not None:
            text = cut(text, width)
            width -= visible_width(text)
        line += styled(text, style) if style else text
    return line.rstrip(" ")


def _plain(text: str, _style: str) -> str:
    return text
