"""Sequences of numbers written as functions: `range[1:3]`, `linspace[0:1]`, `logspace[0:2:3]`.

Values are those that numpy's functions of these names give, rounded to 8 decimals where they
are above 1e-8.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from guild.domain.errors import GuildError

__all__ = ["MAX_ITEMS", "SEQUENCES", "SequenceError", "check_size", "expand"]

SEQUENCES = frozenset(("range", "linspace", "logspace", "geomspace"))
"""Names of the functions that stand for lists."""

MAX_ITEMS = 1_000_000
"""The most items a flag value can expand to."""

_DEFAULT_COUNT = 5


class SequenceError(ValueError):
    """Arguments a function can't be computed with; the text says why."""


def check_size(count: float, text: str) -> None:
    """Refuse a text that stands for too many items.

    Raises:
        GuildError: If it stands for more than `MAX_ITEMS`.
    """
    if count > MAX_ITEMS:
        raise GuildError(f"'{text}' has too many values: a flag can have at most {MAX_ITEMS}")


def expand(
    name: str, args: Sequence[float], text: str, warn: Callable[[str], None]
) -> list[float]:
    """The list a function stands for; whole numbers stay whole in ranges.

    Args:
        name: One of `SEQUENCES`.
        args: Finite numbers.
        text: The function as written, for messages.
        warn: Told of arguments that are not used.

    Raises:
        SequenceError: If the arguments don't suit the function.
        GuildError: If the list would be too long.
    """
    function, least, most = _FUNCTIONS[name]
    if len(args) < least:
        raise SequenceError(f"function requires at least {least} arg(s)")
    if len(args) > most:
        surplus = tuple(args[most:])
        warn(f"unsupported arguments for {name} function: {surplus} - ignoring")
    try:
        return [_rounded(value) for value in function(text, *args[:most])]
    except ArithmeticError as error:
        raise SequenceError("numbers out of range") from error


def _rounded(value: float) -> float:
    if not math.isfinite(value):
        raise SequenceError("numbers out of range")
    if isinstance(value, int) or abs(value) <= 1e-8:
        return value
    return round(value, 8)


def _range(text: str, first: float, end: float | None = None, step: float = 1) -> list[float]:
    if step == 0:
        raise SequenceError("step cannot be 0")
    start, stop = (0, first) if end is None else (first, end + min(step, 1))
    if all(isinstance(number, int) for number in (start, stop, step)):
        count = max(0, -((start - stop) // step))
    else:
        count = max(0, math.ceil((stop - start) / step))
        start = float(start)
    check_size(count, text)
    return [start + index * step for index in range(int(count))]


def _linspace(text: str, start: float, end: float, count: float = _DEFAULT_COUNT) -> list[float]:
    if not isinstance(count, int) or count < 0:
        raise SequenceError("count must be a whole number, 0 or more")
    check_size(count, text)
    if count < 2:
        return [float(start)] * count
    step = (end - start) / (count - 1)
    return [*(start + index * step for index in range(count - 1)), float(end)]


def _logspace(
    text: str,
    start: float,
    end: float,
    count: float = _DEFAULT_COUNT,
    base: float = 10,
) -> list[float]:
    if base <= 0:
        raise SequenceError("base must be above 0")
    return [float(base) ** exponent for exponent in _linspace(text, start, end, count)]


def _geomspace(text: str, start: float, end: float, count: float = _DEFAULT_COUNT) -> list[float]:
    if start == 0 or end == 0 or (start < 0) != (end < 0):
        raise SequenceError("ends must both be above or both below 0")
    sign = -1.0 if start < 0 else 1.0
    values = [
        sign * 10.0**exponent
        for exponent in _linspace(text, math.log10(abs(start)), math.log10(abs(end)), count)
    ]
    ends = ((0, start), (-1, end)) if len(values) > 1 else ((0, start),)
    for place, value in ends if values else ():
        values[place] = float(value)
    return values


_FUNCTIONS: dict[str, tuple[Callable[..., list[float]], int, int]] = {
    "range": (_range, 1, 3),
    "linspace": (_linspace, 2, 3),
    "logspace": (_logspace, 2, 4),
    "geomspace": (_geomspace, 2, 3),
}
