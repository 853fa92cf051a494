"""What the searches over scikit-optimize share: its spaces, and one suggestion by its models.

The values of seeded searches are part of what users rely on. They come out of how this is done:
a library optimizer anew for every suggestion, told all that is known at once and asked once, and
one generator of random numbers carried through the search, which every suggestion leaves as if
the point had been told back at once. Only public names of the libraries are used.

Source: reference 26-optimizer-values, sections 1 and 2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from guild.adapters.optimizers.libraries import load, quiet
from guild.adapters.optimizers.points import Point, Points, check_seed
from guild.adapters.optimizers.pointsearch import Known, Tell, ignore
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
_Optimizer: TypeAlias = Any

Estimators: TypeAlias = Callable[[_Dimensions, RandomSource], Estimator]
"""Makes the model of one suggestion for the library's dimensions."""

_CANDIDATES = 10_000
_HEDGED = 3
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
        most: How many known points the model is fitted to; None for all.
        tell: Told once if there are more.

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
        most: int | None = None,
        tell: Tell = ignore,
    ) -> None:
        self._name = name
        self._dimensions = [dimension for _, dimension in points.dimensions]
        self._random: RandomSource = check_seed(seed)
        self._random_starts = random_starts
        self._estimators = estimators
        self._acquisition, self._arguments = acquisition
        self._most = most
        self._tell = tell
        self._told_of_most = False
        load("skopt", optimizer=name, library="scikit-optimize", install="scikit-optimize")
        self._threads = _thread_pools()

    def propose(
        self, known: Sequence[Known], pending: Sequence[Point], made: int
    ) -> tuple[Point, bool]:
        """A random point while there is nothing to go by, then the model's."""
        random_start = not known or made < self._random_starts
        try:
            with quiet(), self._threads.limit(limits=1):
                if random_start:
                    optimizer = self._optimizer(random_points=1)
                else:
                    optimizer = self._informed(known, pending)
                proposed = _elsewhere(optimizer, optimizer.ask(), pending)
                self._advance(optimizer)
        except (ValueError, ArithmeticError) as error:
            # Such as values that are too large for what the model computes with.
            raise GuildError(
                f"optimizer '{self._name}' cannot suggest a trial after {len(known)} others:"
                f" {error}",
                "Try narrower ranges, or another optimizer such as 'random'.",
            ) from error
        return proposed, random_start

    def _informed(self, known: Sequence[Known], pending: Sequence[Point]) -> _Optimizer:
        """A library optimizer with a model of what is known."""
        used = self._used(known)
        points = [list(point) for point, _ in used]
        values = [min(max(value, -_LARGEST), _LARGEST) for _, value in used]
        lie = sum(value / len(values) for value in values)
        optimizer = self._optimizer(random_points=0, told=len(points) + len(pending))
        optimizer.tell(points + [list(point) for point in pending], values + [lie] * len(pending))
        return optimizer

    def _optimizer(self, *, random_points: int, told: int = 0) -> _Optimizer:
        from skopt import Optimizer

        # Made anew each time: the library changes the dimensions it is given.
        dimensions = [_library_dimension(dimension) for dimension in self._dimensions]
        return Optimizer(
            dimensions,
            self._estimators(dimensions, self._random),
            n_initial_points=told + random_points,
            acq_func=self._acquisition,
            acq_optimizer="auto",
            random_state=self._random,
            acq_func_kwargs=self._arguments,
            acq_optimizer_kwargs={"n_points": _CANDIDATES, "n_restarts_optimizer": 5},
        )

    def _advance(self, optimizer: _Optimizer) -> None:
        """Carry the generator on, past what telling the point back would have drawn from it."""
        rng: RandomState = optimizer.rng
        for dimension in optimizer.space.dimensions:  # its space would make rows of the columns
            dimension.rvs(n_samples=_CANDIDATES, random_state=rng)
        if self._acquisition == "gp_hedge":
            rng.multinomial(1, [1 / _HEDGED] * _HEDGED)
        self._random = rng

    def _used(self, known: Sequence[Known]) -> Sequence[Known]:
        """The newest and the best of what is known where it is too much, oldest first."""
        if self._most is None or len(known) <= self._most:
            return known
        if not self._told_of_most:
            self._told_of_most = True
            self._tell(
                f"Optimizer '{self._name}' gets slow with many trials: using the best and the"
                f" newest {self._most} of {len(known)} previous trials"
            )
        newest = self._most // 2
        older = range(len(known) - newest)
        best = sorted(older, key=lambda place: known[place][1])[: self._most - newest]
        return [known[place] for place in (*sorted(best), *range(older.stop, len(known)))]


def _thread_pools() -> Any:
    """What sets the number of threads of the libraries that compute.

    The models are small: several threads take twice the time of one, waiting for each other.
    """
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
