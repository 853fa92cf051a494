"""Data of config files: as plain values, and with others put into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from guild.domain.flags import FlagValue
from guild.domain.yamltext import MAX_DEPTH, dump_flow

__all__ = ["Change", "changes", "exactly_same", "merged", "plain"]

_MOST = 1_000_000
"""Values in a file: references within one can stand for any amount of data."""

_Data = Mapping[object, object]
_Stored = Callable[[FlagValue, object], object]


class Change(NamedTuple):
    """A value that becomes another, or one that is new.

    Attributes:
        path: Keys of the maps it is in, from the outermost on, and its own.
        value: What it becomes.
        new: Whether it was not there.
    """

    path: tuple[object, ...]
    value: object
    new: bool


def plain(data: object) -> dict[str, FlagValue]:
    """A file's data as flags can have it: keys are texts, and so are dates.

    Raises:
        ValueError: If it is no map, holds something else, or is too much or nested too deeply.
    """
    if not isinstance(data, Mapping):
        raise ValueError(f"expected a map, got {_kind_of(data)}")
    count = 0

    def converted(value: object, depth: int) -> FlagValue:
        nonlocal count
        count += 1
        if count > _MOST:
            raise ValueError("it holds too many values")
        if depth > MAX_DEPTH:
            raise ValueError("it is nested too deeply")
        if value is None or isinstance(value, bool):
            return value
        for kind in (int, float, str):
            if isinstance(value, kind):
                return kind(value)
        if isinstance(value, list | tuple):
            return [converted(item, depth + 1) for item in value]
        if isinstance(value, Mapping):
            return {_text(key): converted(item, depth + 1) for key, item in value.items()}
        if hasattr(value, "isoformat"):
            return str(value.isoformat())
        raise ValueError(f"a value is {_kind_of(value)}, which no flag can have")

    result = converted(data, 0)
    assert isinstance(result, dict)
    return result


def _kind_of(value: object) -> str:
    names = {type(None): "nothing", list: "a list", str: "text"}
    return names.get(type(value), f"of type {type(value).__name__}")


def _text(key: object) -> str:
    if isinstance(key, str):
        return str(key)
    if key is None or isinstance(key, bool | int | float):
        return dump_flow(key, yes_no=True)
    if hasattr(key, "isoformat"):
        return str(key.isoformat())
    raise ValueError(f"a key is {_kind_of(key)}, which no flag can have")


def merged(data: _Data, values: Mapping[str, FlagValue], stored: _Stored) -> dict[object, object]:
    """The data with values put into it; what is given stays as it is.

    Args:
        data: The data.
        values: By dotted names, see `write_config`.
        stored: Gives a value as the file will have it, in the place of another.

    Raises:
        ValueError: If something that is no map would have to hold a value.
    """
    result = dict(data)
    for name, value in values.items():
        result = _with(result, _path(result, name, name), value, stored)
    return result


def _path(data: _Data, name: str, whole: str) -> tuple[object, ...]:
    """The keys that a dotted name means: as many of its parts as there is a key for."""
    keys = {_text(key): key for key in data}
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        outer = ".".join(parts[:end])
        if outer not in keys:
            continue
        key = keys[outer]
        if end == len(parts):
            return (key,)
        inner = data[key]
        if isinstance(inner, Mapping):
            return (key, *_path(inner, ".".join(parts[end:]), whole))
        if inner is None:
            return (key, *parts[end:])
        raise ValueError(f"cannot set '{whole}': '{_text(key)}' is not a map")
    return tuple(parts)


def _with(
    data: _Data, path: tuple[object, ...], value: FlagValue, stored: _Stored
) -> dict[object, object]:
    key, *rest = path
    old = data.get(key)
    inner = old if isinstance(old, Mapping) else {}
    if rest:
        return {**data, key: _with(inner, tuple(rest), value, stored)}
    if isinstance(value, dict):
        keys = {_text(own): own for own in inner}
        for name, item in value.items():
            inner = _with(inner, (keys.get(name, name),), item, stored)
        return {**data, key: inner}
    new = stored(value, old)
    # What is the same stays as it was written.
    return {**data, key: old if key in data and exactly_same(old, new) else new}


def changes(old: _Data, new: _Data) -> list[Change]:
    """What is different in data that came of other data by `merged`, outermost values only."""
    return list(_changes(old, new, ()))


def _changes(old: _Data, new: _Data, path: tuple[object, ...]) -> Iterator[Change]:
    for key, value in new.items():
        before = old.get(key)
        own = (*path, key)
        if key not in old:
            yield Change(own, value, True)
        elif isinstance(before, Mapping) and isinstance(value, Mapping):
            if before is not value:
                yield from _changes(before, value, own)
        elif before is not value and not exactly_same(before, value):
            yield Change(own, value, False)


def exactly_same(a: object, b: object) -> bool:
    """Whether two values are equal and of the same kinds throughout; nan is itself."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(exactly_same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(exactly_same, a, b))
    for kind in (bool, int, float, str):
        if isinstance(a, kind) != isinstance(b, kind):
            return False
    return a == b or (a != a and b != b)
