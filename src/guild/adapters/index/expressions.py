"""Expressions of the filter language as conditions of SQL.

What SQLite compares as the language does, it compares: numbers with numbers, texts with texts.
Everything else is asked of `guild.domain.filtertree.compares`, through functions of SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from guild.adapters.index.cells import Stored, decoded, encoded
from guild.domain.filtertree import AllOf, AnyOf, Comparison, Not, Truth, compares

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.adapters.index.values import Rows, Source, Values
    from guild.domain.filtertree import Expression, Filter, Literal

__all__ = ["Expressions"]

_ORDERS = frozenset(("<", "<=", ">", ">="))


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
        sources = self._values.of(name)
        if len(sources) == 1 and sources[0].rows is not None:
            return self._among(sources[0].rows, sign, literal)
        if not sources:
            return str(int(compares(None, sign, literal)))
        return self._test(*_first(sources), sign, literal)

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


def _first(sources: Sequence[Source]) -> tuple[str, str]:
    """Type and value of the first source that has a value."""
    if len(sources) == 1:
        return sources[0].type, sources[0].value
    types = [f"nullif({source.type}, '-')" for source in sources]
    cases = " ".join(
        f"WHEN {kind} IS NOT NULL THEN {source.value}"
        for kind, source in zip(types, sources, strict=True)
    )
    return f"coalesce({', '.join(types)})", f"CASE {cases} END"


def _native(sign: str, value: object) -> tuple[str, Stored] | None:
    """Type of cell and value where SQLite compares as the language does."""
    if sign not in _ORDERS and sign != "=":
        return None
    kind, found = encoded(value)
    return (kind, found) if kind in ("n", "b", "s") else None
