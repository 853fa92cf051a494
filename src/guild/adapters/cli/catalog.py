"""The commands there are, without importing any of them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from guild.adapters.cli.spec import Command

    Row = tuple[str, str, str]

__all__ = [
    "COMMANDS",
    "GLOBAL_OPTIONS",
    "GROUPS",
    "listed",
    "load",
    "load_attribute",
    "module_of",
]

# Names as listed, module below `commands`, summary. A name that begins with an underscore is
# for programs: it is not listed.
COMMANDS: Sequence[Row] = (
    ("cat", "cat", "Show a file of a run."),
    ("check", "check", "Check the setup, the project and the runs."),
    ("comment", "comment", "Comment on runs."),
    ("compare", "compare", "Compare runs."),
    ("completion", "completion", "Write or install command completion for a shell."),
    ("help", "help", "Show help for a project or a command."),
    ("init", "init", "Make a directory a project with its own runs."),
    ("label", "label", "Set labels of runs."),
    ("ls", "ls", "List the files of a run."),
    ("mark", "mark", "Mark runs as the ones to use."),
    ("models", "models", "List the models of a project."),
    ("open", "open", "Open a run directory or a file of it."),
    ("operations, ops", "operations", "List the operations of a project."),
    ("run", "run", "Run an operation."),
    ("runs", "runs_list", "List and manage runs."),
    ("select", "select", "Show the IDs of runs."),
    ("stop", "stop", "Stop runs."),
    ("tag", "tag", "Set tags of runs."),
    ("_complete", "complete", "Print completions for the last of some words."),
)

_RUNS: Sequence[Row] = (
    ("comment", "comment", "Comment on runs."),
    ("delete, rm", "runs_delete", "Delete runs."),
    ("info", "runs_info", "Show what is known of a run."),
    ("label", "label", "Set labels of runs."),
    ("list", "runs_list", "List runs, the newest first."),
    ("mark", "mark", "Mark runs as the ones to use."),
    ("purge", "runs_purge", "Remove deleted runs for good."),
    ("restore", "runs_restore", "Restore deleted runs."),
    ("stop", "stop", "Stop runs."),
    ("tag", "tag", "Set tags of runs."),
)

GROUPS: dict[str, Sequence[Row]] = {"runs": _RUNS}

GLOBAL_OPTIONS: Sequence[tuple[str, str]] = (
    ("-C PATH", "Use PATH as the current directory for the command."),
    ("-H PATH", "Use PATH as Guild home (default is GUILD_HOME if that is set)."),
    ("--debug", "Log more information."),
    ("--version", "Show the version and exit."),
    ("--help", "Show this message and exit."),
)


def module_of(name: str, rows: Sequence[Row]) -> str | None:
    """The module of the command with a name or alias, None if there is no such command."""
    for names, module, _ in rows:
        if name == names or name in names.split(", "):
            return module
    return None


def listed(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Names and summaries for lists of commands."""
    return [(names, summary) for names, _, summary in rows if names[0] != "_"]


def load(module: str) -> Command:
    """The command that a module of `commands` declares."""
    command: Command = load_attribute(f"guild.adapters.cli.commands.{module}", "COMMAND")
    return command


def load_attribute(module: str, name: str) -> Any:
    """What a module calls by a name; the module is imported.

    Not typed: what it is depends on the module.
    """
    return getattr(__import__(module, fromlist=[name]), name)
