"""What steps of pipelines work with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from guild.domain.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from guild.app.plan_run import PlanRun
    from guild.app.run_batch import RunBatch
    from guild.app.run_pipeline import RunPipeline
    from guild.app.start_run import StartRun
    from guild.domain.opref import OpRef
    from guild.domain.process import Stream
    from guild.domain.run import Run

__all__ = ["StepPlace", "UseCases", "Within"]


class UseCases(Protocol):
    """What plans runs and carries them out, in some place."""

    @property
    def plan_run(self) -> PlanRun:
        """Settle what a run will be."""
        ...

    @property
    def start_run(self) -> StartRun:
        """Carry out the plan of a run."""
        ...

    @property
    def run_batch(self) -> RunBatch:
        """Carry out the plan of a batch."""
        ...

    @property
    def run_pipeline(self) -> RunPipeline:
        """Carry out the plan of a run that is a pipeline."""
        ...


class StepPlace(Record):
    """Where a step works.

    Attributes:
        pipeline: The run of the pipeline.
        around: The operations of the pipelines that it is a step of, the outermost first.
        directory: Absolute directory that it works from.
        env: Variables that its environment has beside this process's.
        isolated: Whether it only finds runs of the pipeline.
        keep: Is given what its processes write, as it comes. It may be called in another
            process: see `ProcessObserver`.
        told: The signal by which this process was asked to stop; None if it was not.
        warn: Is told, a sentence each, what a user should know that is no error.
    """

    pipeline: Run
    around: tuple[OpRef, ...]
    directory: str
    env: Mapping[str, str]
    isolated: bool
    keep: Callable[[Stream, bytes], None]
    told: Callable[[], int | None]
    warn: Callable[[str], None]


Within = Callable[[StepPlace], UseCases]
"""The use cases as a step in this place has them."""
