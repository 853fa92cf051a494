"""Search over Optuna, which is asked and told; its studies are in memory and end with the batch.

The runs are the truth: a study is filled from what the search is told of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

from guild.adapters.optimizers.libraries import load, quiet
from guild.adapters.optimizers.options import PREV_TRIALS, random_starts, starts_flag
from guild.adapters.optimizers.points import Point, Points, check_exact, check_seed
from guild.adapters.optimizers.pointsearch import Known, PointSearch
from guild.adapters.optimizers.randomsearch import Draws
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagValue
from guild.domain.searchspace import Categories, IntegerRange, RealRange

if TYPE_CHECKING:
    from guild.app.ports.optimizer import Search
    from guild.domain.searchspace import Dimension, SearchSpace

__all__ = ["CmaEs", "ParzenTrees"]

# The library need not be installed where types are checked.
_Trial: TypeAlias = Any
_Sampler: TypeAlias = Any
_Samplers: TypeAlias = Callable[[Sequence[Known]], _Sampler]
"""Makes the sampler of a search, given what is known before it begins."""

_ASKS, _DRAWS = 20, 200
"""How often a point that is pending is answered by asking again, then by drawing at random."""

_LEAST_SOURCES = 10
"""Trials from which the library can tell where to start: it goes by the best tenth of them."""


class ParzenTrees:
    """Tree-structured Parzen estimators, of all dimensions together.

    Pending trials count as if they had given the worst value (the library's constant liar).
    """

    name = "tpe"
    flags: tuple[FlagDef, ...] = (PREV_TRIALS, starts_flag(10))
    sequential = True
    default_max_trials: int | None = 20
    needs_dimensions = True
    libraries: tuple[str, ...] = ("optuna", "numpy")

    def search(
        self, space: SearchSpace, seed: int, options: Mapping[str, FlagValue], max_trials: int
    ) -> Search:
        """A search whose values for a seed depend on the versions of `libraries` too.

        Raises:
            GuildError: If options, seed or space don't suit it, or Optuna is missing.
        """
        library = _library(self.name)
        points = check_exact(Points(space))
        starts = random_starts(options, max_trials)
        draws = Draws(points, check_seed(seed))

        def sampler(_known: Sequence[Known]) -> _Sampler:
            return _parzen(library, seed, starts)

        return PointSearch(space, points, _StudyProposer(library, points, sampler, starts, draws))


class CmaEs:
    """Covariance matrix adaptation, an evolution strategy for numbers.

    Categories are chosen by Parzen estimators. Trials of before the search began say where it
    starts, if there are enough of them. Pending trials need no care: points are drawn from a
    distribution, many of them before it changes.
    """

    name = "cma-es"
    flags: tuple[FlagDef, ...] = (PREV_TRIALS, starts_flag(1))
    sequential = True
    default_max_trials: int | None = 20
    needs_dimensions = True
    libraries: tuple[str, ...] = ("optuna", "cmaes", "numpy")

    def search(
        self, space: SearchSpace, seed: int, options: Mapping[str, FlagValue], max_trials: int
    ) -> Search:
        """A search whose values for a seed depend on the versions of `libraries` too.

        Raises:
            GuildError: If options, seed or space don't suit it, or a library is missing.
        """
        library = _library(self.name)
        load("cmaes", optimizer=self.name, library="cmaes", install="'guild[optuna]'")
        points = check_exact(Points(space))
        starts = random_starts(options, max_trials)
        draws = Draws(points, check_seed(seed))
        trials = _Trials(library, points)

        def sampler(known: Sequence[Known]) -> _Sampler:
            return library.samplers.CmaEsSampler(
                n_startup_trials=starts,
                independent_sampler=_parzen(library, seed, starts),
                warn_independent_sampling=False,
                seed=seed,
                # Else whole numbers get stuck when the distribution becomes narrow.
                with_margin=any(isinstance(each, IntegerRange) for _, each in points.dimensions),
                source_trials=_sources(points, trials, known),
            )

        return PointSearch(space, points, _StudyProposer(library, points, sampler, starts, draws))


def _sources(points: Points, trials: _Trials, known: Sequence[Known]) -> list[_Trial] | None:
    """Trials, of the numbers only, for the library to start from; None if it can't."""
    numbers = [
        name for name, dimension in points.dimensions if not isinstance(dimension, Categories)
    ]
    if not numbers or len(known) < _LEAST_SOURCES:
        return None
    return [trials.made(point, value, numbers) for point, value in known]


class _Trials:
    """Makes trials of the points of a space."""

    def __init__(self, library: Any, points: Points) -> None:
        self._library = library
        self.distributions: dict[str, Any] = {
            name: _distribution(library, dimension) for name, dimension in points.dimensions
        }

    def made(
        self, point: Point, value: float | None, names: Collection[str] | None = None
    ) -> _Trial:
        """A trial that gave a value, or is running; with the named parameters, or all."""
        state = self._library.trial.TrialState
        params = dict(zip(self.distributions, point, strict=True))
        kept = params.keys() if names is None else names
        return self._library.trial.create_trial(
            state=state.RUNNING if value is None else state.COMPLETE,
            value=value,
            params={name: params[name] for name in kept},
            distributions={name: self.distributions[name] for name in kept},
        )


class _StudyProposer:
    """Points of a study that is kept in step with what is known.

    Args:
        library: Optuna.
        points: Of the space.
        samplers: Makes the study's sampler when the first point is wanted.
        starts: Number of known points below which the next is random.
        draws: Random points.
    """

    def __init__(
        self, library: Any, points: Points, samplers: _Samplers, starts: int, draws: Draws
    ) -> None:
        self._library = library
        self._draws = draws
        self._trials = _Trials(library, points)
        self._samplers = samplers
        self._starts = starts
        self._study: Any = None
        self._added = 0
        self._told: Counter[Known] = Counter()
        self._running: dict[int, Point] = {}

    def propose(
        self, known: Sequence[Known], pending: Sequence[Point], _made: int
    ) -> tuple[Point, bool]:
        """A point from the study's sampler, which draws at random while little is known."""
        with _silent(self._library):
            if self._study is None:
                self._study = self._library.create_study(sampler=self._samplers(known))
            self._tell(known)
            self._settle(pending)
            point = self._asked(pending)
        return point, not known or len(known) < self._starts

    def _asked(self, pending: Sequence[Point]) -> Point:
        """A point that is not pending, unless the space seems to have no others."""
        for _ in range(_ASKS):
            asked = self._study.ask(self._trials.distributions)
            self._added += 1
            point = tuple(asked.params[name] for name in self._trials.distributions)
            self._running[asked.number] = point
            if point not in pending:
                return point
            self._end(asked.number, None)
        draws = (self._draws.draw() for _ in range(_DRAWS))
        point = next((point for point in draws if point not in pending), point)
        self._run(point)
        return point

    def _tell(self, known: Sequence[Known]) -> None:
        """Tell the study what it has not been told."""
        told = Counter(self._told)
        for seen in known:
            if told[seen]:
                told[seen] -= 1
                continue
            point, value = seen
            asked = (number for number, running in self._running.items() if running == point)
            number = next(asked, None)
            if number is None:
                self._add(point, value)
            else:
                self._end(number, value)
            self._told[seen] += 1

    def _settle(self, pending: Sequence[Point]) -> None:
        """Make the study's running trials those that are pending."""
        waiting = Counter(pending)
        for number, point in tuple(self._running.items()):
            if waiting[point]:
                waiting[point] -= 1
            else:
                self._end(number, None)
        for point in waiting.elements():
            self._run(point)

    def _run(self, point: Point) -> None:
        """Have a running trial of which the sampler knows nothing but the point."""
        self._running[self._added] = point
        self._add(point, None)

    def _add(self, point: Point, value: float | None) -> None:
        self._study.add_trial(self._trials.made(point, value))
        self._added += 1

    def _end(self, number: int, value: float | None) -> None:
        """End a running trial: with a value, or as failed."""
        del self._running[number]
        if value is None:
            self._study.tell(number, state=self._library.trial.TrialState.FAIL)
        else:
            self._study.tell(number, value)


def _parzen(library: Any, seed: int, starts: int) -> _Sampler:
    return library.samplers.TPESampler(
        n_startup_trials=starts, seed=seed, multivariate=True, constant_liar=True
    )


def _distribution(library: Any, dimension: Dimension) -> Any:
    distributions = library.distributions
    match dimension:
        case IntegerRange(low=low, high=high):
            return distributions.IntDistribution(low, high)
        case RealRange(low=low, high=high, log=log):
            return distributions.FloatDistribution(low, high, log=log)
        case _:
            return distributions.CategoricalDistribution(range(len(dimension.values)))


def _library(optimizer: str) -> Any:
    return load("optuna", optimizer=optimizer, library="Optuna", install="'guild[optuna]'")


@contextmanager
def _silent(library: Any) -> Iterator[None]:
    """Keep the library from warning and from logging what is no failure."""
    verbosity = library.logging.get_verbosity()
    library.logging.set_verbosity(library.logging.ERROR)
    try:
        with quiet():
            yield
    finally:
        library.logging.set_verbosity(verbosity)
