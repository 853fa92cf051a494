"""`guild help`: the help page of `guild` or of one of its commands."""

from __future__ import annotations

from guild.adapters.cli.spec import Argument, Command, Values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.adapters.cli.context import Context

__all__ = ["COMMAND", "show_help"]

COMMAND = Command(
    "help",
    "Show help for a command.",
    "guild.adapters.cli.commands.help:show_help",
    help="Show help for COMMAND, or a list of all commands.",
    arguments=(Argument("command", "COMMAND", many=True),),
)


def show_help(context: Context, values: Values) -> int:
    """Show the help page of the command that is named, as its `--help` does."""
    words = values.texts("command")
    if not words:
        from guild.adapters.cli.helppage import root_help

        context.console.out(root_help(context.console))
        return 0
    from guild.adapters.cli.root import dispatch

    return dispatch([*words, "--help"], context)
