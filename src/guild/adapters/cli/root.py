"""The `guild` program: global options, the way to a command, and how it ends.

Nothing is imported here that `guild --help` does not need: see ADR 0002.
"""

from __future__ import annotations

import os
import sys

from guild.adapters.cli import catalog
from guild.adapters.cli.console import Console
from guild.adapters.cli.context import Context
from guild.adapters.cli.errors import Abort, OutputClosed, UsageError, hint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from guild.adapters.cli.spec import Command

__all__ = ["dispatch", "main", "run_command"]

_FAILED = 1
_CLOSED_PIPE = 141  # what a shell reports for a program ended by SIGPIPE

_DEBUG_LEVEL = 10


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status.

    Args:
        argv: The words after `guild`; those of the process if None.
    """
    args = list(sys.argv[1:] if argv is None else argv)
    console = Console(sys.stdin, sys.stdout, sys.stderr, os.environ)
    try:
        status = _ended(args, console)
        console.flush()
    except OutputClosed as closed:
        _discard_output()
        return _lost(closed.reason) if closed.reason else _CLOSED_PIPE
    return status


def _lost(reason: str) -> int:
    """Tell of output that could not be written, as far as that is possible."""
    try:
        sys.stderr.write(f"guild: cannot write output: {reason}\n")
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        pass
    return _FAILED


def _ended(args: list[str], console: Console) -> int:
    """Run a command line; what stops it becomes a message and an exit status."""
    try:
        return _run(args, console)
    except UsageError as error:
        return _failed(console, error.message, error.status, hint(error.prog or "guild"))
    except Abort as error:
        return _failed(console, error.message, _FAILED)
    except KeyboardInterrupt:
        return _FAILED
    except Exception as error:
        from guild.domain.errors import GuildError

        if isinstance(error, OSError):  # the system failed where nothing better is known of it
            error = GuildError(_told(error))
        if not isinstance(error, GuildError):
            raise
        return _failed(console, error.message, _FAILED, error.hint)


def _told(error: OSError) -> str:
    path = error.filename2 or error.filename
    where = f"{os.fsdecode(path)}: " if isinstance(path, str | bytes) and path else ""
    return f"{where}{error.strerror or str(error) or type(error).__name__}"


def _failed(console: Console, message: str, status: int, advice: str = "") -> int:
    if message:
        console.err(f"guild: {message}")
        for line in advice.split("\n") if advice else ():
            console.err(line)
    return status


def _discard_output() -> None:
    """Keep the interpreter from complaining, as it ends, about text that nobody will read."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            try:
                os.dup2(nowhere, stream.fileno())
            except (OSError, ValueError, AttributeError):  # closed, or without a file
                pass
    os.close(nowhere)


def _run(args: list[str], console: Console) -> int:
    options, words = _global_options(args)
    if "--version" in options:
        from guild import __version__

        console.out(f"guild {__version__}")
        return 0
    if "--help" in options or not words:
        from guild.adapters.cli.helppage import root_help

        console.out(root_help(console))
        return 0
    context = Context(
        args,
        console,
        console.env,
        cwd=_directory(options.get("-C", "")),
        home=_directory(options.get("-H", "") or console.env.get("GUILD_HOME", "")),
        debug="--debug" in options,
    )
    _set_log_level(context)
    return dispatch(words, context)


def _global_options(args: list[str]) -> tuple[dict[str, str], list[str]]:
    """Values of the options before the command, and the words from the command on."""
    options: dict[str, str] = {}
    position = 0
    while position < len(args):
        word = args[position]
        if word[:1] != "-" or word == "-":
            break
        position += 1
        if word == "--":
            break
        if word in ("--debug", "--help", "--version"):
            options[word] = ""
        elif word[:2] not in ("-C", "-H"):
            raise UsageError(f"unrecognized option '{word.partition('=')[0]}'")
        elif word[2:]:
            options[word[:2]] = word[2:]
        elif position == len(args):
            raise UsageError(f"Option '{word}' requires an argument.")
        else:
            options[word] = args[position]
            position += 1
    return options, args[position:]


def _directory(path: str) -> str | None:
    """The absolute path of a directory that was named, None if none was."""
    if not path:
        return None
    path = os.path.expanduser(path)
    if not os.path.isdir(path):
        from guild.domain.errors import GuildError

        if os.path.exists(path):
            raise GuildError(f"'{path}' is not a directory")
        raise GuildError(f"directory '{path}' does not exist")
    return os.path.abspath(path)


def _set_log_level(context: Context) -> None:
    told = context.env.get("LOG_LEVEL", "")
    if not context.debug and not told:
        return
    if not context.debug and not told.isdigit():
        from guild.domain.errors import GuildError

        raise GuildError(f"invalid value for LOG_LEVEL {told!r}: must be a number such as 20")
    context.console.level = _DEBUG_LEVEL if context.debug else int(told)
    from guild.adapters.cli.logs import configure  # imports logging, which is not cheap

    configure(context.console, context.console.level)


def dispatch(words: Sequence[str], context: Context) -> int:
    """Run the command that words name and return its exit status.

    Args:
        words: The command, for a group the command in it, and what follows; not empty.
        context: Handed to the command.

    Raises:
        UsageError: If there is no such command or what follows it is wrong.
    """
    name, *args = words
    module = _module(name, catalog.COMMANDS, "guild")
    prog = f"guild {name}"
    group = catalog.GROUPS.get(name, ())
    if group and args and args[0][:1] != "-":
        name, *args = args
        module = _module(name, group, prog)
        prog = f"{prog} {name}"
        group = ()
    return run_command(catalog.load(module), args, prog, context, catalog.listed(group))


def _module(name: str, rows: Sequence[catalog.Row], prog: str) -> str:
    module = catalog.module_of(name, rows)
    if module is not None:
        return module
    from guild.domain.nearest import did_you_mean

    known = [alias for names, _ in catalog.listed(rows) for alias in names.split(", ")]
    meant = did_you_mean(name, known)
    raise UsageError(f"No such command '{name}'.{meant and f' {meant}'}", prog)


def run_command(
    command: Command,
    args: Sequence[str],
    prog: str,
    context: Context,
    subcommands: Sequence[tuple[str, str]] = (),
) -> int:
    """Run a command and return its exit status.

    Args:
        command: What may be typed.
        args: The words after its name.
        prog: The command as typed.
        context: Handed to the command.
        subcommands: Names and summaries listed on its help page.

    Raises:
        UsageError: If the command line is wrong.
    """
    from guild.adapters.cli.quickparse import parse

    context.prog = prog
    values = parse(command, args)
    if values is None:
        from guild.adapters.cli import typerbuild

        read = typerbuild.parse(command, args, prog, subcommands)
        if isinstance(read, str):
            context.console.out(_help(read, command, prog, subcommands, context.env))
            return 0
        values = read
    module, _, function = command.handler.partition(":")
    try:
        status: int = catalog.load_attribute(module, function)(context, values)
    except UsageError as error:
        error.prog = error.prog or prog
        raise
    return status


def _help(
    page: str,
    command: Command,
    prog: str,
    subcommands: Sequence[tuple[str, str]],
    env: Mapping[str, str],
) -> str:
    if "GUILD_HELP_JSON" not in env:
        return page
    from guild.adapters.cli.helppage import command_json

    return command_json(command, prog, subcommands)
