"""Grids: every combination of the values that lists give.

Source: reference 20-batches-and-optimizers, section 5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from guild.domain.errors import GuildError
from guild.domain.flags import FlagSet, FlagValue

__all__ = ["Sample", "grid", "grid_point", "grid_size", "grids", "grids_size"]

Sample: TypeAlias = Callable[[int, int], Sequence[int]]
"""Chooses, at random and each at most once, of so many places so many; gives them sorted."""

_MAX_POPULATION = 2**63 - 1  # what a sequence can be long


def grid(flags: Mapping[str, FlagValue], names: Sequence[str] | None = None) -> Iterator[FlagSet]:
    """One set of flags for each combination of the items of lists, the last name varying fastest.

    The order of lists and items that are there several times are kept. Values that are no
    lists, search functions among them, are the same in all sets. Of an empty list there are no
    combinations, of no lists there is one. Nothing is built before it is asked for.

    Args:
        flags: Values by name.
        names: All their names, in the order that counts; name order if None.
    """
    from itertools import product

    pools = {name: flags[name] for name in names or sorted(flags)}
    choices = [value if isinstance(value, list) else (value,) for value in pools.values()]
    for values in product(*choices):
        yield FlagSet(dict(zip(pools, values, strict=True)))


def grid_size(flags: Mapping[str, FlagValue]) -> int:
    """How many sets of flags `grid` gives."""
    from math import prod

    return prod(len(value) for value in flags.values() if isinstance(value, list))


def grid_point(
    flags: Mapping[str, FlagValue], index: int, names: Sequence[str] | None = None
) -> FlagSet:
    """The set of flags that `grid` gives at a place, counted from 0.

    Raises:
        IndexError: If there is no such place.
    """
    if not 0 <= index < grid_size(flags):
        raise IndexError(index)
    point = dict(flags)
    for name in reversed(names or sorted(flags)):
        value = flags[name]
        if isinstance(value, list):
            index, place = divmod(index, len(value))
            point[name] = value[place]
    return FlagSet(point)


def grids_size(rows: Sequence[Mapping[str, FlagValue]], max_trials: int | None = None) -> int:
    """How many sets of flags `grids` gives."""
    size = sum(map(grid_size, rows))
    return size if max_trials is None else min(size, max(max_trials, 0))


def grids(
    rows: Sequence[Mapping[str, FlagValue]],
    max_trials: int | None,
    sample: Sample,
    names: Sequence[str] | None = None,
) -> Iterator[FlagSet]:
    """The grids of several rows of flags, one after another, or a selection of them.

    Args:
        rows: Flags with the values of a row of a batch file in them; one row without such.
        max_trials: Of more combinations than that, some are chosen by `sample`; they keep
            their order. None for all.
        sample: Asked at most once.
        names: As for `grid`.

    Raises:
        GuildError: If a selection is asked for of too many to be counted.
    """
    size = grids_size(rows)
    if max_trials is None or size <= max_trials:
        for row in rows:
            yield from grid(row, names)
        return
    if size > _MAX_POPULATION:
        raise GuildError(f"cannot choose from a grid of {size} trials: it is too large")
    first, remaining = 0, iter(sample(size, max(max_trials, 0)))
    index = next(remaining, None)
    for row in rows:
        end = first + grid_size(row)
        while index is not None and index < end:
            yield grid_point(row, index - first, names)
            index = next(remaining, None)
        first = end
