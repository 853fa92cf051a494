"""Kernels of Gaussian processes that know what their hyperparameters are.

To fit a process is to try its kernel with thousands of hyperparameters. scikit-learn's kernels
find out anew each time which they have, by looking at all their attributes and at the signature
of their class, which took a third of a fit. These look once. Their values are the same.
"""

from __future__ import annotations

from typing import Any

__all__ = ["with_quick_kernels"]


def with_quick_kernels(process: Any) -> Any:
    """A process like one of scikit-optimize, with a kernel of the same values.

    Args:
        process: Its kernel is a product, as the library makes it; not fitted yet.
    """
    from skopt.learning.gaussian_process.kernels import WhiteKernel

    kernel = _quick(process.kernel.k1) * _quick(process.kernel.k2)
    if process.noise == "gaussian":  # which the library would add when it fits
        kernel = kernel + _quick(WhiteKernel())
    return process.set_params(kernel=kernel)


def _quick(kernel: Any) -> Any:
    kind = type(kernel)
    quick: Any = type(f"Quick{kind.__name__}", (_QuickMixin, kind), {})
    return quick(**kernel.get_params(deep=False))


class _QuickMixin:
    """For kernels without kernels in them. See `sklearn.gaussian_process.kernels.Kernel`."""

    @property
    def hyperparameters(self) -> list[Any]:
        """What may be fitted. Which they are, and within which bounds, never changes."""
        known: list[Any] | None = self.__dict__.get("_known")
        if known is None:
            known = self.__dict__["_known"] = super().hyperparameters  # type: ignore[misc]  # a mixin
        return known

    @property
    def n_dims(self) -> int:
        """How many numbers `theta` has."""
        return sum(each.n_elements for each in self.hyperparameters if not each.fixed)

    @property
    def theta(self) -> Any:
        """Logarithms of what may be fitted and is not fixed, as one array."""
        import numpy as np

        values = [getattr(self, each.name) for each in self.hyperparameters if not each.fixed]
        return np.log(np.hstack(values)) if values else np.array([])

    @theta.setter
    def theta(self, theta: Any) -> None:
        import numpy as np

        place = 0
        for each in self.hyperparameters:
            if each.fixed:
                continue
            if each.n_elements > 1:
                setattr(self, each.name, np.exp(theta[place : place + each.n_elements]))
            else:
                setattr(self, each.name, np.exp(theta[place]))
            place += each.n_elements
        if place != len(theta):
            raise ValueError(f"theta should have {place} numbers, not {len(theta)}")
