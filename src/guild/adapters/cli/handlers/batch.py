"""`guild run` of a batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from guild.adapters.cli.batchdisplay import BatchDisplay
from guild.adapters.cli.context import Context
from guild.adapters.cli.handlers.run import note_run_dir, show_process
from guild.adapters.cli.handlers.runnotes import note_event, note_outcome
from guild.adapters.cli.handlers.runpreview import flag_lines, subject
from guild.adapters.cli.spec import Values
from guild.app.batch_plan import BatchPlan
from guild.app.run_plan import Finished
from guild.domain.batchevents import BatchProgress
from guild.domain.batchpreview import FROM_ROWS, MANY_TRIALS, batch_phrase, batch_verb
from guild.domain.display import shown
from guild.domain.errors import GuildError
from guild.domain.flags import FlagSet
from guild.domain.lognote import LogNote
from guild.domain.trialtable import trial_table

if TYPE_CHECKING:
    from guild.domain.events import Event
    from guild.domain.flags import FlagValue

__all__ = ["run_batch"]

_DECLINED = 0
_MOST_SHOWN = 20


def run_batch(context: Context, values: Values, plan: BatchPlan) -> int:
    """Run a batch, or show what would be run."""
    if values.flag("print_cmd"):
        return _print_commands(context, plan)
    if values.flag("print_env"):
        return show_process(context, plan.trial, env=True)
    if values.flag("print_trials"):
        for line in trial_table(_trials(context, plan, "printing trials")):
            context.console.out(line)
        return 0
    path = values.text("save_trials")
    if path is not None:
        return _save(context, plan, path)
    if not values.flag("yes"):
        if not _agreed(context, plan):
            return _DECLINED
    elif (plan.batch.size or 0) >= MANY_TRIALS:
        context.console.warn(f"this batch has {plan.batch.size:,} trials")
    note_run_dir(context, plan.run)
    context.console.flush()
    return _carried_out(context, plan, values.flag("quiet"))


def _carried_out(context: Context, plan: BatchPlan, quiet: bool) -> int:
    with BatchDisplay(context.console, notes_only=_shows_output(plan, quiet)) as display:
        outcome = context.guild.run_batch(
            plan, lambda event: _notify(context, event, display), progress=display.draws
        )
    if isinstance(outcome, Finished):
        return outcome.exit_status % 256
    note_outcome(context, outcome, quiet)
    return 0


def _shows_output(plan: BatchPlan, quiet: bool) -> bool:
    """Whether trials write to the terminal, or there are none to be waited for."""
    shown = plan.jobs == 1 and not quiet
    return shown or plan.program or plan.stage_trials or plan.run.start.background


def _notify(context: Context, event: Event, display: BatchDisplay) -> None:
    match event:
        case LogNote():
            display.note(event)
        case BatchProgress():
            display.update(event)
        case _:
            with display.aside():
                note_event(context, event)


def _trials(context: Context, plan: BatchPlan, what: str) -> list[FlagSet]:
    if plan.sequential:
        raise GuildError(f"optimizer does not support {what}")
    return context.guild.run_batch.planned(plan)


def _save(context: Context, plan: BatchPlan, path: str) -> int:
    trials = _trials(context, plan, "saving trials")
    context.console.out(f"Saving trials to {shown(path)}")
    context.guild.batch_files.save(path, trials)
    return 0


def _print_commands(context: Context, plan: BatchPlan) -> int:
    import shlex

    from guild.domain.command import command_line

    python = context.guild.settings.python_exe
    trials = _trials(context, plan, "printing trials command")
    for each in (plan.run, *(plan.trial.replaced(flags=flags) for flags in trials)):
        words = command_line(each.operation.command, each.flags, python)
        context.console.data(shlex.join(words))
    return 0


def _agreed(context: Context, plan: BatchPlan) -> bool:
    for line in _preview(plan, context.guild.settings.cwd):
        context.console.err(line)
    return context.console.confirm("Continue?", default=True)


def _preview(plan: BatchPlan, cwd: str) -> Iterator[str]:
    start = plan.run.start
    verb = batch_verb(
        stage=start.stage, stage_trials=plan.stage_trials, restart=plan.run.restart is not None
    )
    run = plan.run.restart
    what = f"{run.id} ({plan.run.name})" if run else subject(plan.trial, cwd)
    objective = plan.objective if plan.sequential else None
    how = batch_phrase(plan.shown_as, plan.batch.size, objective)
    from_rows = FROM_ROWS if plan.rows and plan.trial.flags else ""
    yield f"You are about to {verb} {shown(what)}{shown(how)}{from_rows}"
    shortened = {name: _shortened(value) for name, value in plan.trial.flags.items()}
    yield from flag_lines(FlagSet(shortened), plan.trial.flag_defs)
    if plan.run.flags:
        yield "Optimizer flags:"
        yield from flag_lines(plan.run.flags, plan.run.flag_defs)


def _shortened(value: FlagValue) -> FlagValue:
    """A long list by its ends: the number of trials is to stay in sight."""
    if not isinstance(value, list) or len(value) <= _MOST_SHOWN:
        return value
    half = _MOST_SHOWN // 2
    return [*value[:half], f"({len(value) - 2 * half} more)", *value[-half:]]
