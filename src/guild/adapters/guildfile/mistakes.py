"""What cattrs raised, as one line about the first mistake in the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cattrs

from guild.adapters.guildfile.forms import key_of
from guild.adapters.guildfile.marked import Items, Map, Path, Place, error_at, place_of, shown
from guild.adapters.guildfile.misfit import Misfit
from guild.domain.errors import GuildError

__all__ = ["at_text", "first_mistake"]


def first_mistake(
    error: BaseException, data: Map, place: Place, title: str, skipped: int
) -> GuildError:
    """The mistake that comes first in the file.

    Args:
        error: What the converter raised.
        data: What it converted.
        place: Where that was written.
        title: What paths of keys begin with.
        skipped: How many keys are left out at the beginning of paths.
    """
    found = [(place_of(data, path, place), path, leaf) for path, leaf in _leaves(error, ())]
    where, path, leaf = min(found, key=lambda each: (each[0][0] != place[0], *each[0]))
    path = _as_written(data, path)
    return error_at(where, _sentence(leaf, path, title), at_text(title, path[skipped:]))


def _leaves(error: BaseException, path: Path) -> Iterator[tuple[Path, Exception]]:
    """Each mistake, with the path of keys that cattrs noted."""
    notes = getattr(error, "__notes__", ())
    path = (*path, *(_noted(note) for note in reversed(notes)))
    if isinstance(error, cattrs.errors.BaseValidationError):
        for part in error.exceptions:
            yield from _leaves(part, path)
    elif isinstance(error, Misfit):
        yield (*path, *error.path), error
    elif isinstance(error, Exception):
        raise error


def _noted(note: Any) -> str | int:
    if isinstance(note, cattrs.AttributeValidationNote):
        return key_of(note.name)
    index: str | int = note.index
    return index


def _as_written(data: object, path: Path) -> Path:
    """A path with keys as they are in the file, such as `on`."""
    keys: list[str | int] = []
    for key in path:
        written = key
        if isinstance(data, Map):
            written = data.odd.get(str(key), key)
            data = data.get(str(key))
        elif isinstance(data, Items) and isinstance(key, int):
            data = data[key]
        keys.append(written)
    return tuple(keys)


def at_text(title: str, path: Path) -> str:
    """A path as users are told of it: `train.flags.lr.choices[1]`."""
    text = title
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}"
    return text.removeprefix(".")


def _sentence(leaf: Exception, path: Path, title: str) -> str:
    assert isinstance(leaf, Misfit)
    names = [key for key in path if isinstance(key, str)]
    key = names[-1] if names else "guildfile"
    if leaf.message:
        return (
            leaf.message.replace("{key}", key)
            .replace("{operation}", _after("operations", path))
            .replace("{resource}", _after("resources", path) or f"{title}:<inline>")
        )
    if path and isinstance(path[-1], int):
        key = f"{key} item"
    return f"invalid {key} value {shown(leaf.value)}: expected {leaf.expected}"


def _after(section: str, path: Path) -> str:
    """The name that follows a section in a path."""
    if section in path[:-1]:
        return str(path[path.index(section) + 1])
    return ""
