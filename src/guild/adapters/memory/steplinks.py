"""Links of pipelines in memory."""

from __future__ import annotations

from collections.abc import Callable

from attr import define, field

from guild.domain.pipeline import LinkKind, LinkState
from guild.domain.run import Run

__all__ = ["MemoryStepLinks"]


@define
class MemoryStepLinks:
    """See `StepLinks`.

    Attributes:
        is_there: Whether there is a directory at a path.
        targets: Where links lead, by their paths; None for what is no link.
    """

    is_there: Callable[[str], bool]
    targets: dict[str, str | None] = field(factory=dict)

    def state(self, pipeline: Run, name: str) -> LinkState:
        """See `StepLinks.state`."""
        path = f"{pipeline.path}/{name}"
        if path not in self.targets:
            return LinkState(kind=LinkKind.ABSENT, path=path)
        target = self.targets[path]
        if target is None:
            return LinkState(kind=LinkKind.OTHER, path=path)
        if not self.is_there(target):
            return LinkState(kind=LinkKind.BROKEN, path=path)
        return LinkState(kind=LinkKind.LINKED, path=path, target=target)

    def link(self, pipeline: Run, name: str, run_id: str) -> None:
        """See `StepLinks.link`."""
        runs = pipeline.path.rpartition("/")[0]
        self.targets[f"{pipeline.path}/{name}"] = f"{runs}/{run_id}"
