"""Filters of runs as conditions of SQL.

What SQLite compares as the filter language does, it compares: numbers with numbers and texts
with texts. Everything else is asked of the rules of the domain, through functions that SQLite
calls, so that a run passes here if and only if it passes `RunFilter.matches`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from guild.adapters.index.cells import from_stored, stored
from guild.domain.selection import RunFilter, label_has, operation_matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    from guild.adapters.index.values import Values

__all__ = ["Condition", "condition"]


class Condition:
    """A condition on rows `r` of `runs`.

    Attributes:
        text: What follows `WHERE`.
        params: Values for it, in order.
    """

    def __init__(self, text: str, params: list[object]) -> None:
        self.text = text
        self.params = params


def condition(
    db: sqlite3.Connection,
    wanted: RunFilter,
    deleted: bool,
    values: Callable[[], Values],
) -> Condition:
    """What rows must fulfil so that their runs pass a filter.

    Args:
        db: The index; functions are added to the connection.
        wanted: The filter.
        deleted: Whether runs of the trash are meant.
        values: Makes what knows how values are asked for by name.
    """
    made = _Builder(db, deleted)
    made.plain(wanted)
    if wanted.expression is not None:
        from guild.adapters.index.expressions import Expressions  # few filters have one

        text, params = Expressions(made.function, values()).condition(wanted.expression)
        made.add(text, *params)
    return Condition(" AND ".join(made.parts), made.params)


class _Builder:
    """Collects conditions that must all hold."""

    def __init__(self, db: sqlite3.Connection, deleted: bool) -> None:
        self.db = db
        self.parts = ["r.deleted = ?"]
        self.params: list[object] = [int(deleted)]
        self._functions = 0

    def add(self, text: str, *params: object) -> None:
        self.parts.append(text)
        self.params += params

    def function(self, count: int, body: Callable[..., bool]) -> str:
        """The name of a new function of SQL."""
        name = f"asked_{self._functions}"
        self._functions += 1
        self.db.create_function(name, count, body)
        return name

    def plain(self, wanted: RunFilter) -> None:
        """All but the expression."""
        if wanted.operations:
            self._operations(wanted.operations)
        if wanted.labels:
            self._labels(wanted.labels)
        if wanted.unlabeled:
            self.add("r.label = ''")
        if wanted.tags:
            self._tags(frozenset(wanted.tags))
        if wanted.comments:
            self._comments(wanted.comments)
        if wanted.marked:
            self.add("r.marked")
        if wanted.unmarked:
            self.add("NOT r.marked")
        if wanted.started is not None:
            self._times(*wanted.started.bounds)
        if wanted.digest:
            self._digest(wanted.digest)
        if wanted.statuses:
            self._one_of("r.status", [status.value for status in wanted.statuses])
        if wanted.not_statuses:
            self._one_of("r.status", [status.value for status in wanted.not_statuses], "NOT IN")

    def _one_of(self, column: str, values: Iterable[object], sign: str = "IN") -> None:
        values = list(values)
        self.add(f"{column} {sign} ({','.join('?' * len(values))})", *values)

    def _digest(self, start: str) -> None:
        text = stored(start)
        starts = self.function(1, lambda digest: from_stored(digest).startswith(start))
        if isinstance(text, str):
            plain = "substr(r.digest, 1, ?) = ?"
            self.add(
                f"CASE typeof(r.digest) WHEN 'text' THEN {plain}"
                f" WHEN 'blob' THEN {starts}(r.digest) ELSE 0 END",
                *(len(text), text),
            )
        else:
            self.add(f"r.digest IS NOT NULL AND {starts}(r.digest)")

    def _operations(self, specs: Iterable[str]) -> None:
        names = [
            name
            for (name,) in self.db.execute("SELECT name FROM names WHERE kind = 'operation'")
            if any(operation_matches(spec, from_stored(name)) for spec in specs)
        ]
        self._one_of("r.operation", names)

    def _labels(self, texts: Iterable[str]) -> None:
        parts, params = [], []
        for text in texts:
            has = self.function(1, _label_test(text))
            if text == "-" or not isinstance(stored(text), str):
                parts.append(f"{has}(r.label)")
                continue
            parts.append(
                "CASE typeof(r.label) WHEN 'text' THEN instr(r.label, ?) > 0"
                f" ELSE {has}(r.label) END"
            )
            params.append(text)
        self.add(f"({' OR '.join(parts)})", *params)

    def _tags(self, tags: frozenset[str]) -> None:
        from guild.adapters.index.cells import parted

        has = self.function(1, lambda text: not tags.isdisjoint(parted(text)))
        column = "(SELECT tags FROM details WHERE run = r.n)"
        self.add(f"CASE {column} WHEN '' THEN 0 ELSE {has}({column}) END")

    def _comments(self, texts: Iterable[str]) -> None:
        from guild.adapters.index.rows import comments_of
        from guild.domain.selection import comments_have

        def have(text: str) -> bool:
            comments = comments_of(text)
            return any(comments_have(comments, wanted) for wanted in texts)

        self.add(f"{self.function(1, have)}((SELECT comments FROM details WHERE run = r.n))")

    def _times(self, start: int | None, end: int | None) -> None:
        """Only whole seconds count, as for `TimeRange.contains`."""
        self.add("coalesce(r.started, r.initialized) IS NOT NULL")
        if start is not None:
            self.add("r.time >= ?", -(-start // 1_000_000) * 1_000_000)
        if end is not None:
            self.add("r.time < ?", -(-end // 1_000_000) * 1_000_000)


def _label_test(text: str) -> Callable[[Any], bool]:
    return lambda label: label_has(from_stored(label), text)
