"""The scan of a run's output for scalars, as it comes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from guild.domain.process import Stream
from guild.domain.scalars import ScalarPoint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.domain.outputpatterns import OutputPatterns, ScalarPattern

__all__ = ["CONTROL", "KEY", "LINE_LIMIT", "VALUE", "OutputScanner"]

LINE_LIMIT = 1 << 16
"""Bytes of a line that are looked at."""

CONTROL = bytes(range(9))
"""Bytes that are dropped from lines."""

KEY = r"[_a-zA-Z]\S*"
"""What names a scalar."""

VALUE = (
    r"(?:[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
    r"|[nN][aA][nN]|[+-]?[iI][nN][fF])"
)
"""A number, or a word for what is none or has no end."""

_PREFIX = ".guild"
_STEP = "step"
_STEP_LIMIT = 2.0**63  # steps are stored in 64 bits

# Both default patterns at once, over many lines, each after a line feed and before one. The
# leading literal lets the search run ahead to the next line where one does not match. Most
# lines end with the value: that case comes first. Blanks are those bytes.rstrip strips.
_BLANKS_END = r"[ \t\r\v\f]*(?=\n)"
_SPACES = r"[^\S\n]+"
_DEFAULTS_IN_LINES = re.compile(
    rf"\n({KEY}):{_SPACES}({VALUE})"
    rf"(?:{_BLANKS_END}"
    rf"|{_SPACES}\((?:(?:step{_SPACES})?([0-9]+)\)|.*\)){_BLANKS_END})"
)


class OutputScanner:
    """Finds scalars in the output of one run, as it comes.

    Lines are put together for each stream, steps are counted over both: a value is of the step
    last told by a `step`. Until one is told, the step is how often a tag came again.

    Memory is bounded by the size of the pieces fed, whatever the length of lines.

    Args:
        patterns: What to search for; None for the default patterns.
        flags: Names of the run's flags: with the default patterns these are not reported,
            although they count for the steps.
    """

    def __init__(self, patterns: OutputPatterns | None, flags: Collection[str] = ()) -> None:
        self._default = patterns is None or patterns.default
        self._patterns = None if patterns is None else _usable(patterns)
        self._ignored = frozenset(flags if self._default else ())
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
        return self._scan(lines) if lines and self._patterns != [] else []

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
                    text = block.translate(None, CONTROL).decode()
                except UnicodeDecodeError:
                    pass  # cannot be read as a whole: line by line below
                else:
                    self._scan_defaults(text, points)
                    continue
            self._scan_lines(block, points)
        return points

    def _scan_lines(self, block: bytes, points: list[ScalarPoint]) -> None:
        from guild.domain.outputpatterns import compile_patterns, decode_line

        if self._patterns is None:
            self._patterns = _usable(compile_patterns(None))
        for line in block[:-1].split(b"\n"):
            self._scan_line(self._patterns, decode_line(line), points)

    def _scan_line(
        self, patterns: Sequence[ScalarPattern], line: str, points: list[ScalarPoint]
    ) -> None:
        values: dict[str, float] = {}
        for pattern in patterns:
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


def _usable(patterns: OutputPatterns) -> list[ScalarPattern]:
    return [pattern for pattern in patterns.patterns if pattern.usable]


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
