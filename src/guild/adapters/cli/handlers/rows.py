"""Rows that show runs, as listings and previews have them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from guild.adapters.cli.context import Context
from guild.adapters.cli.tables import table_lines
from guild.adapters.system.localtime import format_time
from guild.domain.run import Run
from guild.domain.rundisplay import project_shown

__all__ = ["Parts", "descriptions", "preview_lines", "run_cells", "status_text"]

Parts = Sequence[tuple[str, str]]
"""Text in pieces, each with its style."""


Described = Callable[[str, str | None, bool], Parts]
"""Describes an operation by its name, the directory of its project, and whether it is marked."""


def descriptions(context: Context) -> Described:
    """What describes operations: their name, where their project is, whether they are marked.

    Of the project it says nothing if that is here. Most runs are of a few operations, so what
    was said once is kept.
    """
    settings = context.guild.settings
    known: dict[tuple[str, str | None, bool], Parts] = {}

    def described(operation: str, project: str | None, marked: bool) -> Parts:
        key = (operation, project, marked)
        if key not in known:
            where = project_shown(project, settings.cwd, settings.user_home)
            known[key] = (
                (operation, ""),
                (f" ({where})" if where is not None else "", "dim"),
                (" [marked]" if marked else "", ""),
            )
        return known[key]

    return described


def status_text(status: str, remote: str | None) -> str:
    """The status, with the remote that runs it."""
    return f"{status} ({remote})" if remote else status


def run_cells(context: Context, run: Run, described: Described | None = None) -> list[str | Parts]:
    """Description, time of start, status and label."""
    described = described or descriptions(context)
    return [
        described(run.operation, run.project_dir, run.marked),
        format_time(run.started),
        status_text(run.status.value, run.remote),
        run.label,
    ]


def preview_lines(context: Context, runs: Sequence[Run]) -> list[str]:
    """The table of runs that something is about to be done to."""
    described = descriptions(context)
    rows = [[f"[{run.short_id}]", *run_cells(context, run, described)] for run in runs]
    return table_lines(rows, indent=2, width=context.console.width(err=True))
