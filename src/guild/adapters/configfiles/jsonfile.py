"""Config files in JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from guild.domain.flags import FlagValue

if TYPE_CHECKING:
    from guild.adapters.configfiles.values import Change

__all__ = ["dump", "edited", "parse", "placed", "stored"]


class _Decimal(float):
    """A number that remembers how it is written."""

    __slots__ = ("text",)

    def __new__(cls, text: str) -> _Decimal:
        number = super().__new__(cls, text)
        number.text = text
        return number

    text: str


def parse(text: str) -> dict[object, object]:
    """See `files._Format`."""
    data = json.loads(text, parse_float=_Decimal)
    if not isinstance(data, dict):
        raise ValueError("expected a map at the outermost level")
    return data


def placed(name: str, value: FlagValue, data: Mapping[object, object]) -> str:
    """See `files._Format`."""
    del value, data
    return name


def stored(value: FlagValue, old: object) -> object:
    """See `files._Format`."""
    del old
    return value


def edited(text: str, data: Mapping[object, object], changes: list[Change]) -> None:
    """None: JSON is written anew."""
    del text, data, changes


def dump(data: Mapping[object, object]) -> str:
    """The data in one line, keys sorted; numbers as they were written."""
    return _dumped(data) + "\n"


def _dumped(value: object) -> str:
    if isinstance(value, Mapping):
        items = sorted((str(key), item) for key, item in value.items())
        return "{" + ", ".join(f"{json.dumps(key)}: {_dumped(item)}" for key, item in items) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_dumped, value)) + "]"
    return value.text if isinstance(value, _Decimal) else json.dumps(value)
