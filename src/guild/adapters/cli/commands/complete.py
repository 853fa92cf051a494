"""`guild _complete`: what completion scripts ask for the words on a command line."""

from __future__ import annotations

from guild.adapters.cli.spec import Argument, Command, Values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.adapters.cli.context import Context

__all__ = ["COMMAND", "complete"]

COMMAND = Command(
    "_complete",
    "Print completions for the last of some words.",
    "guild.adapters.cli.commands.complete:complete",
    help="Print completions for the last of some words after `guild`, one in a line, each"
    " with a description after a tab. Nothing is printed where a file may be meant.",
    arguments=(Argument("words", "WORD", many=True),),
)


def complete(context: Context, values: Values) -> int:
    """Print the completions."""
    from guild.adapters.cli.completing import candidates

    for word, about in candidates(values.texts("words")):
        context.console.out(f"{word}\t{about}")
    return 0
