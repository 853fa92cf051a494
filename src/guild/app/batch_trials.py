"""The flags of the trials of a batch, where they don't depend on how earlier ones end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from guild.app.batch_plan import BatchPlan
from guild.domain.errors import GuildError
from guild.domain.flags import FlagSet, FlagValue
from guild.domain.flagtext import is_function
from guild.domain.grid import grids
from guild.domain.searchspace import search_space

if TYPE_CHECKING:
    from guild.app.ports.batches import Sampler
    from guild.app.ports.optimizer import Optimizer, Search, Searches
    from guild.domain.searchspace import SearchSpace

__all__ = ["planned_trials", "search_arguments"]

_SEEDS = 2**32


def planned_trials(plan: BatchPlan, sampler: Sampler, searches: Searches) -> list[FlagSet]:
    """The flags of all trials of a batch.

    Args:
        plan: The batch.
        sampler: Chooses from a grid that has more trials than are wanted.
        searches: Where searches run.

    Raises:
        GuildError: If each trial depends on those before it.
    """
    if plan.sequential:
        raise GuildError(f"the trials of optimizer '{plan.shown_as}' are not known beforehand")
    if plan.is_grid:
        return list(map(plan.chosen, _grid(plan, sampler)))
    assert plan.optimizer is not None
    count = plan.max_trials or 0
    fixed = plan.trial.flags
    with searches.begin(plan.optimizer, *search_arguments(plan)) as search:
        suggested = (search.suggest(()).flags for _ in range(count))
        return [plan.chosen(FlagSet({**fixed, **flags})) for flags in suggested]


def search_arguments(
    plan: BatchPlan,
) -> tuple[SearchSpace, int, Mapping[str, FlagValue], int]:
    """What a search over the flags of a batch's trials begins with: see `Optimizer.search`."""
    return search_space(plan.trial.flags), _seed(plan), plan.run.flags, plan.max_trials or 0


def _grid(plan: BatchPlan, sampler: Sampler) -> Iterator[FlagSet]:
    points = plan.batch.points
    trials = grids(points, plan.max_trials, lambda size, count: sampler(_seed(plan), size, count))
    if plan.draws is None:
        yield from trials
        return
    draws = _Draws(plan, plan.draws)
    for flags in trials:
        yield FlagSet({**flags, **draws.of(flags)})


class _Draws:
    """Values for the search functions in a grid, drawn anew for each trial."""

    def __init__(self, plan: BatchPlan, optimizer: Optimizer) -> None:
        self._seed = _seed(plan)
        self._limit = plan.batch.size or 0
        self._optimizer = optimizer
        # Text such as `[1:2]` that is an item of a list is none of them.
        self._functions = {
            (name, value)
            for point in plan.batch.points
            for name, value in point.items()
            if isinstance(value, str) and is_function(value)
        }
        self._searches: dict[tuple[tuple[str, FlagValue], ...], Search] = {}

    def of(self, flags: FlagSet) -> Mapping[str, FlagValue]:
        functions = {
            name: value
            for name, value in flags.items()
            if isinstance(value, str) and (name, value) in self._functions
        }
        if not functions:
            return {}
        key = tuple(functions.items())
        search = self._searches.get(key)
        if search is None:
            search = self._optimizer.search(search_space(functions), self._seed, {}, self._limit)
            self._searches[key] = search
        return search.suggest(()).flags


def _seed(plan: BatchPlan) -> int:
    """The seed of the batch as numpy takes it: a drawn one may be one too large for it."""
    return (
        plan.run.random_seed % _SEEDS if plan.run.random_seed == _SEEDS else plan.run.random_seed
    )
