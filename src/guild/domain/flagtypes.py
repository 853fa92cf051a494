"""Types of flag values, and making a value one of a type."""

from __future__ import annotations

from collections.abc import Callable

from guild.domain.flags import FlagValue
from guild.domain.flagtext import encode, is_function, parse_number

__all__ = ["Misfit", "as_text", "as_type"]

_TRUE = frozenset(("true", "yes", "on", "y"))
_FALSE = frozenset(("false", "no", "off", "n", ""))


class Misfit(Exception):
    """A value that can't be made one of its flag's type."""

    def __init__(self, value: FlagValue, why: str) -> None:
        super().__init__(why)
        self.value = value
        self.why = why


def as_type(value: FlagValue, type: str, cwd_join: Callable[[str], str]) -> FlagValue:
    """A single value as one of a type; null and search functions are of every type.

    Args:
        value: No list.
        type: Name of a type; a name that is none leaves the value as it is.
        cwd_join: Gives the absolute form of a path.

    Raises:
        Misfit: If it can't be.
    """
    if value is None or is_function(value):
        return value
    match type:
        case "string":
            return as_text(value)
        case "path" | "existing-path":
            if isinstance(value, dict):
                raise Misfit(value, f"invalid value for type '{type}'")
            text = as_text(value)
            return cwd_join(text) if text else text
        case "boolean":
            return _as_boolean(value)
        case "int" | "float" | "number":
            return _as_number(value, type)
    return value


def as_text(value: FlagValue) -> str:
    """The value as a flag typed `string` has it."""
    if isinstance(value, str):
        return value
    return encode(value) if isinstance(value, dict | list) else str(value)


def _as_boolean(value: FlagValue) -> bool:
    text = value.lower() if isinstance(value, str) else None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    number = parse_number(value) if isinstance(value, str) else value
    if not isinstance(number, int | float) or number != number:
        raise Misfit(value, "invalid value for type 'boolean'")
    return bool(number)


def _as_number(value: FlagValue, type: str) -> int | float:
    """The number a value is; a boolean counts as 0 or 1."""
    number = parse_number(value) if isinstance(value, str) else value
    if isinstance(number, int):
        try:
            return float(number) if type == "float" else int(number)
        except OverflowError:
            pass
    elif isinstance(number, float) and type != "int":
        return number
    raise Misfit(value, f"invalid value for type '{type}'")
