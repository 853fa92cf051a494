"""The attributes of what a guild.yml holds, as they are written.

The converter and the JSON Schema are both made from these classes: the names of attributes (with
`-` for `_`), what each accepts (its kind), and what it is for (the docstrings here).
"""

# Annotations are read when the program runs, and so are not left as text.

from typing import Any

from attr import define, field

from guild.adapters.guildfile.kinds import (
    Anything,
    Archive,
    ArgSplit,
    Checks,
    Choices,
    Column,
    Command,
    Count,
    Distribution,
    Env,
    Exec,
    FlagName,
    Flags,
    FlagsDest,
    FlagsImport,
    FlagType,
    Label,
    Mapping,
    Module,
    Number,
    NumberRegexes,
    Operation,
    Operations,
    Optimizer,
    Optimizers,
    OutputScalars,
    Plugins,
    PythonVersions,
    Reference,
    Regexes,
    Renames,
    Requires,
    Resources,
    Selection,
    Sources,
    StepFlags,
    Steps,
    StepTexts,
    TargetType,
    Text,
    Texts,
    Whole,
    YesNo,
)

__all__ = [
    "FORMS",
    "SOURCE_KINDS",
    "ChoiceForm",
    "FlagForm",
    "ModelForm",
    "OperationForm",
    "PackageForm",
    "ResourceForm",
    "ResourceRefForm",
    "SourceForm",
    "StepForm",
    "attribute_names",
    "is_no",
    "key_of",
]

SOURCE_KINDS = ("config", "file", "module", "operation", "url")
"""The attributes of which a source has exactly one."""


_GIVEN = {"given": True}
"""Of attributes for which null is no value."""


@define(eq=False, repr=False, slots=False, kw_only=True, on_setattr=[])
class ChoiceForm:
    """A value that a flag can have.

    Attributes:
        value: What is stored.
        alias: Another name for it on the command line.
        description: Shown in help.
        flags: Values that this choice gives to other flags.
    """

    value: Anything | None = field(default=None, metadata={"required": True})
    alias: Label | None = None
    description: Label | None = None
    flags: Mapping | None = None


@define(eq=False, repr=False, slots=False, kw_only=True, on_setattr=[])
class FlagForm:
    """A flag of an operation.

    Attributes:
        default: Value where the user gives none; null passes nothing to the program.
        description: Shown in help; its first line in lists.
        type: What its values are converted to and checked against.
        required: Whether a value must be given.
        choices: Values, or mappings with value, alias, description and flags.
        allow_other: Whether values beside the choices are accepted.
        min: Smallest value, inclusive.
        max: Largest value, inclusive.
        distribution: How searches draw values between min and max.
        null_label: Shown instead of null.
        alias: Another name on the command line.
        arg_name: Name of the program's argument or global, if it is not the flag's.
        arg_skip: Whether the program is never told.
        arg_switch: Value for which the bare argument is passed, and nothing otherwise.
        arg_split: Whether a text is split like in a shell, or the separator to split it at.
        arg_encoding: Texts of arguments for particular values.
        env_name: Environment variable instead of FLAG_NAME.
        env_encoding: Texts of the environment variable for particular values.
        nb_replace: Regular expressions whose groups are replaced in a notebook.
    """

    default: Anything | None = None
    description: Label | None = None
    type: FlagType | None = None
    required: YesNo | None = None
    choices: Choices | None = None
    allow_other: YesNo | None = None
    min: Number | None = None
    max: Number | None = None
    distribution: Distribution | None = None
    null_label: Label | None = None
    alias: Text | None = None
    arg_name: Text | None = None
    arg_skip: YesNo | None = None
    arg_switch: Anything | None = None
    arg_split: ArgSplit | None = None
    arg_encoding: Mapping | None = None
    env_name: Text | None = None
    env_encoding: Mapping | None = None
    nb_replace: Regexes | None = None


