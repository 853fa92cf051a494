"""Search by forests and by gradient boosted trees, over scikit-optimize."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from guild.adapters.optimizers.options import (
    KAPPA,
    PREV_TRIALS,
    XI,
    number,
    random_starts,
    starts_flag,
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
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagValue

if TYPE_CHECKING:
    from guild.app.ports.optimizer import Search
    from guild.domain.searchspace import SearchSpace

__all__ = ["BoostedTrees", "Forest"]


class _Trees:
    """What the optimizers by trees share."""

    name: str
    estimators: Estimators
    flags: tuple[FlagDef, ...] = (KAPPA, PREV_TRIALS, starts_flag(3), XI)
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
            estimators=self.estimators,
            acquisition=("EI", {"xi": number(options, "xi"), "kappa": number(options, "kappa")}),
        )
        return PointSearch(space, points, proposer)


def _forest(_dimensions: list[Any], _random: RandomSource, _before: Estimator | None) -> Estimator:
    # The library makes the model itself, and draws its seed from the optimizer's generator.
    return "ET"


def _boosted(_dimensions: list[Any], random: RandomSource, _before: Estimator | None) -> Estimator:
    from sklearn.ensemble import GradientBoostingRegressor
    from sklearn.utils import check_random_state

    return _quantile_regressor()(
        base_estimator=GradientBoostingRegressor(n_estimators=30, loss="quantile"),
        random_state=check_random_state(random),
    )


class Forest(_Trees):
    """A forest of extremely randomised trees as the model of the objective."""

    name = "forest"
    estimators = staticmethod(_forest)


class BoostedTrees(_Trees):
    """Gradient boosted trees for three quantiles as the model of the objective."""

    name = "gbrt"
    estimators = staticmethod(_boosted)


@cache
def _quantile_regressor() -> Any:
    """The library's regressor, mended for scikit-learn from 1.6 and numpy from 2.4 on.

    The first takes it for no regressor, since its bases stand in the wrong order; the second
    has no `in1d`, by which it computes deviations. The library asks for its own class to see
    whether a model has gradients, hence a subclass.
    """
    from skopt.learning import GradientBoostingQuantileRegressor

    class QuantileRegressor(GradientBoostingQuantileRegressor):  # type: ignore[misc] # untyped
        def __sklearn_tags__(self) -> Any:
            from sklearn.utils import RegressorTags

            tags = super().__sklearn_tags__()
            tags.estimator_type = "regressor"
            tags.regressor_tags = RegressorTags()
            return tags

        def predict(self, X: Any, return_std: bool = False, return_quantiles: bool = False) -> Any:  # noqa: N803 - the library's names
            if not return_std or return_quantiles:
                return super().predict(X, return_quantiles=return_quantiles)
            low, middle, high = super().predict(X, return_quantiles=True).T
            return middle, (high - low) / 2.0

    return QuantileRegressor
