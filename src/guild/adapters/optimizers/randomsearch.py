"""Random search: the draws of scikit-optimize, made with numpy alone.

Loading scikit-optimize takes longer than most batches of random trials need it for. The draws
are those that its `Space.rvs` makes row by row, which tests compare.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from guild.adapters.optimizers.points import Point, Points, check_seed
from guild.adapters.optimizers.pointsearch import Known, PointSearch
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagValue
from guild.domain.searchspace import IntegerRange, RealRange

if TYPE_CHECKING:
    from numpy.random import RandomState

    from guild.app.ports.optimizer import Search
    from guild.domain.searchspace import Dimension, SearchSpace

__all__ = ["Draws", "RandomSearch"]


class RandomSearch:
    """Independent draws; what a trial gave does not matter to the next.

    The draws of a seed are the same for any number of trials, with any past, and with any
    number of pending trials. Repeated points are not left out.
    """

    name = "random"
    flags: tuple[FlagDef, ...] = ()
    sequential = False
    default_max_trials: int | None = 20
    needs_dimensions = True
    libraries = ("numpy",)

    def search(
        self,
        space: SearchSpace,
        seed: int,
        options: Mapping[str, FlagValue],  # noqa: ARG002 - of the port
        max_trials: int,  # noqa: ARG002
    ) -> Search:
        """A search from its first draw; it takes no options.

        Raises:
            GuildError: If the seed is out of range.
        """
        points = Points(space)
        return PointSearch(space, points, Draws(points, check_seed(seed)))


class Draws:
    """Random points of a space, those of a seed."""

    def __init__(self, points: Points, seed: int) -> None:
        from numpy.random import RandomState  # numpy is slow to load

        self._dimensions = [dimension for _, dimension in points.dimensions]
        self._rng = RandomState(seed)
        # The library draws the seed of a model first, which random search then has no use for.
        self._rng.randint(0, 2**31 - 1)

    def propose(
        self, _known: Sequence[Known], _pending: Sequence[Point], _made: int
    ) -> tuple[Point, bool]:
        """The next point, whatever is known."""
        return self.draw(), True

    def draw(self) -> Point:
        """The next point."""
        return tuple(_drawn(dimension, self._rng) for dimension in self._dimensions)


def _drawn(dimension: Dimension, rng: RandomState) -> int | float:
    match dimension:
        case IntegerRange():
            return int(rng.randint(dimension.low, dimension.high + 1))
        case RealRange():
            return _real(dimension, float(rng.uniform(0.0, 1.0)))
        case _:
            return _category(len(dimension.values), float(rng.uniform(0.0, 1.0)))


def _real(range: RealRange, drawn: float) -> float:
    """The number at a share of a range, computed without numpy, so alike on all machines."""
    low, high = float(range.low), float(range.high)
    if range.log:
        value: float = 10.0 ** _between(math.log10(low), math.log10(high), drawn)
    else:
        value = _between(low, high, drawn)
    return min(max(value, low), high)


def _between(low: float, high: float, drawn: float) -> float:
    # The upper end is within reach although the draw is below 1.
    width = high - low
    return drawn * math.nextafter(width, width + 1.0) + low


def _category(count: int, drawn: float) -> int:
    """The first category at which the summed shares reach the draw."""
    total = 0.0
    for place in range(count):
        total += 1.0 / count
        if drawn <= total:
            return place
    # Shares don't sum up to 1 exactly; the library takes the first where none is reached.
    return 0
