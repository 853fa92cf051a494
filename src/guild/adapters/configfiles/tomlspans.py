"""Where the values of a TOML document stand in its text.

What a key or a value is, `tomllib` decides: it is given pieces of the text until one is whole.
"""

from __future__ import annotations

import re
import tomllib
from typing import NamedTuple

__all__ = ["Statements", "statements"]

_PART = r"(?:[A-Za-z0-9_-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')"
_KEY = rf"[ \t]*({_PART}(?:[ \t]*\.[ \t]*{_PART})*)[ \t]*=[ \t]*"
_HEADER = rf"[ \t]*(\[\[?)[ \t]*({_PART}(?:[ \t]*\.[ \t]*{_PART})*)[ \t]*\]\]?[^\n]*"
_NOTHING = r"[ \t]*(?:#[^\n]*)?\r?(?:\n|\Z)"
_MOST_LINES = 1000

_Path = tuple[str, ...]


class Statements(NamedTuple):
    """Where things stand, as positions in the text.

    Attributes:
        values: Start and end of values, by their keys from the outermost table on. Those in
            inline tables and in arrays of tables are none.
        ends: Where something can be added to a table: behind its last line without the line's
            end, or at the start of the text.
    """

    values: dict[_Path, tuple[int, int]]
    ends: dict[_Path, int]


def statements(text: str) -> Statements | None:
    """Where values stand; None if that can't be told."""
    values: dict[_Path, tuple[int, int]] = {}
    ends: dict[_Path, int] = {(): 0}
    table: _Path | None = ()
    arrays: set[_Path] = set()
    at = 0
    while at < len(text):
        nothing = re.compile(_NOTHING).match(text, at)
        if nothing:
            at = nothing.end()
            continue
        header = re.compile(_HEADER).match(text, at)
        if header:
            path = _path(header[2])
            if header[1] == "[[":
                arrays.add(path)
            table = None if any(path[: len(one)] == one for one in arrays) else path
            end = header.end()
        else:
            key = re.compile(_KEY).match(text, at)
            value_end = _value_end(text, key.end()) if key else None
            if key is None or value_end is None:
                return None
            if table is not None:
                values[(*table, *_path(key[1]))] = (key.end(), value_end)
            end = value_end
        line_end = text.find("\n", end)
        line_end = len(text) if line_end < 0 else line_end
        if table is not None:
            ends[table] = line_end - (text[line_end - 1] == "\r")
        at = line_end + 1
    return Statements(values, ends)


def _path(key: str) -> _Path:
    data: object = tomllib.loads(f"{key} = 0")
    path: list[str] = []
    while isinstance(data, dict):
        ((name, data),) = data.items()
        path.append(name)
    return tuple(path)


def _value_end(text: str, start: int) -> int | None:
    """Where the value ends that starts there."""
    line_start = start
    for _ in range(_MOST_LINES):
        line_end = text.find("\n", line_start)
        line_end = len(text) if line_end < 0 else line_end
        comments = [match.start() for match in re.finditer("#", text[line_start:line_end])]
        for end in (*(line_start + offset for offset in comments), line_end):
            if _is_value(text[start:end]):
                return start + len(text[start:end].rstrip())
        if line_end == len(text):
            return None
        line_start = line_end + 1
    return None


def _is_value(text: str) -> bool:
    try:
        tomllib.loads(f"x = {text.rstrip()}")
    except ValueError:
        return False
    return True
