"""References to flags in text: `${name}`.

Blanks around the name don't count. A backslash before one makes it literal: `\\${name}` is
`${name}`.

Source: reference 04-guildfile, section 4; 23-dependencies, section 3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue

__all__ = ["UndefinedReference", "references", "resolved", "resolved_flags", "resolved_text"]

_REFERENCE = r"(\\?)\$\{([^{}]*)\}"
_MOST = 1_000_000
"""Characters that references may come to: values that repeat values grow without bounds."""


class UndefinedReference(GuildError):
    """A reference to nothing that is known.

    Args:
        name: What it is to.
        text: Where it stands.
    """

    def __init__(self, name: str, text: str) -> None:
        super().__init__(f"cannot resolve '{text}': undefined reference '{name}'")
        self.name = name
        self.text = text


def references(text: str) -> tuple[str, ...]:
    """Names that a text refers to, each once, in the order of the text."""
    found = (match[2].strip() for match in re.finditer(_REFERENCE, text) if not match[1])
    return tuple(dict.fromkeys(found))


def resolved(text: str, values: Mapping[str, FlagValue]) -> FlagValue:
    """A text with its references resolved.

    A text that is one reference and nothing else becomes the value itself; within other text
    a value is as the variables of a process have it. Values may refer to each other.

    Raises:
        UndefinedReference: If a reference is to nothing in `values`.
        GuildError: If values refer to each other in a circle, or to so much that the text
            would be too long.
    """
    return _Resolver(values).value(text)


def resolved_flags(values: Mapping[str, FlagValue]) -> dict[str, FlagValue]:
    """Values with their references to each other resolved, also within lists and maps.

    Raises:
        GuildError: As `resolved` does.
    """
    resolver = _Resolver(values)
    return {name: resolver.of_name(name) for name in values}


def resolved_text(text: str, values: Mapping[str, str]) -> str:
    """A text with its references resolved to texts, which stay as they are.

    Raises:
        KeyError: With the name, if a reference is to nothing in `values`.
    """
    return _replaced(text, lambda name: values[name])


def _replaced(text: str, value_of: Callable[[str], str]) -> str:
    def replacement(match: re.Match[str]) -> str:
        return match[0][1:] if match[1] else value_of(match[2].strip())

    return re.sub(_REFERENCE, replacement, text)


class _Resolver:
    """Values that refer to each other.

    Attributes:
        _known: Those that are resolved, so that each is resolved once.
        _open: Names of those that are being resolved, in order.
    """

    def __init__(self, values: Mapping[str, FlagValue]) -> None:
        self._values = values
        self._known: dict[str, FlagValue] = {}
        self._open: list[str] = []

    def value(self, value: FlagValue) -> FlagValue:
        if isinstance(value, str):
            return self._of_text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {key: self.value(item) for key, item in value.items()}
        return value

    def of_name(self, name: str) -> FlagValue:
        if name in self._known:
            return self._known[name]
        if name in self._open:
            circle = [*self._open[self._open.index(name) :], name]
            raise GuildError(f"values refer to each other in a circle: {' -> '.join(circle)}")
        self._open.append(name)
        result = self._known[name] = self.value(self._values[name])
        self._open.pop()
        return result

    def _of_text(self, text: str) -> FlagValue:
        if "${" not in text:
            return text
        only = re.fullmatch(_REFERENCE, text)
        if only and not only[1]:
            return self._named(only[2].strip(), text)
        from guild.domain.flagargs import variable_text

        result = _replaced(text, lambda name: variable_text(self._named(name, text)))
        if len(result) > _MOST:
            raise GuildError("references in values come to too long a text")
        return result

    def _named(self, name: str, text: str) -> FlagValue:
        if name not in self._values:
            raise UndefinedReference(name, text)
        try:
            return self.of_name(name)
        except RecursionError:
            raise GuildError(f"values refer to each other too deeply: {name}") from None