@define(eq=False, repr=False, slots=False, kw_only=True, on_setattr=[])
class SourceForm:
    """Where files that an operation needs come from: one of file, url, operation, module, config.

    Attributes:
        file: Path of a file or directory, relative to the project.
        url: Address of a download, which is cached.
        operation: Operations, with commas between them, of which a run gives its files.
        module: Python module that must be importable.
        config: Config file that is copied with flag values in it.
        name: What users call it.
        flag_name: Flag by which users give another one; no for none.
        select: Regular expressions for the paths that are taken.
        select_min: As select; of the matches the one with the smallest number in its group.
        select_max: As select; of the matches the one with the largest number in its group.
        rename: New names of files, as PATTERN REPL.
        target_path: Directory below the run's that files go to.
        path: The same as target-path.
        target_type: Whether files are copied or linked.
        unpack: Whether archives are unpacked.
        type: Type of the archive, if its name does not tell.
        sha256: Digest that the file must have.
        post_process: Shell command that is run over what was downloaded or unpacked.
        params: Values for a config file.
        optional: Whether the run goes on without it.
        warn_if_empty: Whether there is a warning if no file is found.
        fail_if_empty: Whether it is an error if no file is found.
        replace_existing: Whether files that are there give way.
        always_resolve: Whether it is resolved again when a run is restarted.
        preserve_path: Whether the directory part of the source's path is kept.
        help: Shown where it can't be resolved.
    """

    file: Reference | None = field(default=None, metadata=_GIVEN)
    url: Reference | None = field(default=None, metadata=_GIVEN)
    operation: Reference | None = field(default=None, metadata=_GIVEN)
    module: Reference | None = field(default=None, metadata=_GIVEN)
    config: Reference | None = field(default=None, metadata=_GIVEN)
    name: Text | None = None
    flag_name: FlagName | None = None
    select: Regexes | None = None
    select_min: NumberRegexes | None = None
    select_max: NumberRegexes | None = None
    rename: Renames | None = None
    target_path: Text | None = None
    path: Text | None = None
    target_type: TargetType | None = None
    unpack: YesNo | None = None
    type: Archive | None = None
    sha256: Text | None = None
    post_process: Text | None = None
    params: Mapping | None = None
    optional: YesNo | None = None
    warn_if_empty: YesNo | None = None
    fail_if_empty: YesNo | None = None
    replace_existing: YesNo | None = None
    always_resolve: YesNo | None = None
    preserve_path: YesNo | None = None
    help: Label | None = None


@define(eq=False, repr=False, slots=False, kw_only=True, on_setattr=[])
class ResourceForm:
    """Sources that belong together.

    Attributes:
        sources: Where it comes from: sources, or paths of files.
        name: What it is called, where it is written in requires.
        description: Shown in help.
        target_path: Directory below the run's that files go to.
        path: The same as target-path.
        target_type: Whether files are copied or linked.
        default_unpack: Whether archives are unpacked unless their source says.
        preserve_path: Whether directory parts of paths are kept.
        private: Accepted for projects of the prior system.
        references: Where to read more.
    """

    sources: Sources | None = None
    name: Text | None = None
    description: Label | None = None
    target_path: Text | None = None
    path: Text | None = None
    target_type: TargetType | None = None
    default_unpack: YesNo | None = None
    preserve_path: YesNo | None = None
    private: YesNo | None = None
    references: Texts | None = None


@define(eq=False, repr=False, slots=False, kw_only=True, on_setattr=[])
class ResourceRefForm:
    """A named resource that an operation needs.

    Attributes:
        resource: Its name: RESOURCE, MODEL:RESOURCE or PACKAGE/RESOURCE.
        description: Shown in help.
    """

    resource: Reference | None = field(default=None, metadata=_GIVEN)
    description: Label | None = None


