"""Guildfiles as data that JSON can hold, and back.

A value of the domain becomes `["v", CLASS, {ATTRIBUTE: VALUE}]` without what is as by default;
lists, tuples and sets are marked with `l`, `t` and `s`, so that all comes back as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attr import NOTHING, Factory

from guild.domain.choice import Choice
from guild.domain.dependency import Rename, Resource, Select, Source
from guild.domain.flagdef import FlagDef
from guild.domain.guildfile import (
    FileWarning,
    Guildfile,
    Model,
    OperationDef,
    OptimizerDef,
    SourceSelection,
)
from guild.domain.objective import Objective
from guild.domain.record import Record
from guild.domain.sourcecode import RuleKind, SourceRule
from guild.domain.value import Value

__all__ = ["decoded", "encoded"]

_CLASSES: tuple[Any, ...] = (
    *(Guildfile, Model, OperationDef, FlagDef, Choice, Resource, Source, Select, Rename),
    *(SourceSelection, SourceRule, OptimizerDef, Objective, FileWarning),
)
_NUMBERS = {cls: number for number, cls in enumerate(_CLASSES)}


def encoded(value: object) -> Any:
    """Data for a value.

    Raises:
        TypeError: If it is or holds what no guildfile has.
    """
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Value | Record):
        return ["v", _NUMBERS[value.__class__], dict(_told(value))]
    if isinstance(value, dict):
        return {key: encoded(item) for key, item in value.items()}
    if isinstance(value, list):
        return ["l", *map(encoded, value)]
    if isinstance(value, tuple):
        return ["t", *map(encoded, value)]
    if isinstance(value, frozenset):
        return ["s", *sorted(value)]
    if isinstance(value, RuleKind):
        return ["k", value.value]
    raise TypeError(f"no data for {value.__class__.__name__}")


def _told(value: Value | Record) -> Any:
    for name, item, default in _parts(value):
        if default is NOTHING or item.__class__ is not default.__class__ or item != default:
            yield name, encoded(item)


def _parts(value: Value | Record) -> Iterator[tuple[str, object, object]]:
    """Each name with its value, and what that is unless it is told; `NOTHING` if it must be."""
    if isinstance(value, Record):
        defaults = value.defaults()
        for name, item in value.values().items():
            yield name, item, defaults.get(name, NOTHING)
        return
    for each in value.__attrs_attrs__:
        default: object = each.default
        if isinstance(default, Factory):  # type: ignore[arg-type]  # its stub says it is a function
            default = default.factory()  # type: ignore[attr-defined]
        yield each.name, getattr(value, each.name), default


def decoded(data: Any) -> Any:
    """The value that `encoded` made data of.

    Raises:
        LookupError, TypeError, ValueError: If it did not.
    """
    if data.__class__ is list:
        kind = data[0]
        if kind == "v":
            told = {name: decoded(item) for name, item in data[2].items()}
            return _CLASSES[data[1]](**told)
        items = [decoded(item) for item in data[1:]]
        if kind == "t":
            return tuple(items)
        if kind == "l":
            return items
        return frozenset(items) if kind == "s" else RuleKind(items[0])
    if data.__class__ is dict:
        return {key: decoded(item) for key, item in data.items()}
    return data
