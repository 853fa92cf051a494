"""A store that tells what is read in full."""

from __future__ import annotations

from attrs import define, field

from guild.adapters.memory.store import MemoryRunStore
from guild.domain.ids import RunId
from guild.domain.run import Run

__all__ = ["CountingStore"]


@define
class CountingStore(MemoryRunStore):
    """A store in memory.

    Attributes:
        read: The id of each run that was read in full, in order.
        ordered: How often the times of all runs were read on their own.
    """

    read: list[str] = field(factory=list)
    ordered: int = 0

    def newest_ids(self, *, deleted: bool = False) -> list[RunId]:
        """See `RunStore.newest_ids`."""
        self.ordered += 1
        return MemoryRunStore.newest_ids(self, deleted=deleted)

    def at(self, path: str) -> Run:
        """See `RunStore.at`."""
        run = MemoryRunStore.at(self, path)
        self.read.append(run.id)
        return run
