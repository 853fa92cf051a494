"""What a filter expression means once it is understood, and whether it holds for a run."""

from __future__ import annotations

import operator
from collections.abc import Callable

from guild.domain.flags import same_value
from guild.domain.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

__all__ = [
    "AllOf",
    "AnyOf",
    "Comparison",
    "Expression",
    "Filter",
    "Literal",
    "Lookup",
    "Not",
    "Truth",
    "compares",
]

Lookup: TypeAlias = Callable[[str], object]
"""Gives the value of a name as written (`lr`, `flag:lr`, ...); None if it is undefined."""


class Literal(Record, kw_only=False):
    """A value written in an expression.

    Attributes:
        value: None, a boolean, a number, a text, or a tuple of such values for a list.
        text: The value as text: what is between the quotes, or the source as it stands.
        items: What a list consists of; empty for anything else.
    """

    value: object
    text: str
    items: tuple[Literal, ...] = ()


class Comparison(Record, kw_only=False):
    """A test of what a name stands for.

    Attributes:
        operator: `=`, `!=`, `<`, `<=`, `>`, `>=`, `in`, `not in`, `contains`, `not contains`.
        literal: What it is compared with; a list for `in` and `not in`.
    """

    name: str
    operator: str
    literal: Literal


class Truth(Record, kw_only=False):
    """A value that stands alone: false if it is empty, zero or undefined."""

    literal: Literal


class Not(Record, kw_only=False):
    """What holds if the other does not."""

    negated: Expression


class AllOf(Record, kw_only=False):
    """Parts joined by `and`."""

    parts: tuple[Expression, ...]


class AnyOf(Record, kw_only=False):
    """Parts joined by `or`."""

    parts: tuple[Expression, ...]


Expression: TypeAlias = Comparison | Truth | Not | AllOf | AnyOf


class Filter(Record, kw_only=False):
    """A filter expression, understood.

    Attributes:
        text: As it was written.
        expression: What it means.
    """

    text: str
    expression: Expression

    def matches(self, lookup: Lookup) -> bool:
        """Whether the expression holds for what `lookup` tells of a run.

        Names are asked for from left to right and only as far as they matter.
        """
        return _holds(self.expression, lookup)

    @property
    def names(self) -> frozenset[str]:
        """All names the expression mentions, as written."""
        return frozenset(_names(self.expression))


def _holds(expression: Expression, lookup: Lookup) -> bool:
    match expression:
        case AllOf(parts):
            return all(_holds(part, lookup) for part in parts)
        case AnyOf(parts):
            return any(_holds(part, lookup) for part in parts)
        case Not(negated):
            return not _holds(negated, lookup)
        case Truth(literal):
            return bool(literal.value)
        case Comparison(name, sign, literal):
            return compares(lookup(name), sign, literal)


def _names(expression: Expression) -> list[str]:
    match expression:
        case AllOf(parts) | AnyOf(parts):
            return [name for part in parts for name in _names(part)]
        case Not(negated):
            return _names(negated)
        case Comparison(name):
            return [name]
        case Truth():
            return []


def compares(value: object, sign: str, literal: Literal) -> bool:
    """Whether a comparison holds for a value, None being no value. See `Comparison`."""
    match sign:
        case "=":
            return _same(value, literal.value)
        case "!=":
            return not _same(value, literal.value)
        case "in":
            return _is_in(value, literal)
        case "not in":
            return not _is_in(value, literal)
        case "contains":
            return _contains(value, literal)
        case "not contains":
            return not _contains(value, literal)
        case _:
            return _is_ordered(value, sign, literal.value)


def _same(value: Any, wanted: Any) -> bool:
    if isinstance(value, (list, tuple)) and isinstance(wanted, (list, tuple)):
        return len(value) == len(wanted) and all(map(_same, value, wanted))
    return same_value(value, wanted)


def _is_in(value: object, literal: Literal) -> bool:
    return any(_same(value, item.value) for item in literal.items)


def _contains(value: object, literal: Literal) -> bool:
    """Whether a list has the item, or another value's text has it as a part.

    Where several items are wanted, whether all of them are there.
    """
    if value is None:
        return False
    wanted = literal.items or (literal,)
    if isinstance(value, (list, tuple)):
        return all(any(_same(item, want.value) for item in value) for want in wanted)
    text = _text(value).lower()
    return all(_is_part(want, text) for want in wanted)


def _is_part(want: Literal, text: str) -> bool:
    # Both forms of a number count: in `id contains 007` the zeros matter, while
    # `lr contains 1e-3` should find 0.001.
    if want.value is None:
        return False
    return want.text.lower() in text or _text(want.value).lower() in text


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


# Any: whether two values have an order is known only when they are compared.
_ORDERS: dict[str, Callable[[Any, Any], object]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _is_ordered(value: object, sign: str, wanted: object) -> bool:
    if isinstance(value, bool) is not isinstance(wanted, bool):
        return False
    if isinstance(value, list):
        value = tuple(value)
    try:
        return bool(_ORDERS[sign](value, wanted))
    except TypeError:
        return False
