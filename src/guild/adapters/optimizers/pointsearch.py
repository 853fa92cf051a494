"""The search that all optimizers here share: flags in and out, points between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

from guild.adapters.optimizers.points import Point, Points
from guild.app.ports.optimizer import Observation, Suggestion
from guild.domain.flags import FlagValue

if TYPE_CHECKING:
    from guild.domain.searchspace import SearchSpace

__all__ = ["Known", "PointSearch", "Proposer"]

Known: TypeAlias = tuple[Point, float]
"""A point and the objective that was found there, to be minimised."""


class Proposer(Protocol):
    """Chooses points. It may keep state from call to call."""

    def propose(
        self, known: Sequence[Known], pending: Sequence[Point], made: int, /
    ) -> tuple[Point, bool]:
        """The next point, and whether it is a random start.

        Args:
            known: What is known of the space, in the order given to the search.
            pending: Points whose objective is not known yet.
            made: Number of points chosen before.
        """
        ...


class PointSearch:
    """A search that chooses points.

    What lies outside the space, or has no objective, is left out of what is known. The space's
    initial values take the place of those of the first suggestion, here for every optimizer.

    Args:
        space: Where to search.
        points: Between flags and points of it.
        proposer: Chooses the points.
        most: How many known points it is told of, the best and the newest; None for all.
    """

    def __init__(
        self, space: SearchSpace, points: Points, proposer: Proposer, *, most: int | None = None
    ) -> None:
        self._initial = space.initial
        self._points = points
        self._proposer = proposer
        self._most = most
        self._narrowed = False
        self._made = 0

    def suggest(
        self, past: Sequence[Observation], pending: Sequence[Mapping[str, FlagValue]] = ()
    ) -> Suggestion:
        """Flags of the next trial; see the port."""
        known = self._known(past)
        notice = self._narrowing(len(known))
        point, random_start = self._proposer.propose(
            self._used(known), self._inside(pending), self._made
        )
        flags = self._points.decode(point)
        if not self._made:
            flags.update(self._initial)
        self._made += 1
        return Suggestion(flags=flags, random_start=random_start, notice=notice)

    def _known(self, past: Sequence[Observation]) -> list[Known]:
        told = ((self._points.encode(seen.flags), seen.value) for seen in past)
        return [
            (point, float(value))
            for point, value in told
            if point is not None and value is not None
        ]

    def _inside(self, pending: Sequence[Mapping[str, FlagValue]]) -> list[Point]:
        points = map(self._points.encode, pending)
        return [point for point in points if point is not None]

    def _narrowing(self, known: int) -> str:
        """What is to be said of points left out, the first time that some are."""
        if self._narrowed or self._most is None or known <= self._most:
            return ""
        self._narrowed = True
        return (
            "A suggestion takes long with many trials: using the best and the newest"
            f" {self._most} of {known} previous trials"
        )

    def _used(self, known: list[Known]) -> list[Known]:
        """The newest and the best of what is known where it is too much, oldest first."""
        if self._most is None or len(known) <= self._most:
            return known
        newest = self._most // 2
        older = range(len(known) - newest)
        best = sorted(older, key=lambda place: known[place][1])[: self._most - newest]
        return [known[place] for place in (*sorted(best), *range(older.stop, len(known)))]
