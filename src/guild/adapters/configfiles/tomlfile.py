"""Config files in TOML."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from guild.adapters.configfiles.tomlspans import Statements, statements
from guild.domain.flags import FlagValue

if TYPE_CHECKING:
    from guild.adapters.configfiles.values import Change

__all__ = ["dump", "edited", "parse", "placed", "stored"]

_BARE = r"[A-Za-z0-9_-]+"


def parse(text: str) -> dict[object, object]:
    """See `files._Format`."""
    data: dict[object, object] = {}
    data.update(tomllib.loads(text))
    return data


def placed(name: str, value: FlagValue, data: Mapping[object, object]) -> str:
    """See `files._Format`."""
    del value, data
    return name


def stored(value: FlagValue, old: object) -> object:
    """See `files._Format`."""
    if value is None:
        raise ValueError("TOML knows no null")
    if isinstance(value, str) and hasattr(old, "isoformat"):
        try:
            date: object = tomllib.loads(f"x = {value}")["x"]
        except ValueError:
            return value
        return date if hasattr(date, "isoformat") else value
    return value


def dump(data: Mapping[object, object]) -> str:
    """See `files._Format`."""
    return "\n".join(filter(None, _tables(data, ())))


def _tables(data: Mapping[object, object], path: tuple[object, ...]) -> list[str]:
    """The text of each table: the map's own values, and then the maps in it."""
    own = {key: value for key, value in data.items() if not isinstance(value, Mapping)}
    lines = [f"{_key(key)} = {_inline(value)}\n" for key, value in own.items()]
    if path and (own or not data):
        lines.insert(0, f"[{_name(path)}]\n")
    found = ["".join(lines)]
    for key, value in data.items():
        if isinstance(value, Mapping):
            found += _tables(value, (*path, key))
    return found


def _name(path: tuple[object, ...]) -> str:
    return ".".join(map(_key, path))


def _key(key: object) -> str:
    text = str(key)
    return text if re.fullmatch(_BARE, text) else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _inline(value: object) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        items = ", ".join(f"{_key(key)} = {_inline(item)}" for key, item in value.items())
        return f"{{{items}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    raise ValueError("TOML knows no null")


def edited(text: str, data: Mapping[object, object], changes: list[Change]) -> str | None:
    """See `files._Format`."""
    found = statements(text)
    if found is None:
        return None
    line = "\r\n" if "\r\n" in text else "\n"
    edits: dict[tuple[int, int], list[str]] = {}
    for change in changes:
        edit = _edit(text, data, change, found, line)
        if edit is None:
            return None
        start, end, new = edit
        place = edits.setdefault((start, end), [])
        if start == end or not place:
            place.append(new)
    parts: list[str] = []
    done = 0
    for (start, end), texts in sorted(edits.items()):
        parts += [text[done:start], *texts]
        done = end
    return "".join([*parts, text[done:]])


_Edit = tuple[int, int, str]


def _edit(
    text: str, data: Mapping[object, object], change: Change, found: Statements, line: str
) -> _Edit | None:
    path = tuple(map(str, change.path))
    for end in range(len(path), 0, -1):
        span = found.values.get(path[:end])
        if span is not None:
            value: object = data
            for key in path[:end]:
                assert isinstance(value, Mapping)
                value = value[key]
            return *span, _inline(value)
    if not change.new:
        return None
    if isinstance(change.value, Mapping):
        begin = "" if not text else line if text.endswith("\n") else line * 2
        tables = "\n".join(filter(None, _tables(change.value, path)))
        return len(text), len(text), begin + tables.replace("\n", line)
    return _insertion(change.value, path, found, line)


def _insertion(value: object, path: tuple[str, ...], found: Statements, line: str) -> _Edit | None:
    """The text of a new value in the table it belongs to."""
    for end in range(len(path) - 1, -1, -1):
        table = path[:end]
        within = [key for key in found.values if key[: len(path) - 1] == path[:-1]]
        if table in found.ends and (table == path[:-1] or within):
            new = f"{_name(path[end:])} = {_inline(value)}"
            at = found.ends[table]
            return (at, at, new + line) if at == 0 else (at, at, line + new)
    return None
