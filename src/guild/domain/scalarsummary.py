"""Scalars of a run, folded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import add

from guild.domain.record import Record
from guild.domain.scalars import ScalarPoint

__all__ = ["PLAIN", "ScalarSummary", "extended", "scalar_keys", "summarize"]


PLAIN = ("", ".guild")
"""Prefixes of scalars that are called by their tags: of a run's directory, and of its output."""

_SUM_IS_PLAIN = sum((1.0, 1e100, -1e100)) == 0.0
"""Whether `sum`, the fastest way, only adds: since Python 3.12 it corrects for rounding."""


class ScalarSummary(Record):
    """All values of one scalar of a run, folded.

    `first` and `last` go by step (of equal steps the earliest first and the latest last),
    `min` and `max` keep the first of equal values. NaN counts towards `count` alone: it takes
    part in `min`, `max`, `total` and `avg` only where nothing else does. `total` is what adding
    one value after the other gives, in the order written.
    """

    prefix: str
    tag: str
    first: float
    first_step: int
    last: float
    last_step: int
    min: float
    min_step: int
    max: float
    max_step: int
    total: float
    count: int

    @property
    def avg(self) -> float:
        """Mean of the values."""
        return self.total / self.count

    @property
    def key(self) -> str:
        """Name in listings: the tag, after `PREFIX#` if it is not from the output."""
        return self.tag if self.prefix in PLAIN else f"{self.prefix}#{self.tag}"


def scalar_keys(summaries: Iterable[ScalarSummary]) -> list[str]:
    """Names in listings of the scalars of a run.

    One from the output has its prefix, too, where the run's directory has one of that tag.

    Args:
        summaries: The scalars, sorted by prefix.
    """
    keys: list[str] = []
    known: set[str] = set()
    for each in summaries:
        keys.append(f"{each.prefix}#{each.tag}" if each.key in known else each.key)
        known.add(each.key)
    return keys


def summarize(points: Iterable[ScalarPoint]) -> list[ScalarSummary]:
    """Fold points, in the order they were written, into one summary per prefix and tag.

    The result is sorted by prefix, then tag.
    """
    groups: dict[tuple[str, str], tuple[list[int], list[float]]] = {}
    for point in points:
        steps, values = groups.setdefault((point.prefix, point.tag), ([], []))
        steps.append(point.step)
        values.append(point.value)
    return [
        extended(None, prefix, tag, steps, values)
        for (prefix, tag), (steps, values) in sorted(groups.items())
    ]


def extended(
    before: ScalarSummary | None,
    prefix: str,
    tag: str,
    steps: Sequence[int],
    values: Sequence[float],
) -> ScalarSummary:
    """A summary with more points, which were written after those that it has.

    The result is that of folding all points at once, to the last bit.

    Args:
        before: The summary; None for one of nothing.
        prefix: That of the points, and of the summary.
        tag: Likewise.
        steps: Steps of the points, at least one.
        values: Their values, as many.
    """
    if before is None:
        return _folded(prefix, tag, steps, values, 0.0)
    after = _folded(prefix, tag, steps, values, before.total if _has_numbers(before) else 0.0)
    return _joined(before, after, after.total if _has_numbers(after) else before.total)


def _has_numbers(summary: ScalarSummary) -> bool:
    """Whether any of its values is not NaN."""
    return summary.min == summary.min


def _folded(
    prefix: str, tag: str, steps: Sequence[int], values: Sequence[float], start: float
) -> ScalarSummary:
    """The summary of points, with a total that is added to another."""
    first, last = 0, len(steps) - 1
    if steps != sorted(steps):
        first = steps.index(min(steps))
        last_step = max(steps)
        while steps[last] != last_step:
            last -= 1
    numbers, number_steps = values, steps
    total = _sum(values, start)
    if total != total:  # there is a NaN, or infinities of both signs
        of_numbers = [index for index, value in enumerate(values) if value == value]
        if 0 < len(of_numbers) < len(values):
            numbers = [values[index] for index in of_numbers]
            number_steps = [steps[index] for index in of_numbers]
            total = _sum(numbers, start)
    ordered = sorted(numbers)  # by a comparison of floats, which `min` and `max` have none of
    low = numbers.index(ordered[0])
    high = numbers.index(ordered[-1]) if ordered[-1] == ordered[-1] else 0
    return ScalarSummary.of(
        {
            "prefix": prefix,
            "tag": tag,
            "first": values[first],
            "first_step": steps[first],
            "last": values[last],
            "last_step": steps[last],
            "min": numbers[low],
            "min_step": number_steps[low],
            "max": numbers[high],
            "max_step": number_steps[high],
            "total": total,
            "count": len(values),
        }
    )


def _sum(values: Sequence[float], start: float) -> float:
    """One after the other."""
    return sum(values, start) if _SUM_IS_PLAIN else reduce(add, values, start)


def _joined(before: ScalarSummary, after: ScalarSummary, total: float) -> ScalarSummary:
    first = after if after.first_step < before.first_step else before
    last = after if after.last_step >= before.last_step else before
    # A NaN is neither less nor greater than anything.
    later_only = _has_numbers(after) and not _has_numbers(before)
    low = after if later_only or after.min < before.min else before
    high = after if later_only or after.max > before.max else before
    return ScalarSummary(
        prefix=before.prefix,
        tag=before.tag,
        first=first.first,
        first_step=first.first_step,
        last=last.last,
        last_step=last.last_step,
        min=low.min,
        min_step=low.min_step,
        max=high.max,
        max_step=high.max_step,
        total=total,
        count=before.count + after.count,
    )
