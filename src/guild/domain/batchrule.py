"""When a run is a batch although nobody names an optimizer.

Source: reference 20-batches-and-optimizers, section 2, point 4.
"""

from __future__ import annotations

from collections.abc import Mapping

from guild.domain.flags import FlagValue

__all__ = ["GRID", "NAMES", "OTHER_NAMES", "RANDOM", "implied_optimizer", "shown_name"]

GRID = "+"
"""The optimizer that tries every combination."""
RANDOM = "random"
"""The optimizer that draws values at random."""

_LIBRARIES = {
    "skopt": ("random", "gp", "forest", "gbrt"),
    "optuna": ("tpe", "cma-es"),
}
NAMES = (GRID, *(name for names in _LIBRARIES.values() for name in names))
"""The optimizers of this program."""
OTHER_NAMES = {"bayesian": "gp", "gaussian": "gp"}
"""What else users call an optimizer, and its name."""


def implied_optimizer(flags: Mapping[str, FlagValue], rows: int) -> str | None:
    """The optimizer that flag values call for; None if they make a single run.

    Search functions call for random values, else lists for a grid, else so do several rows.

    Args:
        flags: The values of all flags, defaults included. Where there is one row of a batch
            file, its values are among them.
        rows: How many rows batch files have.
    """
    from guild.domain.searchspace import has_list, has_search_function

    if has_search_function(flags):
        return RANDOM
    if has_list(flags) or rows > 1:
        return GRID
    return None


def shown_name(optimizer: str) -> str:
    """An optimizer as it is recorded and shown: `+`, `skopt:gp`.

    Args:
        optimizer: As users name it: `gp`, `bayesian`, `skopt:gp`.
    """
    name = OTHER_NAMES.get(optimizer, optimizer)
    for library, names in _LIBRARIES.items():
        if name in names:
            return f"{library}:{name}"
    return name
