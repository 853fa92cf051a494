"""Search spaces: what flag values say about where to search.

Source: reference 20-batches-and-optimizers, sections 3 and 7; 03-flags, section 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from attr import frozen

from guild.domain.errors import FlagError, MissingSearchDimension
from guild.domain.flags import FlagSet, FlagValue, same_value
from guild.domain.flagtext import encode, is_function, split_function
from guild.domain.value import Value

if TYPE_CHECKING:
    from typing import TypeGuard

__all__ = [
    "Categories",
    "Dimension",
    "IntegerRange",
    "RealRange",
    "SearchSpace",
    "check_dimensions",
    "has_list",
    "has_search_function",
    "is_dimension",
    "number_range",
    "search_space",
]

_MIN_INT, _MAX_INT = -(2**63), 2**63 - 1
_UNIFORM, _LOG_UNIFORM = "uniform", "loguniform"


@frozen(kw_only=True, eq=False, repr=False)
class IntegerRange(Value):
    """Whole numbers from `low` to `high`, both included, which fit 64 bits; `low` < `high`."""

    low: int
    high: int


@frozen(kw_only=True, eq=False, repr=False)
class RealRange(Value):
    """Numbers from `low` to `high`, both finite and at a finite distance; `low` < `high`.

    With `log`, it is the logarithm that is evenly distributed, and `low` is above 0.
    """

    low: float
    high: float
    log: bool = False


@frozen(kw_only=True, eq=False, repr=False)
class Categories(Value):
    """Values of any kind, at least one, in the user's order; one may be there several times."""

    values: tuple[FlagValue, ...]


Dimension: TypeAlias = IntegerRange | RealRange | Categories


@frozen(kw_only=True, eq=False, repr=False)
class SearchSpace(Value):
    """Where to search.

    Attributes:
        dimensions: What the flags that vary can be, in name order.
        fixed: The values of the other flags.
        initial: Values for the first trial, of some of the dimensions and within them.
    """

    dimensions: Mapping[str, Dimension]
    fixed: Mapping[str, FlagValue]
    initial: Mapping[str, FlagValue]


def search_space(flags: Mapping[str, FlagValue]) -> SearchSpace:
    """The space that flag values describe: lists and search functions are its dimensions.

    Raises:
        FlagError: If a search function is unknown or its arguments don't describe a range, or
            if a list is empty; of several such flags, for the first in name order.
    """
    flags = FlagSet(flags)
    initial: dict[str, FlagValue] = {}
    return SearchSpace(
        dimensions={
            name: _dimension(name, value, initial)
            for name, value in flags.items()
            if is_dimension(value)
        },
        fixed=FlagSet({name: value for name, value in flags.items() if not is_dimension(value)}),
        initial=FlagSet(initial),
    )


def check_dimensions(space: SearchSpace) -> None:
    """Refuse a space in which nothing varies.

    Raises:
        MissingSearchDimension: If it has no dimensions.
    """
    if not space.dimensions:
        raise MissingSearchDimension(space.fixed)


def number_range(low: int | float, high: int | float, *, log: bool) -> IntegerRange | RealRange:
    """The range between two numbers, both included.

    Args:
        low, high: A range of whole numbers if both are such, unless `log` is set.
        log: Whether it is the logarithm that is evenly distributed.

    Raises:
        ValueError: If there is none; says what is wrong with the bounds.
    """
    for bound, which in ((low, "lower"), (high, "upper")):
        if not _is_finite(bound):
            why = "is too large" if isinstance(bound, int) else "has to be finite"
            raise ValueError(f"the {which} bound {_shown(bound)} {why}")
    if low >= high:
        raise ValueError(
            f"the lower bound {_shown(low)} has to be less than the upper bound {_shown(high)}"
        )
    if log and low <= 0:
        raise ValueError(f"the lower bound {_shown(low)} has to be greater than 0")
    if not log and isinstance(low, int) and isinstance(high, int):
        return _integer_range(low, high)
    return _real_range(float(low), float(high), log)


def _integer_range(low: int, high: int) -> IntegerRange:
    if low < _MIN_INT or high > _MAX_INT:
        raise ValueError(f"whole numbers have to be from {_MIN_INT} to {_MAX_INT}")
    return IntegerRange(low=low, high=high)


