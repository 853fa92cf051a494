"""Text by the width it takes on a terminal: measuring, cutting, wrapping."""

from __future__ import annotations

__all__ = ["cut", "visible_width", "wrap"]


def visible_width(text: str) -> int:
    """Columns that a text without control characters takes: 2 for wide, 0 for combining ones."""
    if text.isascii():
        return len(text)
    rest = [char for char in text if char > "\x7f"]
    return len(text) - len(rest) + sum(map(_width, rest))


def cut(text: str, width: int) -> str:
    """The longest beginning of a text that fits into `width` columns."""
    if text.isascii():
        return text[:width]
    used = 0
    for position, char in enumerate(text):
        used += _width(char)
        if used > width:
            return text[:position]
    return text


def wrap(text: str, width: int) -> list[str]:
    """The words of a text in lines of at most `width` columns; longer words have their own."""
    lines: list[str] = []
    line, room = "", 0
    for word in text.split():
        size = visible_width(word)
        if line and size < room:
            line, room = f"{line} {word}", room - size - 1
            continue
        if line:
            lines.append(line)
        line, room = word, width - size
    return [*lines, line] if line else lines


def _width(char: str) -> int:
    import unicodedata  # a table of its own in memory, and most output is plain ASCII

    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
