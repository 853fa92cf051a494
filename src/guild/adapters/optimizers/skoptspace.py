"""What the searches over scikit-optimize share: its spaces, and one suggestion by its models.

The values of seeded searches are part of what users rely on. They come out of how this is done:
a library optimizer anew for every suggestion, told all that is known at once and asked once, and
one generator of random numbers carried through the search, which every suggestion leaves as if
the point had been told back at once. Only public names of the libraries are used.

Source: reference 26-optimizer-values, sections 1 and 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from typing import TYPE_CHECKING, Any, TypeAlias

from guild.adapters.optimizers.columnspace import with_columns
from guild.adapters.optimizers.libraries import load, quiet
from guild.adapters.optimizers.points import Point, Points, check_seed
from guild.adapters.optimizers.pointsearch import Known
from guild.domain.errors import GuildError
from guild.domain.searchspace import IntegerRange, RealRange

if TYPE_CHECKING:
    from numpy.random import RandomState

    from guild.domain.searchspace import Dimension

__all__ = ["LIBRARIES", "Estimator", "Estimators", "ModelProposer", "RandomSource"]

LIBRARIES = ("scikit-optimize", "scikit-learn", "numpy", "scipy")
"""Distributions whose versions decide what is suggested."""

RandomSource: TypeAlias = "int | RandomState"
"""The seed for the first suggestion, the generator that it made for those that follow."""

# The library has no types.
Estimator: TypeAlias = Any
_Dimensions: TypeAlias = list[Any]
_Space: TypeAlias = Any
_Optimizer: TypeAlias = Any

Estimators: TypeAlias = Callable[[_Dimensions, RandomSource, Estimator | None], Estimator]
"""Makes the model of one suggestion for the library's dimensions; gets the one before, if any."""

_CANDIDATES = 10_000
_HEDGE = "gp_hedge"
_HEDGED = ("EI", "LCB", "PI")  # in the library's order
_REDRAWS = 200
_LARGEST = 1e100


class ModelProposer:
    """Points by a model of the objective, after some random starts.

    Pending points are told as if the mean of the known objectives had been found there (the
    "constant liar", with the mean as its lie): the model is certain of what is there, so that it
    looks elsewhere, and thinks it neither better nor worse than the rest.

    Args:
        name: Of the optimizer, for messages.
        points: Of the space.
        seed: As of the search.
        random_starts: How many of the first points are drawn at random.
        estimators: Makes the model.
        acquisition: The library's name of the function that rates points by the model, with
            its arguments `xi` and `kappa`.

    Raises:
        GuildError: If the seed is none, or the library is missing or doesn't work.
    """

    def __init__(
        self,
        name: str,
        points: Points,
        seed: int,
        *,
        random_starts: int,
        estimators: Estimators,
        acquisition: tuple[str, dict[str, float]],
    ) -> None:
        self._name = name
        self._dimensions = [dimension for _, dimension in points.dimensions]
        self._random: RandomSource = check_seed(seed)
        self._random_starts = random_starts
        self._estimators = estimators
        self._acquisition, self._arguments = acquisition
        self._normalized: _Space | None = None
        self._model: Estimator | None = None
        load("skopt", optimizer=name, library="scikit-optimize", install="scikit-optimize")
        self._threads = _thread_pools()

    def propose(
        self, known: Sequence[Known], pending: Sequence[Point], made: int
    ) -> tuple[Point, bool]:
        """A random point while there is nothing to go by, then the model's."""
        random_start = not known or made < self._random_starts
        try:
            with quiet(), self._computing():
                if random_start:
                    optimizer = self._optimizer(self._acquisition, random_points=1)
                    asked = optimizer.ask()
                else:
                    optimizer, asked = self._informed(known, pending)
                proposed = _elsewhere(optimizer, asked, pending)
                if optimizer.models:
                    self._model = optimizer.models[-1]
                self._advance(optimizer)
        except (ValueError, ArithmeticError) as error:
            # Such as values that are too large for what the model computes with.
            raise GuildError(
                f"optimizer '{self._name}' cannot suggest a trial after {len(known)} others:"
                f" {error}",
                "Try narrower ranges, or another optimizer such as 'random'.",
            ) from error
        return proposed, random_start

    @contextmanager
    def _computing(self) -> Iterator[None]:
        """Without what costs time and changes nothing.

        The models are small: several threads take twice the time of one, waiting for each other,
        and what comes from here need not be checked at each of thousands of calls.
        """
        from sklearn import config_context

        checks = config_context(assume_finite=True, skip_parameter_validation=True)
        with self._threads.limit(limits=1), checks:
            yield

    def _informed(
        self, known: Sequence[Known], pending: Sequence[Point]
    ) -> tuple[_Optimizer, Sequence[Any]]:
        """A library optimizer with a model of what is known, and the point it was asked for."""
        if self._acquisition != _HEDGE:
            optimizer = self._told(self._acquisition, known, pending)
            return optimizer, optimizer.ask()
        start = deepcopy(self._random)
        optimizer = self._told(self._hedged(), known, pending)
        _draw_function(optimizer.rng)  # it was looked up ahead
        before = deepcopy(optimizer.rng)
        asked = optimizer.ask()
        if _same_state(before, optimizer.rng):
            return optimizer, asked
        # The point is known already, so the library drew another; with the suggestions of the
        # other functions it looks among those first.
        self._random = start
        optimizer = self._told(_HEDGE, known, pending, optimizer.models[-1])
        return optimizer, optimizer.ask()

    def _told(
        self,
        acquisition: str,
        known: Sequence[Known],
        pending: Sequence[Point],
        fitted: Estimator | None = None,
    ) -> _Optimizer:
        """A library optimizer that was told what is known.

        Args:
            acquisition: The function that rates points.
            known, pending: What to tell it.
            fitted: The model, if it was fitted to the same before.
        """
        points = [list(point) for point, _ in known]
        values = [min(max(value, -_LARGEST), _LARGEST) for _, value in known]
        lie = sum(value / len(values) for value in values)
        optimizer = self._optimizer(acquisition, told=len(points) + len(pending), fitted=fitted)
        optimizer.tell(points + [list(point) for point in pending], values + [lie] * len(pending))
        return optimizer

    def _optimizer(
        self,
        acquisition: str,
        *,
        random_points: int = 0,
        told: int = 0,
        fitted: Estimator | None = None,
    ) -> _Optimizer:
        from skopt import Optimizer

        dimensions = self._fresh_dimensions()
        estimator = self._estimators(dimensions, self._random, self._model)
        optimizer = Optimizer(
            dimensions,
            estimator if fitted is None else _fitted_like(estimator, fitted),
            n_initial_points=told + random_points,
            acq_func=acquisition,
            acq_optimizer="auto",
            random_state=self._random,
            acq_func_kwargs=self._arguments,
            acq_optimizer_kwargs={"n_points": _CANDIDATES, "n_restarts_optimizer": 5},
        )
        optimizer.space = with_columns(optimizer.space)
        return optimizer

    def _fresh_dimensions(self) -> _Dimensions:
        """The library's dimensions, made anew each time: it changes those it is given."""
        return [_library_dimension(dimension) for dimension in self._dimensions]

    def _hedged(self) -> str:
        """The function that hedging comes to.

        The library computes what each of three functions suggests, then draws one of them, with
        odds that are even as long as it was told things once. So the draw is looked up ahead,
        past what comes before it, and two of the three need not be computed.
        """
        from sklearn.utils import check_random_state
        from skopt.utils import normalize_dimensions

        if self._normalized is None:
            self._normalized = normalize_dimensions(self._fresh_dimensions())
        ahead = deepcopy(self._random)
        self._estimators(self._fresh_dimensions(), ahead, None)  # which draws a seed for itself
        ahead = check_random_state(ahead)
        _draw_candidates(self._normalized, ahead)
        return _draw_function(ahead)

    def _advance(self, optimizer: _Optimizer) -> None:
        """Carry the generator on, past what telling the point back would have drawn from it."""
        rng: RandomState = optimizer.rng
        _draw_candidates(optimizer.space, rng)
        if self._acquisition == _HEDGE:
            _draw_function(rng)
        self._random = rng


