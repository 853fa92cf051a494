"""Flags and choices, as values of the domain."""

from __future__ import annotations

from typing import cast

from guild.adapters.guildfile.forms import ChoiceForm, FlagForm, attribute_names
from guild.adapters.guildfile.marked import Map, plain
from guild.domain.choice import Choice
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagValue

__all__ = ["FlagSaid", "choice", "flag"]

FlagSaid = tuple[FlagDef, frozenset[str]]
"""A flag, and the attributes that are said of it, by their names in the file."""

_KNOWN = frozenset(attribute_names(FlagForm)) - {"nb-replace"}
_DEFAULT_ONLY = frozenset(("default",))


def flag(name: str, form: FlagForm, data: Map | None = None) -> FlagSaid:
    """A flag.

    Args:
        name: Its name.
        form: What is said of it.
        data: What the form was made of; None for a flag that only has a value.
    """
    default = cast("FlagValue", form.default)
    if data is None:
        return FlagDef(name=name, default=default), _DEFAULT_ONLY
    made = FlagDef(
        name=name,
        default=default,
        description=form.description or "",
        type=form.type,
        required=bool(form.required),
        choices=cast("tuple[Choice, ...]", form.choices or ()),
        allow_other=bool(form.allow_other),
        min=form.min,
        max=form.max,
        distribution=form.distribution,
        null_label=form.null_label,
        alias=form.alias,
        arg_name=form.arg_name,
        arg_skip=bool(form.arg_skip),
        arg_switch=cast("FlagValue", form.arg_switch),
        arg_split=cast("bool | str | None", form.arg_split),
        arg_encoding=form.arg_encoding or {},
        env_name=form.env_name,
        env_encoding=form.env_encoding or {},
        extra={key: plain(value) for key, value in data.items() if key not in _KNOWN},
    )
    said = frozenset(k for k, value in data.items() if value is not None or k == "default")
    return made, said


def choice(item: object) -> Choice:
    """A choice: a value, or a form."""
    if not isinstance(item, ChoiceForm):
        return Choice(plain(item))
    return Choice(
        cast("FlagValue", item.value),
        alias=item.alias,
        description=item.description or "",
        flags=item.flags or {},
    )
