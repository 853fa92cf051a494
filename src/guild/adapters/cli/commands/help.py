"""`guild help`: the help of a project, or of a command."""

from __future__ import annotations

from guild.adapters.cli.spec import Argument, Command, Option, Values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.adapters.cli.context import Context

__all__ = ["COMMAND", "show_help"]

COMMAND = Command(
    "help",
    "Show help for a project or a command.",
    "guild.adapters.cli.commands.help:show_help",
    help="Show help for the project of the current directory: its models, their operations and"
    " flags. WHAT is the path of another project, the name of an installed package, or a command"
    " of guild, which is then explained.",
    options=(
        Option("markdown", "--markdown", kind="flag", help="Write Markdown."),
        Option(
            "base_heading_level",
            "--base-heading-level",
            kind="int",
            min=1,
            max=6,
            default=1,
            metavar="N",
            help="Level of the first heading in Markdown (default is 1).",
        ),
        Option(
            "title",
            "--title",
            default="Guild AI Help",
            metavar="TITLE",
            help="The first heading in Markdown (default is 'Guild AI Help').",
        ),
        Option("no_pager", "-n", "--no-pager", kind="flag", help="Don't use a pager."),
    ),
    arguments=(Argument("what", "WHAT", many=True),),
)


def show_help(context: Context, values: Values) -> int:
    """Show the help page of the command that is named, as its `--help` does, or a project's."""
    words = values.texts("what")
    if words and _is_command(words):
        from guild.adapters.cli.root import dispatch

        return dispatch([*words, "--help"], context)
    from guild.adapters.cli.handlers.projecthelp import project_help

    return project_help(context, values)


def _is_command(words: tuple[str, ...]) -> bool:
    from guild.adapters.cli.catalog import COMMANDS, module_of

    return len(words) > 1 or module_of(words[0], COMMANDS) is not None
