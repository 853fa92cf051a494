"""Expressions of the filter language as conditions of SQL.

Attributes that SQLite compares as the language does, it compares: numbers with numbers, texts with
texts. Everything else is asked of `guild.domain.filtertree.compares`: of attributes through
functions of SQL; of flags and scalars before, so that SQL has the numbers of the runs that pass.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from itertools import compress, repeat

from guild.adapters.index.cells import Stored, decoded, encoded
from guild.domain.filtertree import AllOf, AnyOf, Comparison, Not, Truth, compares

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from guild.adapters.index.unpacking import NamedValues
    from guild.adapters.index.values import Rows, Source, Values
    from guild.domain.filtertree import Expression, Filter, Literal

__all__ = ["Expressions"]

_OPERATORS: dict[str, Callable[[Any, Any], object]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}
_PLAIN: tuple[frozenset[type], ...] = (frozenset((int, float)), frozenset((str,)))


class Expressions:
    """Makes conditions of expressions.

    Args:
        function: Gives the name of a new function of SQL, from its number of arguments and what
            it does.
        values: Knows where values are found.
    """

    def __init__(
        self, function: Callable[[int, Callable[..., bool]], str], values: Values
    ) -> None:
        self._function = function
        self._values = values
        self._params: list[object] = []

    def condition(self, wanted: Filter) -> tuple[str, list[object]]:
        """A condition on rows `r` of `runs`, and the values for it, in order."""
        return self._text(wanted.expression), self._params

    def _text(self, expression: Expression) -> str:
        match expression:
            case AllOf(parts):
                return f"({' AND '.join(map(self._text, parts)) or '1'})"
            case AnyOf(parts):
                return f"({' OR '.join(map(self._text, parts)) or '0'})"
            case Not(negated):
                return f"NOT {self._text(negated)}"
            case Truth(literal):
                return "1" if literal.value else "0"
            case Comparison():
                return self._comparison(expression)

    def _comparison(self, comparison: Comparison) -> str:
        name, sign, literal = comparison.name, comparison.operator, comparison.literal
        if sign == "!=":
            return f"NOT {self._comparison(type(comparison)(name, '=', literal))}"
        found = self._values.of(name)
        if found.source is None:
            return self._by_number(found.values, sign, literal)
        if found.values[0]:
            return self._after(found.source, found.values, sign, literal)
        if found.source.rows is not None:
            return self._among(found.source.rows, sign, literal)
        return self._test(found.source.type, found.source.value, sign, literal)

    def _by_number(self, values: NamedValues, sign: str, literal: Literal) -> str:
        """A comparison with values that are here."""
        passes_without = compares(None, sign, literal)
        holds = _holding(*values, sign, literal)
        if passes_without:
            holds = sorted(set(values[0]).difference(holds))
        if not holds:
            return str(int(passes_without))
        self._params.append(f"[{','.join(map(str, holds))}]")
        return f"r.n {'NOT ' * passes_without}IN (SELECT value FROM json_each(?))"

    def _after(self, source: Source, values: NamedValues, sign: str, literal: Literal) -> str:
        """A comparison with an attribute, or where that has no value with one that is here."""
        value_of = dict(zip(*values, strict=True)).get

        def passes(kind: str | None, stored: object, n: int) -> bool:
            value = decoded(kind, stored)
            return compares(value_of(n) if value is None else value, sign, literal)

        return f"{self._function(3, passes)}({source.type}, {source.value}, r.n)"

    def _among(self, rows: Rows, sign: str, literal: Literal) -> str:
        """A comparison with values that are all in one stretch of a table."""
        test = self._test(rows.type, rows.value, sign, literal)
        if not compares(None, sign, literal):
            return f"r.n IN (SELECT run FROM {rows.where} AND {test})"
        return f"r.n NOT IN (SELECT run FROM {rows.where} AND NOT {test})"

    def _test(self, type_sql: str, value_sql: str, sign: str, literal: Literal) -> str:
        """A comparison of a type and a value."""

        def holds(kind: str | None, value: object) -> bool:
            return compares(decoded(kind, value), sign, literal)

        asked = f"{self._function(2, holds)}({type_sql}, {value_sql})"
        native = _native(sign, literal.value)
        if native is None:
            return asked
        kind, value = native
        if type_sql[0] == "'" and type_sql != f"'{kind}'":
            return "0"
        self._params.append(value)
        if type_sql == f"'{kind}'":
            return f"{value_sql} {sign} ?"
        # Values of the other plain types are neither equal to it nor before or after it.
        return (
            f"CASE {type_sql} WHEN '{kind}' THEN {value_sql} {sign} ?"
            f" WHEN 'j' THEN {asked} WHEN 't' THEN {asked} WHEN 'x' THEN {asked} ELSE 0 END"
        )


def _holding(
    numbers: Sequence[int], values: Sequence[object], sign: str, literal: Literal
) -> list[int]:
    """Numbers of those whose values pass a comparison."""
    wanted = literal.value
    # Of numbers, and of texts, Python compares as the language does, and many at once.
    for types in _PLAIN if sign in _OPERATORS and wanted == wanted else ():
        if type(wanted) in types and types.issuperset(map(type, values)):
            return list(compress(numbers, map(_OPERATORS[sign], values, repeat(wanted))))
    compared = zip(numbers, values, strict=True)
    return [n for n, value in compared if compares(value, sign, literal)]


def _native(sign: str, value: object) -> tuple[str, Stored] | None:
    """Type of cell and value where SQLite compares as the language does."""
    if sign not in _OPERATORS:
        return None
    kind, found = encoded(value)
    return (kind, found) if kind in ("n", "b", "s") else None
