"""Flags: what an operation can be told, and what a run was told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from attr import Factory, frozen

from guild.domain.value import Value

if TYPE_CHECKING:
    from guild.domain.choice import Choice

__all__ = ["FlagDef", "FlagSet", "FlagValue", "same_value"]

FlagValue: TypeAlias = bool | int | float | str | list["FlagValue"] | dict[str, "FlagValue"] | None
"""A flag's value: what YAML can say with its plain types."""


def same_value(a: FlagValue, b: FlagValue) -> bool:
    """Whether two values are the same to a run.

    Numbers compare by value (1 is 1.0), a boolean is never a number, nan is itself.
    """
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same_value, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same_value(a[key], b[key]) for key in a)
    return a == b or (a != a and b != b)


def _hash(value: FlagValue) -> int:
    """Equal for values that are the same to a run."""
    if isinstance(value, list | dict):
        return len(value)
    return hash(value) if value == value else 0


class FlagSet(Mapping[str, FlagValue]):
    """Flag values by name: immutable, in name order.

    Two sets are equal only as whole mappings: a missing or additional name makes them differ.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, FlagValue] | None = None) -> None:
        self._values = dict(sorted((values or {}).items()))

    def __getitem__(self, name: str) -> FlagValue:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"FlagSet({self._values!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        return self._values.keys() == other.keys() and all(
            same_value(value, other[name]) for name, value in self._values.items()
        )

    def __hash__(self) -> int:
        return hash(tuple((name, _hash(value)) for name, value in self._values.items()))

    def merged(self, over: Mapping[str, FlagValue]) -> FlagSet:
        """These flags with those of `over` in their place or added."""
        return FlagSet({**self._values, **over})


@frozen(kw_only=True, eq=False, repr=False)
class FlagDef(Value):
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
    arg_encoding: Mapping[str, FlagValue] = Factory(dict)
    env_name: str | None = None
    env_encoding: Mapping[str, FlagValue] = Factory(dict)
    extra: Mapping[str, FlagValue] = Factory(dict)
