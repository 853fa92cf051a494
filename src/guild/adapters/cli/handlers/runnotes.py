"""What `guild run` says where a run did not simply run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guild.adapters.cli.context import Context
from guild.app.outcomes import (
    SAID_SKIPPED,
    SAID_UNCHANGED,
    Background,
    Skipped,
    Staged,
    Unchanged,
)
from guild.domain.display import shown
from guild.domain.interruption import RunInterrupted, RunTimedOut
from guild.domain.leftout import SourceLimitReached

if TYPE_CHECKING:
    from guild.domain.events import Event

__all__ = ["note_event", "note_outcome"]


def note_event(context: Context, event: Event) -> None:
    """Say what happened meanwhile that the user should know."""
    match event:
        case SourceLimitReached():
            from guild.adapters.cli.handlers.sourcewarning import source_warning

            context.console.warn(source_warning(event))
        case RunInterrupted():
            if not context.guild.settings.switched_on("NO_OP_INTERRUPTED_MSG"):
                context.console.err("Operation interrupted - waiting for process to exit")
        case RunTimedOut(pid=pid, elapsed_s=elapsed_s):
            context.console.err(
                f"Stopping process early (pid {pid}) - {elapsed_s / 60:.1f} minute(s) elapsed"
            )
        case _:
            from guild.adapters.cli.handlers.depnotes import note_dependency
            from guild.domain.depevents import DependencyNote, Downloading

            if isinstance(event, DependencyNote | Downloading):
                note_dependency(context, event)


def note_outcome(
    context: Context, outcome: Staged | Background | Skipped | Unchanged, quiet: bool
) -> None:
    """Say what came of it."""
    match outcome:
        case Staged():
            if not quiet:
                _note_staged(context, outcome)
        case Background(run=run, pidfile=pidfile):
            if not quiet:
                context.console.err(
                    f"{shown(run.operation)} started in background as {run.id} (pidfile {pidfile})"
                )
        case Skipped(matches=matches):
            from guild.adapters.cli.handlers.rows import preview_lines

            context.console.err(SAID_SKIPPED)
            for line in preview_lines(context, matches):
                context.console.err(line)
        case Unchanged():
            context.console.err(SAID_UNCHANGED)


def _note_staged(context: Context, staged: Staged) -> None:
    import shlex

    run = staged.run
    name = shown(run.operation)
    if run.path == f"{context.guild.settings.home}/runs/{run.id}":
        context.console.out(f"{name} staged as {run.id}")
        context.console.out(f"To start the operation, use 'guild run --start {run.id}'")
        return
    path, command = shown(run.path), shown(shlex.join(staged.command))
    context.console.out(f"{name} staged in '{path}'")
    context.console.out(
        f"To start the operation, use \"(cd '{path}' && source .guild/ENV && {command})\""
    )
