"""Where the values of a YAML document stand in its text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import yaml

__all__ = ["Span", "spans"]


class Span(NamedTuple):
    """Where a value stands, as positions in the text.

    Attributes:
        start, end: Of the value itself; of one in block style the end is that of its last part.
        after_key: Behind the colon of its key.
        flow: Whether it is a map or list in brackets.
        block: Whether it is a map or list without them.
        column: Of its first key, for a map in block style.
    """

    start: int
    end: int
    after_key: int
    flow: bool = False
    block: bool = False
    column: int = 0


def spans(events: Iterable[Any], text: str) -> dict[tuple[str, ...], Span]:
    """Where values of maps stand, by their keys from the outermost on; lists are not entered.

    Args:
        events: As PyYAML parses the text, which nests no deeper than Python's own limits.
        text: The document's text.
    """
    return _Walk(list(events), text).found


class _Walk:
    def __init__(self, events: list[Any], text: str) -> None:
        self.found: dict[tuple[str, ...], Span] = {}
        self._events = events
        self._text = text
        self._at = 0
        while self._at < len(events):
            if isinstance(events[self._at], yaml.NodeEvent):
                self._value((), 0, keep=True)
            else:
                self._at += 1

    def _next(self) -> Any:
        self._at += 1
        return self._events[self._at - 1]

    def _value(self, path: tuple[str, ...], after_key: int, *, keep: bool) -> int:
        """Note where a value stands. Returns where it ends."""
        event = self._next()
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.CollectionStartEvent):
            span = self._collection(event, path, after_key, keep=keep)
        else:
            # Block scalars end behind their last line.
            end = start + len(self._text[start:end].rstrip())
            span = Span(start, end, after_key)
        if keep:
            self.found[path] = span
        return span.end

    def _collection(
        self, event: Any, path: tuple[str, ...], after_key: int, *, keep: bool
    ) -> Span:
        last = event.end_mark.index
        first = self._events[self._at].start_mark
        is_map = isinstance(event, yaml.MappingStartEvent)
        while not isinstance(self._events[self._at], yaml.CollectionEndEvent):
            key = self._events[self._at]
            inner = keep and is_map and isinstance(key, yaml.ScalarEvent)
            name = key.value if inner else ""
            after = 0
            if is_map:
                end = self._value((), 0, keep=False)
                after = self._text.find(":", end) + 1
            last = self._value((*path, name), after, keep=inner)
        closing = self._next()
        start = event.start_mark.index
        if event.flow_style:
            return Span(start, closing.end_mark.index, after_key, flow=True)
        return Span(start, last, after_key, block=True, column=first.column)
