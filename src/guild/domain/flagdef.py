"""Definitions of flags: what an operation can be told."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from guild.domain.flags import FlagValue
from guild.domain.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.domain.choice import Choice

__all__ = ["FlagDef"]

_NOTHING: Mapping[str, FlagValue] = MappingProxyType({})


class FlagDef(Record):
    """What an operation says of one of its flags.

    Attributes:
        name: Name on the command line.
        default: Value where the user gives none; None passes nothing to the script.
        type: `string`, `int`, `float`, `number`, `boolean`, `path`, `existing-path`, `auto`
            or None for values that speak for themselves.
        required: Whether a value must be given.
        choices: Allowed values; empty for any.
        allow_other: Whether values beside the choices are accepted.
        min, max: Inclusive bounds.
        distribution: `uniform` or `log-uniform`, for searches.
        null_label: Shown instead of a null value.
        alias: Another name on the command line.
        arg_name: Name of the script's argument or global; the flag's name if None.
        arg_skip: Whether the script is never told.
        arg_switch: The value for which the bare argument is passed, and nothing otherwise.
        arg_split: True to split a text value like a shell does into several arguments, or the
            separator to split at.
        arg_encoding, env_encoding: Texts for particular values, by the value's text.
        env_name: Name of the environment variable instead of `FLAG_NAME`.
        extra: Attributes that only particular kinds of operations know.
    """

    name: str
    default: FlagValue = None
    description: str = ""
    type: str | None = None
    required: bool = False
    choices: tuple[Choice, ...] = ()
    allow_other: bool = False
    min: int | float | None = None
    max: int | float | None = None
    distribution: str | None = None
    null_label: str | None = None
    alias: str | None = None
    arg_name: str | None = None
    arg_skip: bool = False
    arg_switch: FlagValue = None
    arg_split: bool | str | None = None
    arg_encoding: Mapping[str, FlagValue] = _NOTHING
    env_name: str | None = None
    env_encoding: Mapping[str, FlagValue] = _NOTHING
    extra: Mapping[str, FlagValue] = _NOTHING
