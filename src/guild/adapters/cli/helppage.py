"""Help pages that are made without typer: that of `guild` itself, and all of them as JSON."""

from __future__ import annotations

from guild.adapters.cli.catalog import COMMANDS, GLOBAL_OPTIONS, listed
from guild.adapters.cli.layout import visible_width, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from guild.adapters.cli.console import Console
    from guild.adapters.cli.spec import Command

    Rows = Sequence[tuple[str, str]]

__all__ = ["command_json", "page", "root_help"]

ABOUT = "Track machine learning experiments without changing their code."
ROOT_USAGE = "[OPTIONS] COMMAND [ARGS]..."

_WIDEST, _NARROWEST = 80, 50
_WIDEST_TERM = 30


def root_help(console: Console) -> str:
    """The help of `guild`: a page, or a JSON object if `GUILD_HELP_JSON` is set."""
    commands = listed(COMMANDS)
    if "GUILD_HELP_JSON" in console.env:
        return _json("guild", ROOT_USAGE, ABOUT, GLOBAL_OPTIONS, commands)
    from guild.adapters.cli.console import columns

    width = min(columns(console.env, console.stdout) or _WIDEST, _WIDEST) - 2
    sections = (("Options", GLOBAL_OPTIONS), ("Commands", commands))
    return page("guild", ROOT_USAGE, ABOUT, sections, max(width, _NARROWEST))


def page(
    prog: str, usage: str, about: str, sections: Sequence[tuple[str, Rows]], width: int
) -> str:
    """A help page laid out as typer does without rich, with no line feed at its end.

    Args:
        prog: The command as typed.
        usage: What may follow it, in one line.
        about: One paragraph.
        sections: Headings and the terms and texts below them.
        width: Columns of the page.
    """
    lines = [f"Usage: {prog} {usage}", ""]
    lines += [f"  {line}" for line in wrap(about, width - 2)]
    for title, rows in sections:
        lines += ["", f"{title}:", *_definitions(rows, width)]
    return "\n".join(lines)


def _definitions(rows: Rows, width: int) -> list[str]:
    widest = max(visible_width(term) for term, _ in rows)
    first = min(widest, _WIDEST_TERM) + 2
    lines: list[str] = []
    for term, text in rows:
        wrapped = wrap(text, max(width - first - 2, 10))
        if visible_width(term) > first - 2:
            lines.append(f"  {term}")
        else:
            gap = " " * (first - visible_width(term))
            lines.append(f"  {term}{gap}{wrapped.pop(0)}")
        lines += [" " * (first + 2) + line for line in wrapped]
    return lines


def command_json(command: Command, prog: str, subcommands: Rows) -> str:
    """The help of a command as a JSON object, see `GUILD_HELP_JSON`."""
    options = [(option.term, option.help) for option in command.options if not option.hidden]
    options.append(("--help", "Show this message and exit."))
    usage = f"{command.usage} [COMMAND]" if subcommands else command.usage
    return _json(prog, usage, command.help, options, subcommands)


def _json(prog: str, args: str, about: str, options: Rows, commands: Rows) -> str:
    import json

    from guild import __version__

    return json.dumps(
        {
            "version": __version__,
            "usage": {"prog": prog, "args": args},
            "help": about,
            "options": [{"term": term, "help": text} for term, text in options],
            "commands": [{"term": term, "help": text} for term, text in commands],
        }
    )
