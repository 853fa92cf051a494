"""Optimizers by name: those that come with the program, then those of installed packages."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from guild.domain.batchrule import OTHER_NAMES, shown_name
from guild.domain.errors import GuildError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from guild.app.ports.optimizer import Optimizer

__all__ = ["ALIASES", "BUILT_IN", "GROUP", "find"]

GROUP = "guild.optimizers"
"""The entry point group: names, each with an `Optimizer` or what returns one when called."""

_CLASSES = {
    "random": ("randomsearch", "RandomSearch"),
    "gp": ("gaussian", "GaussianProcess"),
    "forest": ("trees", "Forest"),
    "gbrt": ("trees", "BoostedTrees"),
    "tpe": ("optuna_", "ParzenTrees"),
    "cma-es": ("optuna_", "CmaEs"),
}

BUILT_IN = tuple(_CLASSES)
"""Names of the optimizers that come with the program."""

ALIASES = {shown_name(name): name for name in BUILT_IN} | OTHER_NAMES
"""Other names for them."""

_NEEDED = (
    "name",
    "flags",
    "sequential",
    "default_max_trials",
    "needs_dimensions",
    "libraries",
    "search",
)


def find(name: str) -> Optimizer | None:
    """The optimizer that a user names; None if there is none of that name.

    Nothing of what an optimizer needs to search is loaded for a name that is built in.

    Args:
        name: A name or an alias.

    Raises:
        GuildError: If an installed package offers the name but what it offers fails to load or
            is no optimizer.
    """
    known = _CLASSES.get(ALIASES.get(name, name))
    if known is None:
        return _installed(name)
    module, class_name = known
    optimizer: Optimizer = getattr(
        import_module(f"guild.adapters.optimizers.{module}"), class_name
    )()
    return optimizer


def _installed(name: str) -> Optimizer | None:
    from importlib.metadata import entry_points  # slow, and for names of packages only

    for entry in entry_points(group=GROUP, name=name):
        return _loaded(entry)
    return None


def _loaded(entry: EntryPoint) -> Optimizer:
    of = f" of {entry.dist.name}" if entry.dist else ""
    try:
        offered: Any = entry.load()
        if isinstance(offered, type) or (callable(offered) and not hasattr(offered, "search")):
            offered = offered()
    except Exception as error:  # it is other people's code
        raise GuildError(
            f"optimizer '{entry.name}'{of} failed to load: {type(error).__name__}: {error}"
        ) from error
    missing = [attribute for attribute in _NEEDED if not hasattr(offered, attribute)]
    if missing:
        raise GuildError(f"'{entry.name}'{of} is not an optimizer: it has no {', '.join(missing)}")
    optimizer: Optimizer = offered
    return optimizer
