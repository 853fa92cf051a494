"""What a pipeline passes on to its steps, settled before anything is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from guild.domain.record import Record
from guild.domain.status import Status

if TYPE_CHECKING:
    from guild.app.run_request import RunRequest
    from guild.domain.run import Run

__all__ = ["PipelinePlan", "pipeline_plan"]


class PipelinePlan(Record):
    """The steps of a run that is a pipeline, and what they are given of its own options.

    Attributes:
        steps: As they are written: a list of texts and maps, unless they are damaged.
        needed: Whether steps that completed are run again only if their flags changed.
        force_sourcecode: Whether steps that are run again use the project's source.
        stage_trials: Whether the trials of batches are left to be started later.
    """

    steps: object
    needed: bool = False
    force_sourcecode: bool = False
    stage_trials: bool = False


def pipeline_plan(
    request: RunRequest,
    steps: object,
    run: Run | None = None,
    stored: Mapping[str, object] | None = None,
) -> PipelinePlan:
    """What a pipeline passes on to its steps.

    Args:
        request: What was asked for.
        steps: The steps as written.
        run: The run of the pipeline, if it is there.
        stored: What that run was asked for with: counts if it was staged and is started now.
    """
    before = stored if stored and run is not None and run.status is Status.STAGED else {}
    return PipelinePlan(
        steps=list(steps) if isinstance(steps, tuple) else steps,
        needed=request.needed,
        force_sourcecode=request.force_sourcecode or before.get("force_sourcecode") is True,
        stage_trials=request.stage_trials or before.get("stage_trials") is True,
    )
