"""`guild _complete`: what completion scripts ask for the words on a command line."""

from __future__ import annotations

from guild.adapters.cli.spec import Argument, Command, Values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.adapters.cli.context import Context
    from guild.domain.guildfile import Guildfile

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

    def project(directory: str | None) -> Guildfile | None:
        from guild.domain.errors import GuildError

        try:
            return _in(context, directory).guild.project
        except (GuildError, OSError):  # What is wrong is told where the command is run.
            return None

    for word, about in candidates(values.texts("words"), project):
        if word.isprintable():
            context.console.out(f"{word}\t{about if about.isprintable() else ''}")
    return 0


def _in(context: Context, directory: str | None) -> Context:
    if directory is None:
        return context
    import os

    from guild.adapters.cli.context import Context

    path = os.path.abspath(os.path.expanduser(directory))
    return Context(context.argv, context.console, context.env, cwd=path, home=context.home)