@define(eq=False, repr=False, slots=False, kw_only=True, on_setattr=[])
class StepForm:
    """A step of a pipeline. Its other attributes are options of `guild run`.

    Attributes:
        run: The operation, with flags and options, as after `guild run`.
        name: How the step is called, if not like its operation.
        flags: Its flags, instead of those in run.
        expect: What its run is expected to be like.
        checks: The same as expect.
        isolate_runs: Whether it only finds runs of the pipeline.
        opspec: The operation, instead of the one in run.
        batch_label: Label of the run of the batch.
        batch_tags: Tags of the run of the batch.
        fail_on_trial_error: Whether a batch stops at the first trial that fails.
        force_flags: Whether unknown flags, and values that don't fit, are accepted.
        force_sourcecode: Whether the project's source code is used when it is run again.
        gpus: Which GPUs it sees.
        jobs: How many trials run at a time.
        label: Template of its label.
        max_trials: Trials there are at most.
        maximize: Scalar that a search makes large.
        minimize: Scalar that a search makes small.
        needed: Whether it is left out if there is a run like it.
        no_gpus: Whether it sees no GPUs.
        opt_flags: Flags of the optimizer.
        optimize: Whether the operation's own optimizer is used.
        optimizer: Optimizer for its flags.
        random_seed: Seed for what is random in it.
        stop_after: Minutes after which it is stopped.
        tags: Tags of its run.
        additional_deps: Accepted for projects of the prior system.
        break_: Accepted for projects of the prior system.
        break_on_error: Accepted for projects of the prior system.
    """

    run: Command | None = field(default=None, metadata={"given": True, "required": True})
    name: Label | None = None
    flags: StepFlags | None = None
    expect: Checks | None = None
    checks: Checks | None = None
    isolate_runs: YesNo | None = None
    opspec: Text | None = None
    batch_label: Label | None = None
    batch_tags: StepTexts | None = None
    fail_on_trial_error: YesNo | None = None
    force_flags: YesNo | None = None
    force_sourcecode: YesNo | None = None
    gpus: Label | None = None
    jobs: Whole | None = None
    label: Label | None = None
    max_trials: Whole | None = None
    maximize: Label | None = None
    minimize: Label | None = None
    needed: YesNo | None = None
    no_gpus: YesNo | None = None
    opt_flags: StepTexts | None = None
    optimize: YesNo | None = None
    optimizer: Label | None = None
    random_seed: Whole | None = None
    stop_after: Number | None = None
    tags: StepTexts | None = None
    additional_deps: Anything | None = None
    break_: Anything | None = None
    break_on_error: Anything | None = None


@define(eq=False, repr=False, slots=False, kw_only=True, on_setattr=[])
class OperationForm:
    """Something that can be run.

    Attributes:
        description: Shown in lists and help.
        default: Whether it is run where no operation is named.
        main: Python module and arguments.
        exec: Command, split like in a shell.
        notebook: Path of a notebook.
        steps: Operations that are run one after the other.
        flags: Its flags by name: default values, or mappings with their attributes.
        flags_dest: Where the program takes flags from.
        flags_import: Which flags of the program count: yes, no, or a list of names.
        flags_import_skip: Flags of the program that don't count.
        default_flag_arg_skip: Whether flags are not passed unless they say so.
        flag_encoder: MODULE:FUNCTION that gives an optimizer flags in its own form.
        requires: Files, other runs and modules that it needs.
        env: Environment variables for its process.
        env_secrets: Environment variables that are not recorded.
        label: Template of labels.
        tags: Tags of its runs.
        compare: Columns for comparing its runs.
        output_scalars: Patterns for scalars in the output.
        output_attrs: Patterns for attributes in the output.
        objective: Scalar that searches make small or large.
        optimizer: Optimizer for its flags; yes for an operation that is one itself.
        optimizers: Optimizers for its flags, by name.
        default_max_trials: Trials there are at most unless the user says.
        can_stage_trials: As an optimizer, whether it can leave trials to be started later.
        sourcecode: Which files are copied as source code.
        plugins: Accepted for projects of the prior system.
        pip_freeze: Whether installed packages are recorded.
        python_requires: Versions of the interpreter that it runs with.
        python_path: Further directories for imports.
        run_attrs: Further attributes of its runs.
        delete_on_success: Whether a completed run is deleted.
        stoppable: Whether a run may be stopped early without being a failure.
        handle_keyboard_interrupt: Whether the program sees Ctrl-C itself.
        publish: Accepted for projects of the prior system.
    """

    description: Label | None = None
    default: YesNo | None = None
    main: Module | None = None
    exec: Exec | None = None
    notebook: Text | None = None
    steps: Steps | None = None
    flags: Flags | None = None
    flags_dest: FlagsDest | None = None
    flags_import: FlagsImport | None = None
    flags_import_skip: Texts | None = None
    default_flag_arg_skip: YesNo | None = None
    flag_encoder: Text | None = None
    requires: Requires | None = None
    env: Env | None = None
    env_secrets: Texts | None = None
    label: Label | None = None
    tags: Texts | None = None
    compare: Texts | None = None
    output_scalars: OutputScalars | None = None
    output_attrs: OutputScalars | None = None
    objective: Column | None = None
    optimizer: Optimizer | None = None
    optimizers: Optimizers | None = None
    default_max_trials: Count | None = None
    can_stage_trials: YesNo | None = None
    sourcecode: Selection | None = None
    plugins: Plugins | None = None
    pip_freeze: YesNo | None = None
    python_requires: PythonVersions | None = None
    python_path: Texts | None = None
    run_attrs: Mapping | None = None
    delete_on_success: YesNo | None = None
    stoppable: YesNo | None = None
    handle_keyboard_interrupt: YesNo | None = None
    publish: Mapping | None = None


