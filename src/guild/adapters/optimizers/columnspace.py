"""A space of scikit-optimize that draws many points by columns.

To find where a model promises most, the library draws ten thousand points and transforms them.
Its space makes rows of what each dimension drew, and then columns of these rows again, which
takes longer than all the rest. This one leaves out both. Its values are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.random import RandomState

__all__ = ["with_columns"]


def with_columns(space: Any) -> Any:
    """A space like one of the library, of the same dimensions. It has no constraint."""
    return _space_class()(space.dimensions)


class _Columns(list[list[Any]]):
    """Points by dimension, for nothing but to be transformed."""


def _space_class() -> Any:
    import numpy as np
    from skopt.space import Space

    class ColumnSpace(Space):  # type: ignore[misc]  # the library has no types
        def rvs(self, n_samples: int = 1, random_state: RandomState | None = None) -> list[Any]:
            if n_samples == 1:
                points: list[Any] = super().rvs(random_state=random_state)
                return points
            drawn = (
                each.rvs(n_samples=n_samples, random_state=random_state)
                for each in self.dimensions
            )
            return _Columns(list(column) for column in drawn)

        def transform(self, X: list[Any]) -> Any:  # noqa: N803  # the library's name
            if not isinstance(X, _Columns):
                return super().transform(X)
            size = len(X[0])
            pairs = zip(self.dimensions, X, strict=True)
            columns = [dimension.transform(column) for dimension, column in pairs]
            return np.hstack([np.asarray(each).reshape((size, -1)) for each in columns])

    return ColumnSpace
