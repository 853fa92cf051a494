"""What is asked for of a step of a pipeline.

Source: reference 21-pipelines, sections 3 to 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from guild.app.run_request import RunRequest
from guild.domain.errors import NoSuchOperation
from guild.domain.flags import FlagValue
from guild.domain.pipeline import model_spec
from guild.domain.record import Record
from guild.domain.status import Status
from guild.domain.stepflags import resolved_options, step_flags
from guild.domain.stepoptions import flag_words, kept_as_text, option_words

if TYPE_CHECKING:
    from guild.app.plan_pipeline import PipelinePlan
    from guild.app.ports.project import OperationCatalog
    from guild.domain.pipeline import Step

__all__ = ["StepRequest", "step_spec"]


class StepRequest(Record):
    """A run to be made for a step, or to be started again.

    Attributes:
        request: What the run is asked for with.
        opspec: Its operation.
        words: What is asked for beside the operation or the run, as log lines have it.
        restart: Absolute directory of the run to start again; None if one is made.
        stage_trials: Whether the trials of a batch are left to be started later.
    """

    request: RunRequest
    opspec: str
    words: tuple[str, ...]
    restart: str | None = None
    stage_trials: bool = False

    @property
    def restart_id(self) -> str | None:
        """Id of the run to start again."""
        return None if self.restart is None else self.restart.rpartition("/")[2]

    @staticmethod
    def of_step(
        step: Step,
        *,
        opspec: str,
        flags: Mapping[str, FlagValue],
        params: Mapping[str, object],
        pipeline: PipelinePlan,
        run_id: str | None,
        restart: str | None,
        status: Status | None,
        quiet: bool = False,
    ) -> StepRequest:
        """What a step asks for.

        Args:
            step: The step.
            opspec: Its operation, with the model.
            flags: Of the pipeline.
            params: What the pipeline was asked for with: its label and tags are inherited.
            pipeline: What else it passes on.
            run_id: Id of the run to be made.
            restart: Absolute directory of the run to be started again instead.
            status: That run's.
            quiet: Whether output is only kept, not shown.
        """
        options = resolved_options({**_inherited(params), **step.options}, flags)
        passed = {
            "stage_trials": pipeline.stage_trials,
            "force_sourcecode": pipeline.force_sourcecode
            or options.get("force_sourcecode") is True,
            "needed": pipeline.needed and status is Status.COMPLETED,
        }
        own = step_flags(step, opspec, flags)
        assignments = flag_words(own)
        first = [f"--{name.replace('_', '-')}" for name, value in passed.items() if value]
        others = option_words({**options, "needed": False} if passed["needed"] else options)
        needed = options.pop("needed", False) is True or passed["needed"]
        options.pop("force_sourcecode", None)
        request = RunRequest(quiet=quiet).replaced(
            **options,
            opspec=opspec if restart is None else None,
            restart=restart,
            run_id=run_id,
            flags=(*(step.files if restart is None else ()), *assignments),
            edited_flags=kept_as_text(own),
            force_sourcecode=passed["force_sourcecode"],
            needed=needed,
        )
        return StepRequest(
            request=request,
            opspec=opspec,
            words=(*first, *others, *step.files, *assignments),
            restart=restart,
            stage_trials=pipeline.stage_trials,
        )


def _inherited(params: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    label, tags = params.get("label"), params.get("tags")
    if isinstance(label, str):
        found["label"] = label
    if isinstance(tags, list) and tags:
        found["tags"] = tuple(map(str, tags))
    return found


def step_spec(opspec: str, model: str, catalog: OperationCatalog) -> str:
    """A step's operation with its model: the pipeline's, unless it names one."""
    spec = model_spec(opspec, model)
    if spec == opspec or "." not in opspec:
        return spec
    try:
        catalog.find(spec)
        return spec
    except NoSuchOperation:
        return opspec  # a script or a module
