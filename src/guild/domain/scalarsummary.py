"""Scalars of a run, folded."""

from __future__ import annotations

from collections.abc import Iterable

from attr import frozen

from guild.domain.scalars import ScalarPoint
from guild.domain.value import Value

__all__ = ["ScalarSummary", "summarize"]


@frozen(kw_only=True, eq=False, repr=False)
class ScalarSummary(Value):
    """All values of one scalar of a run, folded.

    `first` and `last` go by step (of equal steps the earliest first and the latest last),
    `min` and `max` keep the first of equal values. NaN counts towards `count` alone: it takes
    part in `min`, `max`, `total` and `avg` only where nothing else does.
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
        return self.tag if self.prefix in ("", ".guild") else f"{self.prefix}#{self.tag}"


def summarize(points: Iterable[ScalarPoint]) -> list[ScalarSummary]:
    """Fold points, in the order they were written, into one summary per prefix and tag.

    The result is sorted by prefix, then tag.
    """
    groups: dict[tuple[str, str], list[ScalarPoint]] = {}
    for point in points:
        groups.setdefault((point.prefix, point.tag), []).append(point)
    return [_fold(group) for _, group in sorted(groups.items())]


def _fold(points: list[ScalarPoint]) -> ScalarSummary:
    first = min(points, key=lambda point: point.step)
    last = max(enumerate(points), key=lambda item: (item[1].step, item[0]))[1]
    numbers = [point for point in points if point.value == point.value] or points
    low = min(numbers, key=lambda point: point.value)
    high = max(numbers, key=lambda point: point.value)
    return ScalarSummary(
        prefix=first.prefix,
        tag=first.tag,
        first=first.value,
        first_step=first.step,
        last=last.value,
        last_step=last.step,
        min=low.value,
        min_step=low.step,
        max=high.value,
        max_step=high.step,
        total=sum(point.value for point in numbers),
        count=len(points),
    )
