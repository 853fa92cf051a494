"""`guild runs delete`, `restore` and `purge`."""

from __future__ import annotations

from collections.abc import Sequence

from guild.adapters.cli.context import Context
from guild.adapters.cli.handlers.changing import DECLINED, agreed, counted
from guild.adapters.cli.handlers.query import run_query
from guild.adapters.cli.spec import Values
from guild.domain.run import Run
from guild.domain.status import Status

__all__ = ["delete", "purge", "restore"]

_STILL_RUNNING = (
    "WARNING: One or more runs are still running and will be stopped before being deleted."
)


def delete(context: Context, values: Values) -> int:
    """Delete runs: to the trash, or for good."""
    runs = _selected(context, values)
    if not runs:
        return _nothing(context, "Nothing to delete.")
    permanent = values.flag("permanent")
    if not _agreed_to_delete(context, values, runs, permanent):
        return DECLINED
    if not values.flag("yes") and any(_is_at_work(context, run) for run in runs):
        context.console.err(_STILL_RUNNING, style="yellow")
        if not context.console.confirm("Really delete these runs?", default=False):
            return DECLINED
    deleted = context.guild.delete_runs.delete(runs, permanent=permanent)
    context.console.err(counted("Permanently deleted" if permanent else "Deleted", len(deleted)))
    return 0


def restore(context: Context, values: Values) -> int:
    """Bring deleted runs back."""
    runs = _selected(context, values, deleted=True)
    if not runs:
        return _nothing(context, "Nothing to restore.")
    preview = "You are about to restore the following runs:"
    if not agreed(context, values, runs, preview, counted("Restore", len(runs)) + "?"):
        return DECLINED
    context.console.err(counted("Restored", len(context.guild.delete_runs.restore(runs))))
    return 0


def purge(context: Context, values: Values) -> int:
    """Remove deleted runs for good."""
    runs = _selected(context, values, deleted=True)
    if not runs:
        context.guild.delete_runs.purge([])  # it also removes what is left of earlier ones
        return _nothing(context, "Nothing to purge.")
    if not _agreed_to_delete(context, values, runs, permanent=True):
        return DECLINED
    purged = context.guild.delete_runs.purge(runs)
    context.console.err(counted("Permanently deleted", len(purged)))
    return 0


def _selected(context: Context, values: Values, *, deleted: bool = False) -> list[Run]:
    """The runs that are meant; as read only if they are to be shown."""
    query = run_query(context, values, deleted=deleted)
    select = context.guild.select_runs
    return select.located(query) if values.flag("yes") else select.many(query)


def _agreed_to_delete(
    context: Context, values: Values, runs: Sequence[Run], permanent: bool
) -> bool:
    if permanent:
        return agreed(
            context,
            values,
            runs,
            "WARNING: You are about to permanently delete the following runs:",
            counted("Permanently delete", len(runs)) + "?",
            default=False,
            warn=True,
        )
    preview = "You are about to delete the following runs:"
    return agreed(context, values, runs, preview, counted("Delete", len(runs)) + "?")


def _is_at_work(context: Context, run: Run) -> bool:
    """Whether a process would have to be stopped, be it one that only prepares the run."""
    from guild.domain.owner import Reach  # only who is asked is told

    owner = context.guild.stop_runs.owner(run)
    return run.status is Status.RUNNING or owner.reach is Reach.HERE


def _nothing(context: Context, text: str) -> int:
    context.console.err(text)
    return 0