@define(eq=False, repr=False, slots=False, kw_only=True, on_setattr=[])
class ModelForm:
    """A model: operations that belong together. Or a config, from which models inherit.

    Attributes:
        model: Its name.
        config: Its name, if it is only inherited from.
        description: Shown in lists and help.
        default: Whether its operations are meant where no model is named.
        extends: Models and configs whose attributes it gets.
        params: Values for references like {{ name }} in its texts.
        operations: Its operations by name.
        operation_defaults: Attributes of operations that don't say them.
        flags: Flags that operations can include.
        resources: What operations can require by name.
        sourcecode: Which files are copied as source code.
        references: Where to read more.
        plugins: Accepted for projects of the prior system.
        python_requires: Versions of the interpreter that its operations run with.
        extra: What else its author notes.
    """

    model: Text | None = field(default=None, metadata=_GIVEN)
    config: Text | None = field(default=None, metadata=_GIVEN)
    description: Label | None = None
    default: YesNo | None = None
    extends: Texts | None = None
    params: Mapping | None = None
    operations: Operations | None = None
    operation_defaults: Operation | None = None
    flags: Flags | None = None
    resources: Resources | None = None
    sourcecode: Selection | None = None
    references: Texts | None = None
    plugins: Plugins | None = None
    python_requires: PythonVersions | None = None
    extra: Mapping | None = None


@define(eq=False, repr=False, slots=False, kw_only=True, on_setattr=[])
class PackageForm:
    """A package that the project is distributed as.

    Attributes:
        package: Its name.
        description: What it is.
        version: Its version.
        url: Its page.
        author: Who made it.
        author_email: How to reach them.
        license: Under which it may be used.
        tags: Keywords.
        python_tag: Python versions in the name of the wheel.
        data_files: Further files in it.
        python_requires: Versions of the interpreter that it runs with.
        requires: Packages that it needs.
        packages: Python packages in it.
    """

    package: Text | None = field(default=None, metadata=_GIVEN)
    description: Label | None = None
    version: Label | None = None
    url: Text | None = None
    author: Text | None = None
    author_email: Text | None = None
    license: Text | None = None
    tags: Texts | None = None
    python_tag: Label | None = None
    data_files: Texts | None = None
    python_requires: PythonVersions | None = None
    requires: Texts | None = None
    packages: Anything | None = None


FORMS: dict[type, str] = {
    ChoiceForm: "choice",
    FlagForm: "flag",
    SourceForm: "source",
    ResourceForm: "resource",
    ResourceRefForm: "required resource",
    StepForm: "step",
    OperationForm: "operation",
    ModelForm: "model",
    PackageForm: "package",
}
"""The classes, and what users are told they are."""


def key_of(name: str) -> str:
    """The attribute in a file that an attribute of a class is."""
    return name.rstrip("_").replace("_", "-")


def attribute_names(form: Any) -> tuple[str, ...]:
    """The attributes of a form as they are in files."""
    return tuple(key_of(attribute.name) for attribute in form.__attrs_attrs__)


def is_no(value: object) -> bool:
    """Whether an attribute is no: it is neither yes nor left open."""
    return value is False
