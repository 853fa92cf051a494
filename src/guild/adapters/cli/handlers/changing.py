"""What commands that change runs have in common: show, ask, do, tell."""

from __future__ import annotations

from collections.abc import Sequence

from guild.adapters.cli.context import Context
from guild.adapters.cli.spec import Values
from guild.domain.run import Run

__all__ = ["DECLINED", "agreed", "counted"]

DECLINED = 4
"""Exit status after a no to a confirmation."""


def agreed(
    context: Context,
    values: Values,
    runs: Sequence[Run],
    preview: str,
    prompt: str,
    *,
    default: bool = True,
    advice: str = "",
    warn: bool = False,
) -> bool:
    """Whether to go on: with `--yes`, or after a yes to the prompt below a preview.

    Args:
        runs: What something is about to be done to.
        preview: Says what.
        prompt: The question.
        default: What an empty answer means.
        advice: A line to heed, below the preview.
        warn: Whether the preview is a warning.
    """
    if values.flag("yes"):
        return True
    from guild.adapters.cli.handlers.rows import preview_lines  # not without a question

    console = context.console
    console.err(preview, style="yellow" if warn else "")
    if advice:
        console.err(advice, style="yellow")
    for line in preview_lines(context, runs):
        console.err(line)
    return console.confirm(prompt, default)


def counted(verb: str, count: int) -> str:
    """What was done to how many runs: `Deleted 1 run(s)`."""
    return f"{verb} {count} run(s)"
