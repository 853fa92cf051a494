r"""Patterns of scalars in output.

What a line is: bytes between line feeds, of which the first `LINE_LIMIT` count; bytes below 9
are dropped, white space at the end is stripped, and the rest is read as UTF-8 without what is
not. Patterns are searched anywhere in a line, so one without anchors finds fragments:
`(\key): (\value)` takes 0 from `hex: 0x1`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from attr import frozen

from guild.domain.errors import GuildError
from guild.domain.operation import OutputScalars
from guild.domain.outputscan import CONTROL, KEY, LINE_LIMIT, VALUE
from guild.domain.value import Value

__all__ = [
    "DEFAULT_PATTERNS",
    "OutputPatterns",
    "PatternTrace",
    "ScalarPattern",
    "compile_patterns",
    "decode_line",
    "trace",
]

DEFAULT_PATTERNS = (
    r"^\key:\s+\value\s+\((?:step\s+)?(?P<step>\step)\)$",
    r"^(\key):\s+(\value)(?:\s+\(.*\))?$",
)
"""What is searched for where nothing is configured."""

_ALIASES = ((r"\key", KEY), (r"\value", VALUE), (r"\step", "[0-9]+"))


@frozen(eq=False, repr=False)
class ScalarPattern(Value):
    """A regular expression that finds scalars.

    Attributes:
        regex: With aliases expanded.
        key: Tag of the value in a pattern with a single unnamed group.
        usable: Whether its groups tell tags and values. One that is not gives nothing.
    """

    regex: re.Pattern[str]
    key: str = ""
    usable: bool = True

    def values(self, line: str) -> dict[str, float]:
        """What the pattern finds in a line, by tag; of equal tags the last match counts."""
        found: dict[str, float] = {}
        if self.usable:
            for match in self.regex.finditer(line):
                for tag, text in self._texts(match):
                    number = _number(text)
                    if tag and number is not None:
                        found[tag] = number
        return found

    def _texts(self, match: re.Match[str]) -> Iterator[tuple[str | None, str | None]]:
        named = match.groupdict()
        if not named:
            yield (match[1], match[2]) if self.regex.groups == 2 else (self.key, match[1])
            return
        if "_key" in named and "_val" in named:
            yield named.pop("_key"), named.pop("_val")
        yield from named.items()


@frozen(eq=False, repr=False)
class OutputPatterns(Value):
    """The patterns of an operation.

    Attributes:
        patterns: In the order configured. Of equal tags in a line the last pattern counts.
        default: Whether they are the default patterns, which pass over flags.
        warnings: What is wrong with the configuration, a sentence each. The rest applies.
    """

    patterns: tuple[ScalarPattern, ...]
    default: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def disabled(self) -> bool:
        """Whether there is nothing to search for."""
        return not self.patterns


@frozen(eq=False, repr=False)
class PatternTrace(Value):
    """What one pattern finds in a line.

    Attributes:
        pattern: The regular expression, aliases expanded.
        groups: The groups of each match, None for those that took no part.
        values: By tag, sorted.
    """

    pattern: str
    groups: tuple[tuple[str | None, ...], ...]
    values: Mapping[str, float]

    def __str__(self) -> str:
        if not self.groups:
            return f"{self.pattern!r}: <no matches>"
        values = ", ".join(f"{tag}={value}" for tag, value in self.values.items())
        return f"{self.pattern!r}: {list(self.groups)} ({values})"


def compile_patterns(config: OutputScalars) -> OutputPatterns:
    """Make patterns from the `output-scalars` of an operation.

    Raises:
        GuildError: If the configuration is of none of the forms.
    """
    items: list[object]
    match config:
        case None:
            items = list(DEFAULT_PATTERNS)
        case False:
            items = []
        case str() | dict():
            items = [config]
        case list():
            items = config
        case _:
            raise GuildError(
                f"invalid output-scalars {config}: expected a mapping, list, string, or false"
            )
    warnings: list[str] = []
    patterns = tuple(
        pattern
        for key, text in _named_texts(items, warnings)
        if (pattern := _compile(key, text, warnings)) is not None
    )
    return OutputPatterns(patterns, config is None, tuple(warnings))


def _named_texts(items: list[object], warnings: list[str]) -> Iterator[tuple[str, object]]:
    for item in items:
        if isinstance(item, str):
            yield "", item
        elif isinstance(item, dict):
            yield from sorted((str(key), text) for key, text in item.items())
        else:
            warnings.append(f"invalid item config: {item}")


def _compile(key: str, text: object, warnings: list[str]) -> ScalarPattern | None:
    if not isinstance(text, str):
        warnings.append(f"invalid output scalar pattern: {text}")
        return None
    expanded = text
    for alias, meaning in _ALIASES:
        expanded = expanded.replace(alias, meaning)
    try:
        regex = re.compile(expanded)
    except (re.error, OverflowError, RecursionError) as error:
        warnings.append(f"error compiling pattern {text}: {error}")
        return None
    why = _unusable(regex, key)
    if why:
        warnings.append(why)
    return ScalarPattern(regex, key, not why)


def _unusable(regex: re.Pattern[str], key: str) -> str:
    if regex.groupindex or regex.groups == 2 or (regex.groups == 1 and key):
        return ""
    if regex.groups == 1:
        return (
            f"no key for the value of {regex.pattern!r} "
            "(expected a second group or a mapping of the key to the pattern) skipping"
        )
    return (
        f"bad unnamed group count {regex.groups} for {regex.pattern!r} (expected 1 or 2) skipping"
    )


def decode_line(data: bytes) -> str:
    """Text of a line of output, as patterns see it.

    Args:
        data: The line with or without its line feed.
    """
    return data[:LINE_LIMIT].translate(None, CONTROL).rstrip().decode("utf-8", "ignore")


def trace(patterns: OutputPatterns, line: str) -> list[PatternTrace]:
    """What each pattern finds in a line, in order. Flags and steps play no part."""
    return [
        PatternTrace(
            pattern.regex.pattern,
            tuple(match.groups() for match in pattern.regex.finditer(line)),
            dict(sorted(pattern.values(line).items())),
        )
        for pattern in patterns.patterns
    ]


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
