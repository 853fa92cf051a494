"""Bounds of YAML from anywhere: what a short text can blow up, and what readers crash on."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from guild.domain.yamltext import MAX_DEPTH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["MAX_VALUES", "bounded_events", "bounded_int", "construct_bounded_int", "is_risky"]

MAX_VALUES = 1_100_000
"""Most values in a document, what aliases stand for included: some more than a flag can have."""

_MAX_NUMBER = 5_000
"""Characters of a number: those of base 60 take time that grows with the square of it."""

_TOO_LONG = "a whole number with that many digits can't be read"


def is_risky(text: str) -> bool:
    """Whether a document may exceed any bound, by a look at the characters in it."""
    return "*" in text or "!" in text or sum(map(text.count, "[{-?:,")) > MAX_DEPTH


class _Open:
    """A map or list whose end has not come yet."""

    __slots__ = ("anchor", "before", "height")

    def __init__(self, anchor: str | None, before: int) -> None:
        self.anchor = anchor
        self.before = before
        self.height = 1


def bounded_events(text: str, loader: Any) -> Iterator[Any]:
    """The events of a document, for as long as it is within the bounds.

    Args:
        text: The document.
        loader: The class of PyYAML that parses it.

    Raises:
        ValueError: If it nests more than `MAX_DEPTH` levels deep or has more than `MAX_VALUES`
            values, or something stands for itself.
        yaml.YAMLError: If it is no YAML.
    """
    anchors: dict[str, tuple[int, int] | None] = {}
    opened: list[_Open] = []
    values = 0
    for event in yaml.parse(text, loader):
        height = 0
        if isinstance(event, yaml.CollectionStartEvent):
            opened.append(_Open(event.anchor, values))
            values += 1
            if event.anchor is not None:
                anchors[event.anchor] = None
        elif isinstance(event, yaml.CollectionEndEvent):
            done = opened.pop()
            if done.anchor is not None:
                anchors[done.anchor] = values - done.before, done.height
            height = done.height
        elif isinstance(event, yaml.AliasEvent):
            stands_for = anchors.get(event.anchor or "", (1, 0))
            if stands_for is None:
                raise ValueError("an alias stands for something that it is in itself")
            values += stands_for[0]
            height = stands_for[1]
        elif isinstance(event, yaml.ScalarEvent):
            values += 1
            if event.anchor is not None:
                anchors[event.anchor] = 1, 0
        if opened and height >= opened[-1].height:
            opened[-1].height = height + 1
        if len(opened) + height > MAX_DEPTH:
            raise ValueError("nested too deeply")
        if values > MAX_VALUES:
            raise ValueError("too many values, what aliases stand for included")
        yield event


def bounded_int(text: str, base: int = 10) -> int:
    """A whole number of so many digits that it can be written again.

    Args:
        text: As `int` reads it.
        base: Of its digits.

    Raises:
        ValueError: If it has more of them.
    """
    if len(text) > _MAX_NUMBER:
        raise ValueError(_TOO_LONG)
    try:
        number = int(text, base)
    except ValueError:
        raise ValueError(_TOO_LONG) from None
    return _bounded(number)


def construct_bounded_int(loader: Any, node: Any) -> int:
    """A whole number of YAML 1.1, as a constructor of PyYAML.

    Raises:
        ValueError: If it is none, or of so many digits that it can't be written again.
    """
    if len(node.value) > _MAX_NUMBER:
        raise ValueError(_TOO_LONG)
    return _bounded(yaml.constructor.SafeConstructor.construct_yaml_int(loader, node))


def _bounded(number: int) -> int:
    try:
        str(number)  # of more than some digits it fails, not what was read in another base
    except ValueError:
        raise ValueError(_TOO_LONG) from None
    return number
