"""Points: flag values of a search space as numbers, which is what optimizers work with.

A whole number or real stands for itself, a category for its place among the categories: values
of any type can be categories, even lists, and 1, 1.0 and yes stay what they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from guild.domain.errors import FlagError, GuildError
from guild.domain.flags import FlagValue, same_value
from guild.domain.searchspace import IntegerRange, RealRange

if TYPE_CHECKING:
    from guild.domain.searchspace import Categories, Dimension, SearchSpace

__all__ = ["Point", "Points", "check_exact", "check_seed"]

Point: TypeAlias = tuple[int | float, ...]
"""One number of each dimension, in name order."""

_MAX_EXACT = 2**53  # the last whole number before floats leave some out
_SEEDS = 2**32


def check_seed(seed: int) -> int:
    """The seed, if numpy's generators take it.

    Raises:
        GuildError: If they don't.
    """
    if not 0 <= seed < _SEEDS:
        raise GuildError(f"invalid random seed {seed}: it must be from 0 to {_SEEDS - 1}")
    return seed


class Points:
    """Translates between the flags and the points of one space.

    Attributes:
        dimensions: Name and dimension, in the order of the numbers of a point.
    """

    def __init__(self, space: SearchSpace) -> None:
        self.dimensions: tuple[tuple[str, Dimension], ...] = tuple(space.dimensions.items())

    def encode(self, flags: Mapping[str, FlagValue]) -> Point | None:
        """The point that flag values stand for; None if they don't lie in the space."""
        numbers = [
            _encoded(flags[name], dimension) if name in flags else None
            for name, dimension in self.dimensions
        ]
        found = tuple(number for number in numbers if number is not None)
        return found if len(found) == len(numbers) else None

    def decode(self, point: Point) -> dict[str, FlagValue]:
        """The values of the dimensions' flags at a point, of Python's own types."""
        return {
            name: _decoded(number, dimension)
            for (name, dimension), number in zip(self.dimensions, point, strict=True)
        }


def check_exact(points: Points) -> Points:
    """The points, if a model that computes with floats can tell them apart.

    Raises:
        FlagError: If a range has whole numbers that are not exact as floats.
    """
    for name, dimension in points.dimensions:
        if not isinstance(dimension, IntegerRange):
            continue
        if max(-dimension.low, dimension.high) > _MAX_EXACT:
            raise FlagError(
                f"the range of flag {name} is too wide for a search by a model:"
                f" from {dimension.low} to {dimension.high}",
                "Use real bounds, a loguniform range, or the optimizer 'random'.",
            )
    return points


def _encoded(value: FlagValue, dimension: Dimension) -> int | float | None:
    match dimension:
        case IntegerRange() | RealRange():
            return _number(value, dimension)
        case _:
            return _place(value, dimension)


def _number(value: FlagValue, range: IntegerRange | RealRange) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not range.low <= value <= range.high:
        return None
    if isinstance(range, RealRange):
        return float(value)
    return int(value) if value == int(value) else None


def _place(value: FlagValue, categories: Categories) -> int | None:
    places = (place for place, known in enumerate(categories.values) if same_value(value, known))
    return next(places, None)


def _decoded(number: int | float, dimension: Dimension) -> FlagValue:
    match dimension:
        case IntegerRange():
            return int(number)
        case RealRange():
            return float(number)
        case _:
            return dimension.values[int(number)]
