"""`guild run` of a pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guild.adapters.cli.batchdisplay import BatchDisplay
from guild.adapters.cli.context import Context
from guild.adapters.cli.handlers.run import tell_outcome
from guild.adapters.cli.handlers.runnotes import note_event
from guild.adapters.cli.stepwords import read_words
from guild.app.run_plan import RunPlan
from guild.domain.lognote import LogNote, PlainNote

if TYPE_CHECKING:
    from guild.app.outcomes import Outcome
    from guild.domain.events import Event

__all__ = ["run_pipeline", "run_steps"]


def run_pipeline(context: Context, plan: RunPlan) -> int:
    """Run a pipeline, or make it if it is to be staged."""
    quiet = plan.start.quiet
    with BatchDisplay(context.console, notes_only=True) as display:
        outcome = context.guild.run_pipeline(
            plan,
            read_words,
            lambda event: _notify(context, event, display),
            lambda outcome: _tell(context, outcome, quiet),
        )
    return tell_outcome(context, outcome, quiet)


def run_steps(context: Context, run_dir: str) -> int:
    """Run the steps of a run whose process this is. Returns the exit status."""
    from guild.app.plan_like import plan_like
    from guild.app.run_request import RunRequest

    guild = context.guild
    run = guild.store.at(run_dir)
    plan = plan_like(guild.plan_run, RunRequest(), run)
    if plan.pipeline is None:
        context.console.warn(f"no steps defined for run {run.id}")
        return 0
    with BatchDisplay(context.console, notes_only=True) as display:
        status = guild.run_pipeline.inside(
            plan,
            run,
            read_words,
            lambda event: _notify(context, event, display),
            lambda outcome: _tell(context, outcome, quiet=False),
        )
    return status % 256


def _notify(context: Context, event: Event, display: BatchDisplay) -> None:
    match event:
        case LogNote():
            display.note(event)
        case PlainNote(text=text):
            context.console.err(text)
        case _:
            note_event(context, event)


def _tell(context: Context, outcome: Outcome, quiet: bool) -> None:
    tell_outcome(context, outcome, quiet)
    context.console.flush()
