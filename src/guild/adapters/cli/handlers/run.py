"""`guild run`."""

from __future__ import annotations

from guild.adapters.cli.context import Context
from guild.adapters.cli.errors import Contradiction, exclude
from guild.adapters.cli.spec import Values
from guild.app.run_plan import Finished, RunPlan
from guild.app.run_request import RunRequest
from guild.domain.errors import GuildError, NoSuchOperation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.app.batch_plan import BatchPlan
    from guild.app.outcomes import Outcome, Skipped, Unchanged
    from guild.domain.events import Event

__all__ = ["note_run_dir", "run", "show_process", "tell_outcome"]

_DECLINED = 0
"""Exit status after a no to the prompt: nothing was asked for that wasn't done."""

_CONTRADICTIONS = (
    ("no_gpus", "gpus"),
    ("print_cmd", "print_env"),
    ("stage", "background"),
    ("stage", "pidfile"),
    ("start", "restart"),
    ("run_id", "run_dir"),
    ("minimize", "maximize"),
    ("optimize", "optimizer"),
    ("print_trials", "save_trials"),
    ("print_trials", "stage_trials"),
)
_NOT_WITH_RESTART = (
    "help_model",
    "help_op",
    "optimize",
    "optimizer",
    "proto",
    "run_dir",
    "run_id",
    "test_output_scalars",
    "test_sourcecode",
    "test_flags",
)
_ASIDE = ("edit_batch_comment", "edit_comment", "edit_flags", "print_trials", "save_trials", "yes")
"""Options that are settled here: a run only keeps that they were given."""
_ABOUT_OPERATION = (
    "help_model",
    "help_op",
    "test_output_scalars",
    "test_sourcecode",
    "test_flags",
)
"""Options that show something of the operation; of several the first one does."""


def run(context: Context, values: Values) -> int:
    """Run an operation, or show what would be run."""
    for pair in _CONTRADICTIONS:
        exclude(values, *pair, said="both be used")
    if values.text("save_trials") is not None:
        context.guild.batch_files.check_saved(values.text("save_trials") or "")
    request = _request(context, values)
    if any(values[name] not in (None, False) for name in _ABOUT_OPERATION):
        return _show_operation(context, values, request)
    if values.flag("edit_flags"):
        plan = _with_edited_flags(context, request)
    else:
        plan = context.guild.plan_run(request)
    if not isinstance(plan, RunPlan):
        return _not_single(context, values, plan)
    for what in ("print", "save"):
        if values[f"{what}_trials"]:
            raise GuildError(f"cannot {what} trials for a non-batch operation")
    if values.flag("print_cmd") or values.flag("print_env"):
        return show_process(context, plan, env=values.flag("print_env"))
    if not values.flag("yes") and not _agreed(context, plan):
        return _DECLINED
    note_run_dir(context, plan)
    context.console.flush()
    if plan.pipeline is not None:
        from guild.adapters.cli.handlers.pipeline import run_pipeline

        return run_pipeline(context, plan)
    outcome = context.guild.start_run(plan, lambda event: _notify(context, event))
    return tell_outcome(context, outcome, values.flag("quiet"))


def _not_single(context: Context, values: Values, plan: BatchPlan | Skipped | Unchanged) -> int:
    from guild.adapters.cli.handlers.batch import run_batch
    from guild.app.batch_plan import BatchPlan

    if isinstance(plan, BatchPlan):
        return run_batch(context, values, plan)
    return tell_outcome(context, plan, values.flag("quiet"))


def _request(context: Context, values: Values) -> RunRequest:
    restart = values.text("restart") or values.text("start")
    words = [word for word in (values.text("opspec"), *values.texts("flags")) if word is not None]
    named = bool(words) and "=" not in words[0] and not words[0].startswith("@")
    opspec = words.pop(0) if named else None
    if restart is not None:
        _check_restart(values, opspec)
    minutes = values.number("stop_after")
    return RunRequest(
        opspec=opspec,
        flags=tuple(words),
        restart=restart,
        proto=values.text("proto"),
        label=values.text("label"),
        tags=values.texts("tags"),
        comment=_comment(context, values, "comment"),
        run_id=values.text("run_id"),
        run_dir=values.text("run_dir"),
        stage=values.flag("stage"),
        needed=values.flag("needed"),
        additional_deps=values.texts("additional_deps"),
        force_deps=values.flag("force_deps"),
        force_flags=values.flag("force_flags"),
        force_sourcecode=values.flag("force_sourcecode"),
        debug_sourcecode=values.text("debug_sourcecode"),
        gpus=values.text("gpus"),
        no_gpus=values.flag("no_gpus"),
        random_seed=values.int("random_seed"),
        stop_after=minutes,
        background=values.flag("background"),
        pidfile=values.text("pidfile"),
        keep_run=values.flag("keep_run"),
        quiet=values.flag("quiet"),
        break_=values.texts("break_"),
        break_on_error=values.flag("break_on_error"),
        optimizer=values.text("optimizer"),
        optimize=values.flag("optimize"),
        opt_flags=values.texts("opt_flags"),
        minimize=values.text("minimize"),
        maximize=values.text("maximize"),
        max_trials=values.int("max_trials"),
        stage_trials=values.flag("stage_trials"),
        fail_on_trial_error=values.flag("fail_on_trial_error"),
        jobs=values.int("jobs"),
        batch_label=values.text("batch_label"),
        batch_tags=values.texts("batch_tags"),
        batch_comment=_comment(context, values, "batch_comment"),
        keep_batch=values.flag("keep_batch"),
        aside={name: values[name] for name in _ASIDE},
    )


