"""Rows that show runs, as listings and previews have them."""

from __future__ import annotations

from collections.abc import Sequence

from guild.adapters.cli.context import Context
from guild.adapters.cli.tables import table_lines
from guild.adapters.system.localtime import format_time
from guild.domain.run import Run
from guild.domain.rundisplay import operation_description

__all__ = ["Parts", "description", "preview_lines", "run_cells", "status_text"]

Parts = Sequence[tuple[str, str]]
"""Text in pieces, each with its style."""


def description(context: Context, run: Run) -> Parts:
    """The operation, with where its project is unless that is here, and whether it is marked."""
    settings = context.guild.settings
    name, where, marked = operation_description(run, settings.cwd, settings.user_home)
    parts = [(name, "")]
    if where is not None:
        parts.append((f" ({where})", "dim"))
    if marked:
        parts.append((" [marked]", ""))
    return parts


def status_text(run: Run) -> str:
    """The status, with the remote that runs it."""
    return f"{run.status.value} ({run.remote})" if run.remote else run.status.value


def run_cells(context: Context, run: Run) -> list[str | Parts]:
    """Description, time of start, status and label."""
    return [description(context, run), format_time(run.started), status_text(run), run.label]


def preview_lines(context: Context, runs: Sequence[Run]) -> list[str]:
    """The table of runs that something is about to be done to."""
    rows = [[f"[{run.short_id}]", *run_cells(context, run)] for run in runs]
    return table_lines(rows, indent=2, width=context.console.width(err=True))
