"""Comments of runs as lines of text."""

from __future__ import annotations

from guild.adapters.cli.context import Context
from guild.adapters.cli.handlers.rows import run_cells
from guild.adapters.cli.layout import wrap
from guild.adapters.cli.tables import table_lines
from guild.adapters.system.localtime import format_time
from guild.domain.display import shown
from guild.domain.run import Run

__all__ = ["comment_lines"]

_WIDTH = 74


def comment_lines(context: Context, run: Run) -> list[str]:
    """The run, then its comments: numbered, with author and time, the text below."""
    console = context.console
    header = table_lines([[run.short_id, *run_cells(context, run)]])
    lines = [console.styled(line, "yellow") for line in header]
    for number, said in enumerate(run.comments, 1):
        author = f"{said.user}@{said.host}" if said.host else said.user
        lines += [f"[{number}] {shown(author)} {format_time(said.time)}", ""]
        for paragraph in said.body.splitlines():
            lines += [f"  {line}" for line in wrap(shown(paragraph), _WIDTH)] or [""]
        lines.append("")
    return lines if run.comments else [*lines, "  <no comments>"]
