"""Search by a Gaussian process, over scikit-optimize."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from guild.adapters.optimizers.kernels import with_quick_kernels
from guild.adapters.optimizers.options import (
    KAPPA,
    PREV_TRIALS,
    XI,
    number,
    one_of,
    random_starts,
    starts_flag,
    yes,
)
from guild.adapters.optimizers.points import Points, check_exact
from guild.adapters.optimizers.pointsearch import PointSearch
from guild.adapters.optimizers.skoptspace import (
    LIBRARIES,
    Estimator,
    Estimators,
    ModelProposer,
    RandomSource,
)
from guild.domain.choice import Choice
from guild.domain.errors import InvalidFlagValue
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagValue
from guild.domain.flagtext import encode

if TYPE_CHECKING:
    from guild.app.ports.optimizer import Search
    from guild.domain.searchspace import SearchSpace

__all__ = ["GaussianProcess"]

_ACQUISITION = FlagDef(
    name="acq-func",
    default="gp_hedge",
    choices=(
        Choice("LCB", description="Lower confidence bound"),
        Choice("EI", description="Expected improvement"),
        Choice("PI", description="Probability of improvement"),
        Choice("gp_hedge", description="One of the three, by chance"),
    ),
    description="Function that rates points by the model",
)
_NOISE = FlagDef(
    name="noise",
    default="gaussian",
    description="Variance of the objective's noise, or 'gaussian' to estimate it",
)
_NORMALIZE = FlagDef(
    name="normalize-y",
    default=False,
    type="boolean",
    description="Whether the model is fitted to objectives scaled to mean 0 and variance 1",
)

_SETTLED = 8
"""Known points from which a fit may go on from the one before."""
_ANEW = 10
"""After how many points it begins anew all the same."""

_MOST = 300
"""Known points to fit to: the time of a fit grows with the third power of their number."""


class GaussianProcess:
    """A Gaussian process as the model of the objective.

    A suggestion takes seconds from a few hundred trials on, so the model is fitted to the best
    and the newest of them.
    """

    name = "gp"
    flags: tuple[FlagDef, ...] = (
        _ACQUISITION,
        KAPPA,
        _NOISE,
        _NORMALIZE,
        PREV_TRIALS,
        starts_flag(3),
        XI,
    )
    sequential = True
    default_max_trials: int | None = 20
    needs_dimensions = True
    libraries = LIBRARIES

    def search(
        self, space: SearchSpace, seed: int, options: Mapping[str, FlagValue], max_trials: int
    ) -> Search:
        """A search whose values for a seed depend on the versions of `libraries` too.

        Raises:
            GuildError: If options, seed or space don't suit it, or the library is missing.
        """
        points = check_exact(Points(space))
        proposer = ModelProposer(
            self.name,
            points,
            seed,
            random_starts=random_starts(options, max_trials),
            estimators=_processes(_noise(options), yes(options, _NORMALIZE.name)),
            acquisition=(
                one_of(options, _ACQUISITION),
                {"xi": number(options, XI.name), "kappa": number(options, KAPPA.name)},
            ),
        )
        return PointSearch(space, points, proposer, most=_MOST)


def _noise(options: Mapping[str, FlagValue]) -> str | float:
    value = options[_NOISE.name]
    if value == "gaussian":
        return "gaussian"
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return number(options, _NOISE.name)
    raise InvalidFlagValue(_NOISE.name, encode(value), "must be 'gaussian' or a number from 0 on")


def _processes(noise: str | float, normalize: bool) -> Estimators:
    made: list[Estimator] = []

    def make(
        dimensions: list[Any], random: RandomSource, before: Estimator | None = None
    ) -> Estimator:
        from sklearn.base import clone
        from sklearn.utils import check_random_state

        seed = check_random_state(random).randint(0, 2**31 - 1)
        if not made:
            made.append(with_quick_kernels(_process(dimensions, noise, normalize)))
        process = clone(made[0]).set_params(random_state=seed)
        return process if before is None else _going_on(process, before)

    return make


def _going_on(process: Estimator, before: Estimator) -> Estimator:
    """The process, to be fitted from where an earlier one was, if that knew enough.

    A fit from one start instead of three takes a fourth of the time. It may stay near a poor
    optimum, so every few points the others are tried again.
    """
    known = len(before.X_train_)
    if known < _SETTLED or known % _ANEW == 0:
        return process
    kernel = before.kernel_
    if before.noise == "gaussian":  # the library took the noise out of the kernel it fitted
        white = process.kernel.k2
        kernel = kernel.k1 + type(white)(before.noise_, white.noise_level_bounds)
    return process.set_params(kernel=kernel, n_restarts_optimizer=0)


def _process(dimensions: list[Any], noise: str | float, normalize: bool) -> Estimator:
    """A process for a space, of which it only matters how many dimensions of which kind it has."""
    from skopt.utils import cook_estimator, normalize_dimensions

    space = normalize_dimensions(dimensions)
    return cook_estimator("GP", space=space, noise=noise).set_params(normalize_y=normalize)