def _check_restart(values: Values, opspec: str | None) -> None:
    if opspec is not None:
        raise Contradiction("OPERATION cannot be used with --restart")
    for name in _NOT_WITH_RESTART:
        if values[name] not in (None, False, ()):
            raise Contradiction(f"--{name.replace('_', '-')} cannot be used with --restart")


def _comment(context: Context, values: Values, name: str) -> str | None:
    text = values.text(name)
    if not values.flag(f"edit_{name}"):
        return text
    from guild.adapters.cli.errors import Abort
    from guild.adapters.cli.handlers.editor import edited

    help_text = "# Type a comment for the run. Lines that begin with '#' are left out.\n"
    lines = edited(context, f"{text or ''}\n\n{help_text}", ".GUILD_COMMENT").splitlines()
    comment = "\n".join(line for line in lines if not line.startswith("#")).strip()
    if not comment:
        raise Abort("Aborting due to an empty comment.")
    return comment


def _with_edited_flags(
    context: Context, request: RunRequest
) -> RunPlan | BatchPlan | Skipped | Unchanged:
    from guild.adapters.cli.handlers.editflags import edit_flags
    from guild.app.outcomes import Skipped, Unchanged

    plan = context.guild.plan_run(request.replaced(needed=False))
    assert not isinstance(plan, Skipped | Unchanged)  # that is what is needed
    edited = edit_flags(context, plan if isinstance(plan, RunPlan) else plan.trial)
    return context.guild.plan_run(request.replaced(edited_flags=edited))


def _show_operation(context: Context, values: Values, request: RunRequest) -> int:
    if values.flag("help_model"):
        from guild.adapters.cli.handlers.modelhelp import show_model

        return show_model(context, request.opspec)
    if not values.flag("help_op") and values.text("test_output_scalars") is not None:
        from guild.adapters.cli.handlers.scalartest import test_output_scalars

        return test_output_scalars(context, request, values.text("test_output_scalars") or "")
    if not values.flag("help_op") and values.flag("test_sourcecode"):
        from guild.adapters.cli.handlers.sourcetest import test_sourcecode

        return test_sourcecode(context, request)
    if not values.flag("help_op"):
        from guild.adapters.cli.handlers.flagtest import test_flags

        return test_flags(context, request)
    from guild.adapters.cli.handlers.ophelp import operation_help, optimizer_help

    width = context.console.width()
    try:
        operation = context.guild.catalog.find(request.opspec or "")
    except NoSuchOperation:
        optimizer = context.guild.plan_batch.optimizer_flags(request.opspec or "")
        if optimizer is None:
            raise
        for line in optimizer_help(request.opspec or "", optimizer, width):
            context.console.out(line)
        return 0
    for line in operation_help(operation, width):
        context.console.out(line)
    return 0


def show_process(context: Context, plan: RunPlan, *, env: bool) -> int:
    """Show the command of a run, or its operation's environment."""
    import shlex

    from guild.domain.command import command_line, process_env, shadowed_flags

    command = plan.operation.command
    settings = context.guild.settings
    if not env:
        for warning in shadowed_flags(command, plan.flags):
            context.console.warn(warning)
        words = command_line(command, plan.flags, settings.python_exe)
        context.console.data(shlex.join(words))
        return 0
    inherited = {"PYTHONPATH": settings.env.get("PYTHONPATH", "")}
    paths = (*(plan.start.python_path or (plan.operation.source_dest,)), settings.guild_path)
    variables = process_env(inherited, command, plan.flags, plan.start.env, paths)
    for name, value in sorted(variables.items()):
        context.console.data(f"{name}={shlex.quote(value) if value else ''}")
    return 0


def _agreed(context: Context, plan: RunPlan) -> bool:
    from guild.adapters.cli.handlers.runpreview import preview_lines

    for line in preview_lines(plan, context.guild.settings.cwd):
        context.console.err(line)
    return context.console.confirm("Continue?", default=True)


def note_run_dir(context: Context, plan: RunPlan) -> None:
    """Say that a run is made where nothing here finds it."""
    directory = plan.start.run_dir
    silent = context.guild.settings.switched_on("NO_WARN_RUNDIR")
    if directory and not plan.start.stage and not silent:
        context.console.note(
            f"Run directory is '{directory}' (results will not be visible to Guild)"
        )


def _notify(context: Context, event: Event) -> None:
    from guild.adapters.cli.handlers.runnotes import note_event

    note_event(context, event)


def tell_outcome(context: Context, outcome: Outcome, quiet: bool) -> int:
    """Say what came of it, where the output doesn't. Returns the exit status."""
    if not isinstance(outcome, Finished):
        from guild.adapters.cli.handlers.runnotes import note_outcome

        note_outcome(context, outcome, quiet)
        return 0
    if outcome.deleted:
        run = outcome.run
        context.console.err(
            f"Deleting interim run {run.id} ('{run.operation}' is configured for deletion on"
            " success)"
        )
    return outcome.code % 256
