"""What is going to be run, settled before anything is done."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagSet, FlagValue
from guild.domain.operation import RecordedOperation, SourceSpec
from guild.domain.opref import OpRef
from guild.domain.record import Record
from guild.domain.run import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.app.plan_pipeline import PipelinePlan
    from guild.domain.guildfile import OptimizerDef
    from guild.domain.objective import Objective

__all__ = ["Finished", "RunPlan", "StartOptions"]


class StartOptions(Record):
    """How a run is made and started, whatever it is a run of.

    Attributes:
        run_id, run_dir: Id and absolute directory of a new run, if chosen.
        python_path: Absolute directories that replace the run's source for imports.
        env: Additional environment of the process.
        stage: Whether to leave the run to be started later.
        background: Whether to leave it to itself once it started.
        pidfile: Where the process id goes then until it ends; None for a temporary file.
        stop_after_s: Seconds after which it is stopped.
        quiet: Whether its output is only kept, not shown.
    """

    run_id: str | None = None
    run_dir: str | None = None
    python_path: tuple[str, ...] = ()
    env: Mapping[str, str] = MappingProxyType({})
    stage: bool = False
    background: bool = False
    pidfile: str | None = None
    stop_after_s: float | None = None
    quiet: bool = False


class RunPlan(Record):
    """A run to be made or started again. Nothing has happened yet.

    Attributes:
        name: The operation as users write it.
        opref: Its reference.
        operation: What the run keeps of it.
        renewed: Whether `operation` was read from the project just now, and is to be kept.
        flags: Values for the script.
        flag_defs: What is known of the flags, by name.
        user_flags: Values that the user gave.
        label: Text of the label; empty for none.
        label_template: What it was made of; None for the default label.
        tags: Tags of the run.
        comment: Text of a first comment.
        params: How the run was asked for.
        random_seed: Seed to record.
        project_dir: Absolute directory of the project, if known.
        source: What to copy into the run; None to leave its source alone.
        restart: The run to start again; None to make one.
        proto: The run to copy the source and surroundings of.
        inherited: What is known of those surroundings already; None if nothing is.
        start: How it is made and started.
        delete_on_success: Whether it goes to the trash once completed.
        attrs: Further attributes of the run, as its operation says.
        python_exe: Its interpreter, where that is not the usual one.
        pip_freeze: Whether installed packages are recorded.
        objective: What a search for its flags looks for; None for the default.
        optimizers: Optimizers that its operation names.
        force_deps: Whether the run goes on without what it depends on.
        pipeline: What the run does if it is a pipeline, instead of a process.
    """

    name: str
    opref: OpRef
    operation: RecordedOperation
    flags: FlagSet
    flag_defs: Mapping[str, FlagDef]
    user_flags: Mapping[str, FlagValue]
    label: str
    label_template: str | None = None
    tags: tuple[str, ...] = ()
    comment: str | None = None
    params: Mapping[str, object]
    random_seed: int
    project_dir: str | None = None
    source: SourceSpec | None = None
    restart: Run | None = None
    proto: Run | None = None
    inherited: Mapping[str, object] | None = None
    renewed: bool = True
    start: StartOptions = StartOptions()
    delete_on_success: bool = False
    attrs: Mapping[str, object] = MappingProxyType({})
    python_exe: str | None = None
    pip_freeze: bool = True
    objective: Objective | None = None
    optimizers: tuple[OptimizerDef, ...] = ()
    pipeline: PipelinePlan | None = None
    force_deps: bool = False


class Finished(Record):
    """The run ran.

    Attributes:
        run: As it was when it was started.
        exit_status: Of its process, negative for a signal.
        deleted: Whether it went to the trash.
        accepted: Whether it was stopped, and its operation takes that for a good end.
    """

    run: Run
    exit_status: int
    deleted: bool = False
    accepted: bool = False

    @property
    def code(self) -> int:
        """What who asked for the run goes by: 0 for a good end."""
        return 0 if self.accepted else self.exit_status
