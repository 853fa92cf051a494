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
    measure = _Measure()
    table = [list(map(measure, row)) for row in rows]
    widths = _column_widths(table)
    lines: list[str] = []
    for index, row in enumerate(table):
        if width is None and styled is None:
            lines.append(_plain_line(row, widths, indent))
        else:
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


class _Measured:
    """A cell as it is shown.

    Attributes:
        text: All of its text.
        width: Columns that it takes.
        parts: The text in parts, with their styles.
    """

    __slots__ = ("parts", "text", "width")

    def __init__(self, text: str, width: int, parts: Sequence[Part]) -> None:
        self.text = text
        self.width = width
        self.parts = parts


class _Measure:
    """Measures cells. One that stands in several rows, the very same, is measured once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Cell, _Measured]] = {}

    def __call__(self, cell: Cell) -> _Measured:
        if isinstance(cell, str):
            if cell.isascii() and cell.isprintable():
                return _Measured(cell, len(cell), ((cell, ""),) if cell else ())
            return _measured(((cell, ""),))
        known = self._known.get(id(cell))
        if known is None:
            # Kept with the cell, so that no other one gets its place in memory.
            known = self._known[id(cell)] = (cell, _measured(cell or ()))
        return known[1]


def _measured(parts: Sequence[Part]) -> _Measured:
    from guild.domain.display import shown

    fit = [(shown(text), style) for text, style in parts if text]
    text = "".join(text for text, _ in fit)
    return _Measured(text, visible_width(text), fit)


def _column_widths(table: Sequence[Sequence[_Measured]]) -> list[int]:
    widths: list[int] = []
    for row in table:
        widths += [0] * (len(row) - len(widths))
        for column, cell in enumerate(row):
            if cell.width > widths[column]:
                widths[column] = cell.width
    return widths


def _plain_line(row: Sequence[_Measured], widths: Sequence[int], indent: int) -> str:
    """One row that is not cut and has no styles."""
    texts = [
        cell.text + " " * (width - cell.width)
        for cell, width in zip(row, widths, strict=False)  # a row may have fewer cells
    ]
    return (" " * indent + (" " * _GAP).join(texts)).rstrip(" ")


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
