"""The trials of a function: what a batch of them will be, and their flags, one after another.

There is no run of the batch: what tries the flags makes the runs, and tells of them.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from guild.app.function_search import FunctionTrialsPlan, objective_of, options_of
from guild.app.informed_search import InformedSearch, starts_of
from guild.app.trial_history import TrialHistory
from guild.domain.batchrule import GRID, RANDOM
from guild.domain.flags import FlagSet
from guild.domain.grid import grids, grids_size
from guild.domain.lognote import LogNote
from guild.domain.searchspace import Categories, SearchSpace, check_dimensions

if TYPE_CHECKING:
    from guild.app.function_search import FunctionSearch
    from guild.app.ports.batches import Sampler
    from guild.app.ports.optimizer import Optimizer, Search, Searches
    from guild.app.ports.recording import ScalarSource, SeedSource
    from guild.domain.flags import FlagValue
    from guild.domain.ids import RunId
    from guild.domain.run import Run

__all__ = ["DEFAULT_MAX_TRIALS", "FunctionTrials"]

DEFAULT_MAX_TRIALS = 20
"""Trials of a batch at most where nobody says how many."""

_SEEDS = 2**32


class FunctionTrials:
    """Plans the trials of functions and gives their flags.

    Attributes:
        optimizers: The optimizer of a name; None if there is none.
        sampler: Chooses from a grid that has more trials than are wanted.
        searches: Where searches run.
        scalars: Scalars of runs.
        seeds: Draws random seeds.
        log: Is told what users may want to know.
    """

    def __init__(
        self,
        *,
        optimizers: Callable[[str], Optimizer | None],
        sampler: Sampler,
        searches: Searches,
        scalars: ScalarSource,
        seeds: SeedSource,
        log: Callable[[LogNote], None],
    ) -> None:
        self.optimizers = optimizers
        self.sampler = sampler
        self.searches = searches
        self.scalars = scalars
        self.seeds = seeds
        self.log = log

    def plan(self, search: FunctionSearch) -> FunctionTrialsPlan:
        """What the trials will be.

        Raises:
            TypeError: If there is no such optimizer, or it has no such option.
            ValueError: If the value of an option, the objective or a list is refused.
            MissingSearchDimension: If there is nothing to search.
            GuildError: If the optimizer of an installed package fails to load.
        """
        optimizer = self._optimizer(search)
        seed = search.random_seed
        plan = FunctionTrialsPlan(
            search=search,
            optimizer=optimizer,
            options=options_of(search, optimizer),
            objective=objective_of(search),
            max_trials=search.max_trials or _default_trials(optimizer),
            random_seed=self.seeds() % _SEEDS if seed is None else seed,
        )
        if optimizer is None:
            self._check_grid(plan)
            return plan
        space = _space(search)
        if optimizer.needs_dimensions:
            check_dimensions(space)
        return plan

    def values(
        self,
        plan: FunctionTrialsPlan,
        ended: Callable[[Iterable[RunId]], Iterable[Run]],
    ) -> Generator[Mapping[str, object]]:
        """What the trials have for lists and ranges, by argument; the next once one has ended.

        Args:
            plan: The trials.
            ended: The runs of those that ended, but for some by their ids.

        Raises:
            GuildError: If the search can't go on, or needs a library that is missing.
        """
        if plan.optimizer is None:
            for values in self._grid(plan):
                yield _items(plan.search, values)
            return
        with closing(self._searched(plan, plan.optimizer, ended)) as chosen:
            for values in chosen:
                yield _items(plan.search, values)

    def _optimizer(self, search: FunctionSearch) -> Optimizer | None:
        name = search.optimizer
        if name is None:
            name = RANDOM if search.ranges else GRID
        optimizer = None if name == GRID else self.optimizers(name)
        if optimizer is None and name != GRID:
            raise TypeError(f"optimizer '{name}' is not supported")
        if name == GRID and search.ranges:
            raise ValueError(
                f"optimizer '{GRID}' tries the items of lists, and {_listed(search.ranges)} is a"
                " range: give a list, or use another optimizer such as 'random'"
            )
        return optimizer

    def _check_grid(self, plan: FunctionTrialsPlan) -> None:
        """Say what may not be as expected."""
        lists = plan.search.lists
        empty = [name for name, items in lists.items() if not items]
        if empty:
            text = f"there are no trials to run: the list of values of {_listed(empty)} is empty"
            self.log(LogNote(level="WARNING", text=text))
            return
        size = grids_size([_places(plan.search)])
        if plan.search.max_trials is None and size > plan.max_trials:
            text = (
                f"there are {size} combinations of values, of which {plan.max_trials} chosen at"
                " random are tried - set _max_trials to try more"
            )
            self.log(LogNote(level="WARNING", text=text))

    def _grid(self, plan: FunctionTrialsPlan) -> Iterator[Mapping[str, FlagValue]]:
        def sample(size: int, count: int) -> Sequence[int]:
            return self.sampler(plan.random_seed, size, count)

        return grids([_places(plan.search)], plan.max_trials, sample, list(plan.search.lists))

    def _searched(
        self,
        plan: FunctionTrialsPlan,
        optimizer: Optimizer,
        ended: Callable[[Iterable[RunId]], Iterable[Run]],
    ) -> Generator[Mapping[str, FlagValue]]:
        space = _space(plan.search)
        arguments = space, plan.random_seed, plan.options, plan.max_trials
        with self.searches.begin(optimizer, *arguments) as search:
            if optimizer.sequential:
                yield from self._informed(plan, search, ended)
                return
            for _ in range(plan.max_trials):
                yield search.suggest(()).flags

    def _informed(
        self,
        plan: FunctionTrialsPlan,
        search: Search,
        ended: Callable[[Iterable[RunId]], Iterable[Run]],
    ) -> Iterator[Mapping[str, FlagValue]]:
        tried: dict[RunId, Run] = {}

        def runs(but: Iterable[RunId]) -> Iterator[Run]:
            left_out = set(but)
            return (run for run_id, run in tried.items() if run_id not in left_out)

        history = TrialHistory(runs, bool, plan.objective, self.scalars)
        informed = InformedSearch(
            search,
            history,
            column=plan.objective.column,
            starts=starts_of(plan.options, plan.max_trials),
        )
        for count in range(plan.max_trials):
            suggestion, notes = informed.suggest((), count)
            for note in notes:
                self.log(note)
            yield suggestion.flags
            # What a run has recorded need not be what was suggested: items are any objects.
            flags = FlagSet(suggestion.flags)
            tried.update((run.id, run.replaced(flags=flags)) for run in ended(tuple(tried)))
        if all(seen.value is None for seen in history.observations()):
            self.log(LogNote(level="WARNING", text=plan.objective.missing))


def _default_trials(optimizer: Optimizer | None) -> int:
    return (optimizer and optimizer.default_max_trials) or DEFAULT_MAX_TRIALS


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _places(search: FunctionSearch) -> dict[str, FlagValue]:
    """The places of the items of lists, in place of the items."""
    return {name: list(range(len(items))) for name, items in search.lists.items()}


def _space(search: FunctionSearch) -> SearchSpace:
    """Where to search: for items of lists, their places."""
    for name, items in search.lists.items():
        if not items:
            raise ValueError(f"there is no value to choose for {name}: its list is empty")
    places = {
        name: Categories(values=tuple(range(len(items)))) for name, items in search.lists.items()
    }
    dimensions = dict(sorted({**search.ranges, **places}.items()))
    return SearchSpace(dimensions=dimensions, fixed=search.fixed, initial={})


def _items(search: FunctionSearch, values: Mapping[str, FlagValue]) -> dict[str, object]:
    """Values of a trial, with the items of lists in place of their places."""
    found: dict[str, object] = dict(values)
    for name, items in search.lists.items():
        place = values[name]
        assert isinstance(place, int)
        found[name] = items[place]
    return found
