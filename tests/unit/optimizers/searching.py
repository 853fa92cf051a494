"""Spaces and searches for the tests of optimizers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from guild.app.ports.optimizer import Observation, Optimizer, Search, Suggestion
from guild.domain.flags import FlagValue
from guild.domain.searchspace import Dimension, IntegerRange, SearchSpace

__all__ = ["AB", "Objective", "begin", "follow", "number", "space", "total"]

Objective = Callable[[Mapping[str, FlagValue]], float | None]


def space(initial: Mapping[str, FlagValue] | None = None, **dimensions: Dimension) -> SearchSpace:
    return SearchSpace(
        dimensions=dict(sorted(dimensions.items())), fixed={}, initial=initial or {}
    )


AB = space(a=IntegerRange(low=-10, high=10), b=IntegerRange(low=-5, high=5))


def number(value: FlagValue) -> float:
    """A value as a number to compute an objective with; 0 for what is none."""
    return float(value) if isinstance(value, int | float) else 0.0


def total(flags: Mapping[str, FlagValue]) -> float:
    """An objective: the sum of all numbers."""
    return sum(map(number, flags.values()))


def begin(
    optimizer: Optimizer,
    where: SearchSpace,
    seed: int = 1,
    max_trials: int = 20,
    options: Mapping[str, FlagValue] | None = None,
) -> Search:
    """A search with the optimizer's defaults where no options are given."""
    defaults = {flag.name: flag.default for flag in optimizer.flags}
    return optimizer.search(where, seed, {**defaults, **(options or {})}, max_trials)


def follow(search: Search, count: int, objective: Objective = total) -> list[Suggestion]:
    """The suggestions of a search whose trials run one after the other."""
    past: list[Observation] = []
    made = []
    for _ in range(count):
        suggestion = search.suggest(past)
        made.append(suggestion)
        past.append(Observation(flags=suggestion.flags, value=objective(suggestion.flags)))
    return made