def _real_range(low: float, high: float, log: bool) -> RealRange:
    if low == high:  # as whole numbers that no float tells apart
        raise ValueError("the bounds are too close to each other")
    if not math.isfinite(high - low):
        raise ValueError("the bounds are too far from each other")
    return RealRange(low=low, high=high, log=log)


def is_dimension(value: FlagValue) -> bool:
    """Whether a value is a list or a search function, valid or not."""
    return isinstance(value, list) or is_function(value)


def has_search_function(flags: Mapping[str, FlagValue]) -> bool:
    """Whether any value is a search function; items of lists are none."""
    return any(map(is_function, flags.values()))


def has_list(flags: Mapping[str, FlagValue]) -> bool:
    """Whether any value is a list, be it empty."""
    return any(isinstance(value, list) for value in flags.values())


def _dimension(flag: str, value: FlagValue, initial: dict[str, FlagValue]) -> Dimension:
    """The dimension a value describes; its initial value, if any, is put into `initial`."""
    if isinstance(value, list):
        if not value:
            raise FlagError(f"there is no value to choose for flag {flag}: its list is empty")
        return Categories(values=tuple(value))
    assert isinstance(value, str)
    function = _Function(flag, value)
    dimension = function.dimension()
    if len(function.args) > 2:
        initial[flag] = function.initial_value(dimension)
    return dimension


class _Function:
    """A search function, as it is used for a flag."""

    def __init__(self, flag: str, text: str) -> None:
        split = split_function(text)
        assert split is not None
        self.flag = flag
        self.name = split[0] or _UNIFORM
        self.args = split[1]
        self._text = f"{flag}={self.name}{text[text.index('[') :]}"
        if self.name not in (_UNIFORM, _LOG_UNIFORM):
            raise FlagError(f"unknown function '{self.name}' used for flag {flag}")
        if len(self.args) not in (2, 3):
            raise FlagError(
                f"{self.name} requires 2 or 3 args, got {self.args!r} for flag {flag}",
                "Try specifying a range as NAME=[MIN:MAX] or NAME=[MIN:MAX:INITIAL].",
            )

    def dimension(self) -> Dimension:
        low, high = self.args[:2]
        log = self.name == _LOG_UNIFORM
        if _is_number(low) and _is_number(high):
            try:
                return number_range(low, high, log=log)
            except ValueError as error:
                raise self._invalid(str(error)) from None
        if not log and _is_category(low) and _is_category(high):
            return Categories(values=(low, high))
        wrong, which = (high, "upper") if _is_number(low) else (low, "lower")
        raise self._invalid(f"the {which} bound {_shown(wrong)} is not a number")

    def initial_value(self, dimension: Dimension) -> FlagValue:
        value = self.args[2]
        if isinstance(dimension, Categories):
            if any(same_value(item, value) for item in dimension.values):
                return value
            choices = " or ".join(map(_shown, dimension.values))
            raise self._invalid(f"the initial value {_shown(value)} has to be {choices}")
        if not _is_number(value):
            raise self._invalid(f"the initial value {_shown(value)} is not a number")
        if not dimension.low <= value <= dimension.high:
            raise self._invalid(
                f"the initial value {_shown(value)} has to be from {_shown(dimension.low)}"
                f" to {_shown(dimension.high)}"
            )
        if isinstance(dimension, RealRange):
            return float(value)
        if value != int(value):
            raise self._invalid(f"the initial value {_shown(value)} has to be a whole number")
        return int(value)

    def _invalid(self, why: str) -> FlagError:
        return FlagError(f"invalid function args in '{self._text}': {why}")


def _is_number(value: FlagValue) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_finite(number: int | float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # a whole number beyond all floats
        return False


def _is_category(value: FlagValue) -> bool:
    """Whether a bound is a category instead: a boolean or text that is there."""
    return isinstance(value, bool) or (isinstance(value, str) and bool(value.strip()))


def _shown(value: FlagValue) -> str:
    if isinstance(value, str) and not value.strip():
        return "''"
    return encode(value)