def _draw_candidates(space: _Space, random: RandomState) -> None:
    """Draw what the library draws to find where its model promises most."""
    for dimension in space.dimensions:  # the space itself would make rows of the columns
        dimension.rvs(n_samples=_CANDIDATES, random_state=random)


def _draw_function(random: RandomState) -> str:
    """Draw one of the functions among which is hedged, as the library does."""
    drawn = random.multinomial(1, [1 / len(_HEDGED)] * len(_HEDGED))
    return _HEDGED[int(drawn.argmax())]


def _fitted_like(estimator: Estimator, fitted: Estimator) -> Estimator:
    """The estimator, which when it is fitted becomes what another is that was fitted before."""

    class Fitted(type(estimator)):  # type: ignore[misc]  # the library has no types
        def fit(self, _points: object, _values: object) -> Estimator:
            self.__dict__.update(fitted.__dict__)
            return self

    return Fitted(**estimator.get_params(deep=False))


def _same_state(one: RandomState, other: RandomState) -> bool:
    """Whether nothing was drawn from one generator that the other has not drawn."""
    mine, others = (random.get_state(legacy=False)["state"] for random in (one, other))
    return bool(mine["pos"] == others["pos"] and (mine["key"] == others["key"]).all())


def _thread_pools() -> Any:
    """What sets the number of threads of the libraries that compute."""
    from threadpoolctl import ThreadpoolController  # it comes with scikit-learn

    return ThreadpoolController()


def _library_dimension(dimension: Dimension) -> Any:
    from skopt.space import Categorical, Integer, Real

    match dimension:
        case IntegerRange(low=low, high=high):
            return Integer(low, high)
        case RealRange(low=low, high=high, log=log):
            return Real(low, high, "log-uniform" if log else "uniform")
        case _:
            return Categorical(range(len(dimension.values)))


def _elsewhere(optimizer: _Optimizer, asked: Sequence[Any], pending: Sequence[Point]) -> Point:
    """The point asked for, or a random one if that is pending already.

    A space may have no other points, so the search for one ends.
    """
    point = _plain(asked)
    for _ in range(_REDRAWS):
        if point not in pending:
            break
        point = _plain(optimizer.space.rvs(random_state=optimizer.rng)[0])
    return point


def _plain(values: Sequence[Any]) -> Point:
    """Values of numpy's types as Python's own."""
    return tuple(value.item() if hasattr(value, "item") else value for value in values)
