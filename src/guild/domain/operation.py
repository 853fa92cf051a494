"""An operation: what can be run, and what a run keeps of it to be run again."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from guild.domain.flagdef import FlagDef
from guild.domain.opref import OpRef
from guild.domain.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.domain.dependency import Resource
    from guild.domain.guildfile import OptimizerDef
    from guild.domain.objective import Objective
    from guild.domain.sourcecode import SourceRule

__all__ = [
    "FLAG_ARGS",
    "PYTHON_EXE",
    "RUNNER",
    "STEPS_RUNNER",
    "CommandSpec",
    "Operation",
    "OutputScalars",
    "RecordedOperation",
    "SourceSpec",
]

FLAG_ARGS = "__flag_args__"
"""Word of a command that stands for the arguments of all flags."""

PYTHON_EXE = "${python_exe}"
"""Word of a command that stands for the Python interpreter, settled at each start."""

RUNNER = ("-um", "guild.op_main")
"""Words after the interpreter's that start a Python program as a run's."""

STEPS_RUNNER = ("-um", "guild.steps_main")
"""Words after the interpreter's that run the steps of a pipeline in a run that is there."""

OutputScalars = bool | str | list[object] | dict[str, object] | None
"""Patterns as configured: None for the defaults, False or an empty list for none."""


class CommandSpec(Record):
    """How an operation's process is started.

    Attributes:
        args: Words of the command, with `PYTHON_EXE` and `FLAG_ARGS` unresolved.
        env: Environment variables of the operation.
        flags: For each flag, what differs from passing it as `--name value`: a definition of
            which only the `arg_*` and `env_*` attributes matter.
        flags_dest: Where the script takes flags from: `globals`, `args`, `args:click`,
            `global:NAME`, `namespace:NAME`, ...
    """

    args: tuple[str, ...]
    env: Mapping[str, str] = MappingProxyType({})
    flags: Mapping[str, FlagDef] = MappingProxyType({})
    flags_dest: str | None = None


class SourceSpec(Record):
    """Which files are an operation's source code.

    Attributes:
        root: Absolute directory they are copied from.
        dest: Where they go, relative to the run directory.
        needed: Paths relative to the root of files that are copied even if the rules leave
            them out: the program itself.
        rules: What decides after the default rules; of those that match the last counts.
        only_rules: Whether the default rules don't count.
        left_out: Paths, relative to the root, of files and directories that no rule copies:
            dependencies.
        digest: Whether the digest of what is copied is recorded.
        python: Whether it is a Python program, whose build results the default rules know.
    """

    root: str
    dest: str = "."
    needed: tuple[str, ...] = ()
    rules: tuple[SourceRule, ...] = ()
    only_rules: bool = False
    left_out: tuple[str, ...] = ()
    digest: bool = True
    python: bool = True


class RecordedOperation(Record):
    """What a run keeps of its operation: enough to start the run again without the project.

    Attributes:
        command: How its process is started.
        output_scalars: Patterns for scalars in the output, as configured.
        label_template: Text of the label with `${flag}` references; None for the default.
        delete_on_success: Whether the completed run goes to the trash.
        source_root: Where the source came from, if that is not the project itself.
        source_dest: Where the source is, relative to the run directory.
        null_labels: What is shown for null, by flag.
        requires: What it needs before it starts.
        env_secrets: Variables of its process that are not written down.
        python_requires: Versions of the interpreter that it runs with; None for the usual one.
        stoppable: Whether it is a good end that a user stops it.
    """

    command: CommandSpec
    output_scalars: OutputScalars = None
    label_template: str | None = None
    delete_on_success: bool = False
    source_root: str | None = None
    source_dest: str = "."
    null_labels: Mapping[str, str] = MappingProxyType({})
    requires: tuple[Resource, ...] = ()
    env_secrets: tuple[str, ...] = ()
    python_requires: str | None = None
    stoppable: bool = False


class Operation(Record):
    """Something that can be run.

    Attributes:
        opref: Reference stored in the run.
        name: As users write it: `train.py`, `cnn:train`.
        project_dir: Absolute directory it belongs to.
        command: How its process is started.
        flags: Definitions, in name order.
        source: What is copied into the run; None for nothing.
        description: For help.
        output_scalars: Patterns for scalars in the output, as configured.
        label_template: Text of the label with `${flag}` references; None for the default.
        tags: Tags each of its runs gets.
        delete_on_success: Whether a completed run goes to the trash.
        requires: What it needs before it starts.
        env_secrets: Variables of its process that are not written down.
        python_requires: Versions of the interpreter that it runs with; None for the usual one.
        stoppable: Whether it is a good end that a user stops it.
        steps: The steps of a pipeline as written; None if it is none.
        run_attrs: Further attributes of its runs.
        pip_freeze: Whether installed packages are recorded.
        objective: What searches for its flags look for; None for the default.
        optimizers: Optimizers that it names.
        default_max_trials: As an optimizer: how many trials there are unless the user says.
        can_stage_trials: As an optimizer: whether it leaves its trials to be started later.
        is_optimizer: Whether it makes trials of other operations, and looks for values where
            their flags' definitions say.
        flag_encoder: As an optimizer: `MODULE:FUNCTION` that says where to look instead.
        flags_import: Which flags of its program count beside those defined: all of them, none,
            these, or, if None, those that are defined.
    """

    opref: OpRef
    name: str
    project_dir: str
    command: CommandSpec
    flags: tuple[FlagDef, ...] = ()
    source: SourceSpec | None = None
    description: str = ""
    output_scalars: OutputScalars = None
    label_template: str | None = None
    tags: tuple[str, ...] = ()
    delete_on_success: bool = False
    requires: tuple[Resource, ...] = ()
    env_secrets: tuple[str, ...] = ()
    python_requires: str | None = None
    stoppable: bool = False
    steps: tuple[object, ...] | None = None
    run_attrs: Mapping[str, object] = MappingProxyType({})
    pip_freeze: bool = True
    objective: Objective | None = None
    optimizers: tuple[OptimizerDef, ...] = ()
    default_max_trials: int | None = None
    can_stage_trials: bool = False
    is_optimizer: bool = False
    flag_encoder: str | None = None
    flags_import: bool | tuple[str, ...] | None = True

    def recorded(self) -> RecordedOperation:
        """What a run of this operation keeps of it."""
        root = self.source.root if self.source else None
        return RecordedOperation(
            command=self.command,
            output_scalars=self.output_scalars,
            label_template=self.label_template,
            delete_on_success=self.delete_on_success,
            source_root=None if root == self.project_dir else root,
            source_dest=self.source.dest if self.source else ".",
            null_labels={flag.name: flag.null_label for flag in self.flags if flag.null_label},
            requires=self.requires,
            env_secrets=self.env_secrets,
            python_requires=self.python_requires,
            stoppable=self.stoppable,
        )
