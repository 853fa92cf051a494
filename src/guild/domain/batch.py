"""What a batch is to try.

Source: reference 20-batches-and-optimizers, sections 4 and 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attr import frozen

from guild.domain.batchrule import GRID
from guild.domain.flags import FlagSet, FlagValue
from guild.domain.value import Value

__all__ = ["Batch"]


@frozen(kw_only=True, eq=False, repr=False)
class Batch(Value):
    """Flags of many trials.

    Attributes:
        flags: Values of all flags, with lists and search functions among them.
        optimizer: What chooses from them, as it is shown: `+`, `skopt:gp`.
        rows: Values by flag name, of batch files that have several rows.
        given: Values that the user gave: they count more than those of rows.
        max_trials: How many trials there are at most; None for no limit.
    """

    flags: FlagSet
    optimizer: str = GRID
    rows: tuple[Mapping[str, FlagValue], ...] = ()
    given: Mapping[str, FlagValue] = MappingProxyType({})
    max_trials: int | None = None

    @property
    def is_grid(self) -> bool:
        """Whether all combinations are tried."""
        return self.optimizer == GRID

    @property
    def points(self) -> tuple[Mapping[str, FlagValue], ...]:
        """The flags with those of each row in them, in which lists stand for their items."""
        return tuple({**self.flags, **row, **self.given} for row in self.rows) or (self.flags,)

    @property
    def size(self) -> int | None:
        """How many trials there will be at most; None if that is not known."""
        if not self.is_grid:
            return self.max_trials
        from guild.domain.grid import grids_size

        return grids_size(self.points, self.max_trials)
