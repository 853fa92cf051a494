r"""Scalars in a run's output: patterns, and the scan of a stream of bytes.

What a line is: bytes between line feeds, of which the first `LINE_LIMIT` count; bytes below 9
are dropped, white space at the end is stripped, and the rest is read as UTF-8 without what is
not. Patterns are searched anywhere in a line, so one without anchors finds fragments:
`(\key): (\value)` takes 0 from `hex: 0x1`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from attrs import frozen

from guild.domain.errors import GuildError
from guild.domain.operation import OutputScalars
from guild.domain.process import Stream
from guild.domain.scalars import ScalarPoint

__all__ = [
    "DEFAULT_PATTERNS",
    "LINE_LIMIT",
    "OutputPatterns",
    "OutputScanner",
    "PatternTrace",
    "ScalarPattern",
    "compile_patterns",
    "decode_line",
    "trace",
]

LINE_LIMIT = 1 << 16
"""Bytes of a line that are looked at."""

DEFAULT_PATTERNS = (
    r"^\key:\s+\value\s+\((?:step\s+)?(?P<step>\step)\)$",
    r"^(\key):\s+(\value)(?:\s+\(.*\))?$",
)
"""What is searched for where nothing is configured."""

_PREFIX = ".guild"
_STEP = "step"
_STEP_LIMIT = 2.0**63  # steps are stored in 64 bits
_KEY = r"[_a-zA-Z]\S*"
_VALUE = (
    r"(?:[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
    r"|[nN][aA][nN]|[+-]?[iI][nN][fF])"
)
_ALIASES = ((r"\key", _KEY), (r"\value", _VALUE), (r"\step", "[0-9]+"))
_CONTROL = bytes(range(9))

# Both default patterns at once, over many lines, each after a line feed and before one. The
# leading literal lets the search run ahead to the next line where one does not match. Most
# lines end with the value: that case comes first. Blanks are those bytes.rstrip strips.
_BLANKS_END = r"[ \t\r\v\f]*(?=\n)"
_SPACES = r"[^\S\n]+"
_DEFAULTS_IN_LINES = re.compile(
    rf"\n({_KEY}):{_SPACES}({_VALUE})"
    rf"(?:{_BLANKS_END}"
    rf"|{_SPACES}\((?:(?:step{_SPACES})?([0-9]+)\)|.*\)){_BLANKS_END})"
)


@frozen(eq=False, repr=False)
class ScalarPattern:
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
class OutputPatterns:
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
class PatternTrace:
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
    return data[:LINE_LIMIT].translate(None, _CONTROL).rstrip().decode("utf-8", "ignore")


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


class OutputScanner:
    """Finds scalars in the output of one run, as it comes.

    Lines are put together for each stream, steps are counted over both: a value is of the step
    last told by a `step`. Until one is told, the step is how often a tag came again.

    Memory is bounded by the size of the pieces fed, whatever the length of lines.

    Args:
        patterns: What to search for.
        flags: Names of the run's flags: with the default patterns these are not reported,
            although they count for the steps.
    """

    def __init__(self, patterns: OutputPatterns, flags: Collection[str] = ()) -> None:
        self._patterns = [pattern for pattern in patterns.patterns if pattern.usable]
        self._default = patterns.default
        self._ignored = frozenset(flags if patterns.default else ())
        self._pending = (bytearray(), bytearray())
        self._step: int | None = None
        self._implied = 0
        self._seen: set[str] = set()

    def feed(self, stream: Stream, data: bytes) -> list[ScalarPoint]:
        """Values of the lines that end in `data`, which need not be cut at lines."""
        pending = self._pending[stream]
        end = data.rfind(b"\n") + 1
        lines = b""
        if end:
            lines = bytes(pending) + data[:end] if pending else data[:end]
            pending.clear()
        pending += data[end : end + LINE_LIMIT - len(pending)]
        return self._scan(lines) if lines and self._patterns else []

    def finish(self) -> list[ScalarPoint]:
        """Values of the last lines, if they did not end in a line feed."""
        points: list[ScalarPoint] = []
        for stream in Stream:
            if self._pending[stream]:
                points += self.feed(stream, b"\n")
        return points

    def _scan(self, lines: bytes) -> list[ScalarPoint]:
        points: list[ScalarPoint] = []
        for block in _blocks(lines):
            if self._default:
                try:
                    text = block.translate(None, _CONTROL).decode()
                except UnicodeDecodeError:
                    pass  # cannot be read as a whole: line by line below
                else:
                    self._scan_defaults(text, points)
                    continue
            for line in block[:-1].split(b"\n"):
                self._scan_line(decode_line(line), points)
        return points

    def _scan_line(self, line: str, points: list[ScalarPoint]) -> None:
        values: dict[str, float] = {}
        for pattern in self._patterns:
            values.update(pattern.values(line))
        if not values:
            return
        told = values.pop(_STEP, None)
        if told is not None and abs(told) < _STEP_LIMIT:
            self._step = int(told)
        step = self._step_of(values)
        points += [
            ScalarPoint(tag, values[tag], step, _PREFIX)
            for tag in sorted(values)
            if tag not in self._ignored
        ]

    def _step_of(self, tags: Collection[str]) -> int:
        if self._step is not None:
            return self._step
        if not self._seen.isdisjoint(tags):
            self._implied += 1
            self._seen.clear()
        self._seen.update(tags)
        return self._implied

    def _scan_defaults(self, text: str, points: list[ScalarPoint]) -> None:
        """Do what `_scan_line` does with the default patterns, for all lines at once.

        A line holds one value at most with these, and perhaps the step it is of.
        """
        ignored = self._ignored
        limit = _STEP_LIMIT
        step = self._step
        for tag, shown, told in _DEFAULTS_IN_LINES.findall("\n" + text):
            if tag == _STEP:
                told = shown
            if told:
                number = float(told)
                if abs(number) < limit:
                    step = self._step = int(number)
                if tag == _STEP:
                    continue
            at = self._step_of((tag,)) if step is None else step
            if tag not in ignored:
                points.append(ScalarPoint(tag, float(shown), at, _PREFIX))


def _blocks(lines: bytes) -> Iterator[bytes]:
    """Cut whole lines into blocks of whole lines, of `LINE_LIMIT` bytes and a feed at most.

    What lines have beyond the limit is left out.
    """
    at = 0
    while len(lines) - at > LINE_LIMIT:
        end = lines.rfind(b"\n", at, at + LINE_LIMIT) + 1
        if end:
            yield lines[at:end]
        else:
            end = lines.index(b"\n", at + LINE_LIMIT) + 1
            yield lines[at : at + LINE_LIMIT] + b"\n"
        at = end
    if at < len(lines):
        yield lines[at:]


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
