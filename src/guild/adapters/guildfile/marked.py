"""Plain data that knows where each part of it was written, and errors that say so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue

__all__ = ["Items", "Map", "Path", "Place", "error_at", "nearest", "place_of", "plain", "shown"]

Place = tuple[str, int, int]
"""Absolute path of a file, line and column from 1."""

Path = tuple[str | int, ...]
"""Keys of maps and indexes of lists that lead to a value."""

_MOST_SHOWN = 120
_T = TypeVar("_T")


class Map(dict[str, object]):
    """A mapping with the place of each key.

    Keys are text. Those that YAML reads as something else are their text (`yes`, `1`), and are
    also in `odd`, with what is written (`on`).
    """

    __slots__ = ("odd", "places")

    def __init__(self) -> None:
        self.places: dict[str, Place] = {}
        self.odd: dict[str, str] = {}

    def put(self, key: str, value: object, place: Place) -> None:
        """Set an entry and its place."""
        self[key] = value
        self.places[key] = place


class Items(list[object]):
    """A list with the place of each item."""

    __slots__ = ("places",)

    def __init__(self) -> None:
        self.places: list[Place] = []

    def add(self, value: object, place: Place) -> None:
        """Append an item and its place."""
        self.append(value)
        self.places.append(place)


def plain(value: object) -> FlagValue:
    """The value as data that knows no places."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value  # type: ignore[return-value]  # the reader gives no other types


def place_of(data: object, path: Iterable[str | int], place: Place) -> Place:
    """Where the value at a path was written, or as much of the path as there is.

    Args:
        data: Where the path begins.
        path: Keys and indexes.
        place: Where `data` was written.
    """
    for key in path:
        if isinstance(data, Map):
            if key not in data:
                break
            place, data = data.places[str(key)], data[str(key)]
        elif isinstance(data, Items) and isinstance(key, int) and key < len(data):
            place, data = data.places[key], data[key]
        else:
            break
    return place


def error_at(place: Place, message: str, at: str = "") -> GuildError:
    """An error of one line.

    Args:
        place: Where the mistake is.
        message: What is wrong.
        at: Path of keys to the value.
    """
    return GuildError(f"error in {place[0]}:{place[1]}: {at and f'{at}: '}{message}")


def shown(value: object) -> str:
    """A value in a message: as Python writes it, and of bounded length."""
    text = _brief(value, 3)
    return text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…"


def _brief(value: object, depth: int) -> str:
    if isinstance(value, str):
        return repr(value if len(value) <= _MOST_SHOWN else value[:_MOST_SHOWN] + "…")
    if isinstance(value, dict):
        parts = [f"{_brief(k, 0)}: {_brief(v, depth - 1)}" for k, v in _few(value.items(), depth)]
        return "{" + ", ".join([*parts, *["…"] * (len(parts) < len(value))]) + "}"
    if isinstance(value, list):
        parts = [_brief(item, depth - 1) for item in _few(value, depth)]
        return "[" + ", ".join([*parts, *["…"] * (len(parts) < len(value))]) + "]"
    return repr(value)[:_MOST_SHOWN]


def _few(items: Iterable[_T], depth: int) -> Iterable[_T]:
    from itertools import islice

    return islice(items, 8 if depth > 0 else 0)


def nearest(name: str, known: Iterable[str]) -> str:
    """` - did you mean 'x'?` with the known name that is most like a misspelt one, or nothing."""
    from difflib import get_close_matches  # only mistakes need it

    found = get_close_matches(name, [other for other in known if other != name], 1, 0.7)
    return f" - did you mean '{found[0]}'?" if found else ""
