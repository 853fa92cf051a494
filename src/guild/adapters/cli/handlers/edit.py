"""`guild label`, `guild tag` and `guild mark`."""

from __future__ import annotations

from guild.adapters.cli.context import Context
from guild.adapters.cli.errors import UsageError, exclude
from guild.adapters.cli.handlers.changing import DECLINED, agreed, counted
from guild.adapters.cli.handlers.query import run_query
from guild.adapters.cli.spec import Values
from guild.app.edit_runs import LabelChange, TagChange
from guild.domain.display import shown

__all__ = ["label", "mark", "tag"]

_NOT_SYNCED = "Labels are not updated - use --sync-labels to apply changes to run labels."
_SYNCED = "Labels are updated to reflect the latest tags."


def label(context: Context, values: Values) -> int:
    """Set, extend or clear labels."""
    exclude(values, "set", "append", "prepend")
    for name in ("set", "append", "prepend"):
        exclude(values, name, "remove")
        exclude(values, name, "clear")
    exclude(values, "remove", "clear")
    change = LabelChange(
        set=values.text("set"),
        append=values.text("append"),
        prepend=values.text("prepend"),
        remove=values.texts("remove"),
        clear=values.flag("clear"),
    )
    if change == LabelChange():
        raise UsageError("missing one of: --set, --append, --prepend, --remove, --clear")
    runs = context.guild.select_runs.many(run_query(context, values, default="1"))
    if not runs:
        return _nothing(context, "No runs to modify.")
    if not agreed(context, values, runs, _label_preview(change), "Continue?"):
        return DECLINED
    changed = context.guild.edit_runs.label(runs, change)
    context.console.err(counted("Cleared label for" if change.clear else "Labeled", len(changed)))
    return 0


def _label_preview(change: LabelChange) -> str:
    following = "the following runs:"
    if change.clear:
        return f"You are about to clear the label of {following}"
    if change.set is not None:
        return f"You are about to label the following runs with '{change.set}':"
    if change.append is not None:
        return f"You are about to append '{change.append}' to the label of {following}"
    if change.prepend is not None:
        return f"You are about to prepend '{change.prepend}' to the label of {following}"
    parts = ", ".join(f"'{part}'" for part in change.remove)
    return f"You are about to remove {parts} from the label of {following}"


def tag(context: Context, values: Values) -> int:
    """Add or remove tags, or list those in use."""
    change = TagChange(
        add=values.texts("add"),
        delete=values.texts("delete"),
        clear=values.flag("clear"),
        sync_labels=values.flag("sync_labels"),
    )
    if values.flag("list_all"):
        exclude(values, "list_all", "add", "delete", "clear")
        runs = context.guild.select_runs.many(run_query(context, values))
        for name in sorted({name for run in runs for name in run.tags}):
            context.console.out(shown(name))
        return 0
    if not (change.add or change.delete or change.clear):
        raise UsageError("missing one of: --add, --delete, --clear, --list-all")
    runs = context.guild.select_runs.many(run_query(context, values, default="1"))
    if not runs:
        return _nothing(context, "No runs to modify.")
    preview = "You are about to modify tags for the following runs:"
    advice = _SYNCED if change.sync_labels else _NOT_SYNCED
    if not agreed(context, values, runs, preview, "Continue?", advice=advice):
        return DECLINED
    context.console.err(
        counted("Modified tags for", len(context.guild.edit_runs.tag(runs, change)))
    )
    return 0


def mark(context: Context, values: Values) -> int:
    """Mark or unmark runs; the latest for which that changes something, unless runs are named."""
    clear = values.flag("clear")
    query = run_query(context, values, default="1")
    if not query.specs:
        runs = [run for run in context.guild.select_runs.all(query) if run.marked == clear][:1]
    else:
        runs = context.guild.select_runs.many(query)
    verb = "unmark" if clear else "mark"
    if not runs:
        return _nothing(context, f"No runs to {verb}.")
    preview = f"You are about to {verb} the following runs:"
    if not agreed(context, values, runs, preview, "Continue?"):
        return DECLINED
    changed = context.guild.edit_runs.mark(runs, marked=not clear)
    context.console.err(counted("Unmarked" if clear else "Marked", len(changed)))
    return 0


def _nothing(context: Context, text: str) -> int:
    context.console.err(text)
    return 0
