"""What a project says of itself in `guild.yml`, once inheritance and references are settled.

Source: reference 04-guildfile.
"""

from __future__ import annotations

from collections.abc import Mapping

from attr import Factory, frozen

from guild.domain.dependency import Resource
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagValue
from guild.domain.objective import Objective
from guild.domain.operation import OutputScalars
from guild.domain.sourcecode import SourceRule
from guild.domain.value import Value

__all__ = ["FileWarning", "Guildfile", "Model", "OperationDef", "OptimizerDef", "SourceSelection"]


@frozen(kw_only=True, eq=False, repr=False)
class SourceSelection(Value):
    """What is said of the source code to copy.

    Attributes:
        root: Where it is, relative to the project; None for the project itself.
        dest: Where it goes, relative to the run directory; None for that one.
        rules: What decides beside the default rules, or instead of them; of those that match
            the last counts.
        disabled: Whether none is copied.
        digest: Whether its digest is recorded.
    """

    root: str | None = None
    dest: str | None = None
    rules: tuple[SourceRule, ...] = ()
    disabled: bool = False
    digest: bool = True


@frozen(kw_only=True, eq=False, repr=False)
class OptimizerDef(Value):
    """An optimizer that an operation names.

    Attributes:
        name: As users name it.
        algorithm: What it is: an optimizer of this program or of a package, or an operation.
        default: Whether `--optimize` means it.
        flags: Values for its flags.
    """

    name: str
    algorithm: str
    default: bool = False
    flags: Mapping[str, FlagValue] = Factory(dict)


@frozen(kw_only=True, eq=False, repr=False)
class OperationDef(Value):
    """An operation as it is defined.

    Attributes:
        name: Its name in the model.
        path: Absolute path of the file it is defined in; empty if that is not known.
        line: Where it is defined, from 1; 0 if that is not known.
        description: For listings and help.
        default: Whether it is the one that is run where none is named.
        main: Module and arguments of a Python program, as written.
        exec: A command, as written.
        notebook: Path of a notebook, relative to the project.
        steps: The steps of a pipeline as written; None if it is none.
        flags: What is said of its flags, in name order.
        said: For each flag, the attributes that are said, by their names in the file: others
            may come from the script.
        flags_dest: Where the program takes flags from; None to find that out.
        flags_import: Which flags of the program count beside those defined: all of them, none,
            or these; None where nothing is said.
        flags_import_skip: Flags of the program that don't.
        default_flag_arg_skip: Whether flags are not passed unless they say so.
        flag_encoder: `MODULE:FUNCTION` that gives an optimizer flags in its own form.
        requires: What it needs.
        env: Variables for its process, with `${flag}` references.
        env_secrets: Variables that are not recorded.
        label: Template of labels; None for the default.
        tags: Tags of its runs.
        compare: Columns for comparing its runs; None for the default.
        output_scalars: Patterns for scalars in the output, as written.
        objective: What searches look for; None for the default.
        optimizers: Optimizers that it names, by name.
        is_optimizer: Whether it makes trials of other operations.
        default_max_trials: How many trials there are at most unless the user says.
        can_stage_trials: As an optimizer, whether it can leave its trials to be started later.
        sourcecode: What is copied, with what the model says.
        pip_freeze: Whether installed packages are recorded.
        python_requires: Versions of the interpreter that it runs with.
        python_path: Further directories for imports, relative to the project.
        run_attrs: Further attributes of its runs.
        delete_on_success: Whether a completed run goes to the trash.
        stoppable: Whether a run may be stopped early without being a failure.
        handle_keyboard_interrupt: Whether the program sees Ctrl-C itself.
        plugins: Accepted for projects of the prior system.
    """

    name: str
    path: str = ""
    line: int = 0
    description: str = ""
    default: bool = False
    main: str | None = None
    exec: str | None = None
    notebook: str | None = None
    steps: tuple[object, ...] | None = None
    flags: tuple[FlagDef, ...] = ()
    said: Mapping[str, frozenset[str]] = Factory(dict)
    flags_dest: str | None = None
    flags_import: bool | tuple[str, ...] | None = None
    flags_import_skip: tuple[str, ...] = ()
    default_flag_arg_skip: bool = False
    flag_encoder: str | None = None
    requires: tuple[Resource, ...] = ()
    env: Mapping[str, FlagValue] = Factory(dict)
    env_secrets: tuple[str, ...] = ()
    label: str | None = None
    tags: tuple[str, ...] = ()
    compare: tuple[str, ...] | None = None
    output_scalars: OutputScalars = None
    objective: Objective | None = None
    optimizers: tuple[OptimizerDef, ...] = ()
    is_optimizer: bool = False
    default_max_trials: int | None = None
    can_stage_trials: bool = False
    sourcecode: SourceSelection = Factory(SourceSelection)
    pip_freeze: bool = True
    python_requires: str | None = None
    python_path: tuple[str, ...] = ()
    run_attrs: Mapping[str, FlagValue] = Factory(dict)
    delete_on_success: bool = False
    stoppable: bool = False
    handle_keyboard_interrupt: bool = False
    plugins: bool | tuple[str, ...] | None = None


@frozen(kw_only=True, eq=False, repr=False)
class Model(Value):
    """Operations that belong together.

    Attributes:
        name: Its name; empty for the model of a file that has operations only.
        path: Absolute path of the file it is defined in; empty if that is not known.
        line: Where it is defined, from 1; 0 if that is not known.
        description: For listings and help.
        default: Whether its operations are meant where no model is named.
        operations: In name order.
        resources: Named resources, in name order.
        references: Where to read more.
        extra: What else its author notes.
    """

    name: str
    path: str = ""
    line: int = 0
    description: str = ""
    default: bool = False
    operations: tuple[OperationDef, ...] = ()
    resources: tuple[Resource, ...] = ()
    references: tuple[str, ...] = ()
    extra: Mapping[str, FlagValue] = Factory(dict)


@frozen(eq=False, repr=False)
class FileWarning(Value):
    """Something odd that is no error.

    Attributes:
        path: Of the file, absolute.
        line: Where it is in it, from 1.
        message: A sentence without a full stop.
    """

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        """As users are told of it."""
        return f"{self.path}:{self.line}: {self.message}"


@frozen(kw_only=True, eq=False, repr=False)
class Guildfile(Value):
    """A project's file.

    Attributes:
        path: Its absolute path.
        digest: MD5 of what is in it, hexadecimal: the version of its operations.
        models: In the order of the file.
        warnings: What is odd and no error, in the order in which it was found.
    """

    path: str
    digest: str = ""
    models: tuple[Model, ...] = ()
    warnings: tuple[FileWarning, ...] = ()

    @property
    def directory(self) -> str:
        """The project's absolute directory."""
        return self.path.rpartition("/")[0] or "/"

    def warnings_about(self, operation: OperationDef) -> tuple[FileWarning, ...]:
        """Warnings of the lines in which an operation is defined."""
        path = operation.path or self.path
        defined: list[Model | OperationDef] = [*self.models]
        defined += [each for model in self.models for each in model.operations]
        begun = [each.line for each in defined if (each.path or self.path) == path]
        end = min((line for line in begun if line > operation.line), default=None)
        return tuple(
            warning
            for warning in self.warnings
            if warning.path == path
            and operation.line <= warning.line
            and (end is None or warning.line < end)
        )
