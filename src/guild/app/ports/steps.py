"""Ports: what pipelines have beside what every run has."""

from __future__ import annotations

from typing import Protocol

from guild.domain.pipeline import LinkState
from guild.domain.run import Run

__all__ = ["StepFiles", "StepLinks"]


class StepLinks(Protocol):
    """Links in the run of a pipeline to the runs of its steps."""

    def state(self, pipeline: Run, name: str) -> LinkState:
        """What there is where the link of this name is to be."""
        ...

    def link(self, pipeline: Run, name: str, run_id: str) -> None:
        """Have the link lead to a run that need not be there yet; it replaces another link.

        Raises:
            StoreError: If that fails. What was there is as before then.
        """
        ...


class StepFiles(Protocol):
    """What checks look at. What can't be read is a `StoreError`."""

    def output(self, run: Run) -> str:
        """All output of a run; what is no UTF-8 in it is replaced."""
        ...

    def matching(self, run: Run, pattern: str) -> list[str]:
        """Paths of files, relative to the run's directory, in order.

        Args:
            run: The run.
            pattern: Shell pattern in which `**` stands for any directories. What is outside
                of the run is not found.
        """
        ...

    def text(self, path: str) -> str:
        """Text of a file; what is no UTF-8 in it is replaced."""
        ...
