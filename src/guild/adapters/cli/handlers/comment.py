"""`guild comment`."""

from __future__ import annotations

from collections.abc import Sequence

from guild.adapters.cli.context import Context
from guild.adapters.cli.errors import Abort, exclude
from guild.adapters.cli.handlers.changing import DECLINED, agreed, counted
from guild.adapters.cli.handlers.comments import comment_lines
from guild.adapters.cli.handlers.editor import edited
from guild.adapters.cli.handlers.query import run_query
from guild.adapters.cli.handlers.rows import preview_lines
from guild.adapters.cli.spec import Values
from guild.domain.errors import GuildError
from guild.domain.run import Run

__all__ = ["comment"]


def comment(context: Context, values: Values) -> int:
    """Add, show or delete comments."""
    for first in ("list", "add", "edit"):
        for second in ("delete", "clear"):
            exclude(values, first, second)
    exclude(values, "list", "add")
    exclude(values, "delete", "clear")
    runs = context.guild.select_runs.many(run_query(context, values, default="1"))
    if not runs:
        context.console.err("No runs to modify.")
        return 0
    if values.flag("list"):
        for run in runs:
            for line in comment_lines(context, run):
                context.console.out(line)
        return 0
    if values.flag("clear"):
        return _clear(context, values, runs)
    number = values.int("delete")
    if number is not None:
        return _delete(context, values, runs, number)
    return _add(context, values, runs)


def _add(context: Context, values: Values, runs: Sequence[Run]) -> int:
    body = values.text("add")
    if body is None or values.flag("edit"):
        body = _edited(context, runs, body or "")
    else:
        preview = "You are about to add a comment to the following runs:"
        if not agreed(context, values, runs, preview, "Continue?"):
            return DECLINED
    if not body.strip():
        raise Abort("Aborting due to an empty comment.")
    user, at, host = (values.text("user") or "").partition("@")
    changed = context.guild.edit_runs.add_comment(
        runs, body, user=user or None, host=host if at else ("" if user else None)
    )
    context.console.err(counted("Added comment to", len(changed)))
    return 0


def _edited(context: Context, runs: Sequence[Run], body: str) -> str:
    listed = "\n".join(f"#{line}" for line in preview_lines(context, runs))
    text = edited(
        context,
        f"{body}\n\n# Type a comment. Lines that begin with '#' are left out.\n#\n{listed}\n",
        ".GUILD_COMMENT",
    )
    return "\n".join(line for line in text.splitlines() if not line.startswith("#")).strip()


def _delete(context: Context, values: Values, runs: Sequence[Run], number: int) -> int:
    if not any(len(run.comments) >= number for run in runs):
        raise GuildError(f"there is no comment {number}", "Try 'guild comment --list' for a list.")
    preview = f"You are about to delete comment {number} from the following runs:"
    if not agreed(context, values, runs, preview, "Continue?"):
        return DECLINED
    changed = context.guild.edit_runs.delete_comment(runs, number)
    context.console.err(counted("Deleted comment for", len(changed)))
    return 0


def _clear(context: Context, values: Values, runs: Sequence[Run]) -> int:
    preview = "WARNING: You are about to delete ALL comments from the following runs:"
    if not agreed(context, values, runs, preview, "Continue?", default=False, warn=True):
        return DECLINED
    changed = context.guild.edit_runs.clear_comments(runs)
    context.console.err(counted("Deleted all comments for", len(changed)))
    return 0
