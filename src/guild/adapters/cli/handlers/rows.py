"""Rows that show runs, as listings and previews have them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from guild.adapters.cli.context import Context
from guild.adapters.cli.tables import table_lines
from guild.adapters.system.localtime import format_time
from guild.domain.run import Run
from guild.domain.rundisplay import operation_description

__all__ = ["Parts", "description", "descriptions", "preview_lines", "run_cells", "status_text"]

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


def descriptions(context: Context) -> Callable[[Run], Parts]:
    """What gives `description` for many runs: most are of a few operations."""
    # The references are kept, so that no other one gets the place in memory of one of them.
    known: dict[tuple[int, int, bool], tuple[Parts, object, object]] = {}

    def described(run: Run) -> Parts:
        key = (id(run.opref), id(run.proto), run.marked)
        found = known.get(key)
        if found is None:
            found = known[key] = (description(context, run), run.opref, run.proto)
        return found[0]

    return described


def status_text(run: Run) -> str:
    """The status, with the remote that runs it."""
    return f"{run.status.value} ({run.remote})" if run.remote else run.status.value


def run_cells(context: Context, run: Run, described: Parts | None = None) -> list[str | Parts]:
    """Description, time of start, status and label."""
    if described is None:
        described = description(context, run)
    return [described, format_time(run.started), status_text(run), run.label]


def preview_lines(context: Context, runs: Sequence[Run]) -> list[str]:
    """The table of runs that something is about to be done to."""
    rows = [[f"[{run.short_id}]", *run_cells(context, run)] for run in runs]
    return table_lines(rows, indent=2, width=context.console.width(err=True))
