"""A store that tells what is read in full."""

from __future__ import annotations

from attrs import define, field

from guild.adapters.memory.store import MemoryRunStore
from guild.domain.run import Run

__all__ = ["CountingStore"]


@define
class CountingStore(MemoryRunStore):
    """A store in memory; `read` has the id of each run that was read in full, in order."""

    read: list[str] = field(factory=list)

    def at(self, path: str) -> Run:
        """See `RunStore.at`."""
        run = MemoryRunStore.at(self, path)
        self.read.append(run.id)
        return run
