# ruff: noqa: ARG002 - every symbol and framework is asked alike
"""Options of `click` commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from guild.adapters.flagimport.click_options import TypeCall, click_flag, listed
from guild.adapters.flagimport.execution import Execution, Parsed
from guild.adapters.flagimport.objects import FunctionObject
from guild.adapters.flagimport.symbols import (
    UNKNOWN,
    Call,
    Framework,
    Method,
    Readout,
    Symbol,
)
from guild.domain.flagdef import FlagDef

__all__ = ["ClickReader", "command_names"]

_SUFFIXES = ("-command", "-cmd", "-group", "-grp")


class _Option(Symbol):
    """`click.option(...)`: a decorator."""

    def __init__(self, call: Call) -> None:
        self.arguments = call

    def call(self, call: Call, run: Execution) -> object:
        """Give the option to a function or command."""
        target = call.get(0, "f")
        if isinstance(target, Command):
            target.options.insert(0, self)
        elif isinstance(target, FunctionObject):
            return _Decorated(target, [self])
        elif isinstance(target, _Decorated):
            target.options.insert(0, self)
        return target


class _Decorated(Symbol):
    """A function that was given options but is no command yet."""

    def __init__(self, function: Symbol, options: list[_Option]) -> None:
        self.function = function
        self.options = options

    def attribute(self, name: str, run: Execution) -> object:
        """Attribute of the function."""
        return self.function.attribute(name, run)

    def call(self, call: Call, run: Execution) -> object:
        """Result of the function."""
        return self.function.call(call, run)


class Command(Symbol):
    """A command or group.

    Attributes:
        names: What it is called on the command line.
        options: In the order of the decorators.
        commands: Sub-commands by name.
        is_imported: Whether it was made when a module was imported.
    """

    def __init__(
        self, names: Sequence[str], options: list[_Option], reader: ClickReader, run: Execution
    ) -> None:
        self.is_imported = run.importing > 0
        self.names = names
        self.options = options
        self.commands: dict[str, Command] = {}
        self._reader = reader
        reader.commands.append(self)

    def attribute(self, name: str, run: Execution) -> object:
        """Methods that make or take sub-commands."""
        if name in ("command", "group"):
            return Method(lambda call, run: _maker(call, self._reader, self, run))
        if name == "add_command":
            return Method(self._add)
        if name == "main":
            return self
        if name in ("result_callback", "resultcallback"):
            return Method(lambda _call, _run: UNKNOWN)
        return UNKNOWN

    def _add(self, call: Call, run: Execution) -> object:
        command, name = call.get(0, "cmd"), call.get(1, "name")
        if isinstance(command, Command):
            names = [name] if isinstance(name, str) else command.names
            self.commands.update(dict.fromkeys(names, command))
        return None

    def call(self, call: Call, run: Execution) -> object:
        """The command is run."""
        self._reader.chosen = self
        raise Parsed


class _Maker(Symbol):
    """`click.command(...)`: a decorator that makes a command."""

    def __init__(self, call: Call, reader: ClickReader, parent: Command | None) -> None:
        self._arguments = call
        self._reader = reader
        self._parent = parent

    def call(self, call: Call, run: Execution) -> object:
        """The command of a function."""
        return self.make(call.get(0, "f"), run)

    def make(self, function: object, run: Execution) -> object:
        """The command of a function, below its parent if it has one."""
        options = function.options if isinstance(function, _Decorated) else []
        inner = function.function if isinstance(function, _Decorated) else function
        name = self._arguments.get(0, "name")
        given = inner.name if isinstance(inner, FunctionObject) else ""
        names = [name] if isinstance(name, str) else command_names(given)
        command = Command(names, options, self._reader, run)
        if self._parent is not None:
            self._parent.commands.update(dict.fromkeys(names, command))
        return command


def _maker(call: Call, reader: ClickReader, parent: Command | None, run: Execution) -> object:
    function = call.get(0, "name")
    if isinstance(function, (FunctionObject, _Decorated)):
        # A decorator without parentheses.
        return _Maker(Call(), reader, parent).make(function, run)
    return _Maker(call, reader, parent)


def command_names(function: str) -> list[str]:
    """Names of the command of a function: releases of click disagree on suffixes."""
    name = function.lower().replace("_", "-")
    short = [name.removesuffix(suffix) for suffix in _SUFFIXES if name.endswith(suffix)]
    return list(dict.fromkeys([function, name, *short]))


class ClickReader(Framework):
    """Finds the command that a script runs.

    Attributes:
        commands: Those it makes, in order.
        chosen: The one it calls.
    """

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.chosen: Command | None = None

    @property
    def is_parsing(self) -> bool:
        """Whether the script was seen to run a command."""
        return self.chosen is not None

    def hook(self, dotted: str) -> Callable[[Call, Execution], object] | None:
        """Meaning of click's decorators and types."""
        package, _, name = dotted.rpartition(".")
        if package.partition(".")[0] not in ("click", "rich_click"):
            return None
        if name in ("command", "group"):
            return lambda call, run: _maker(call, self, None, run)
        if name in ("Command", "Group"):
            return self._constructed
        if name == "option":
            return lambda call, _run: _Option(call)
        if name == "Option":
            return lambda call, _run: _Option(_flat(call))
        if name in ("Choice", "IntRange", "FloatRange", "Path", "File", "DateTime"):
            return lambda call, _run: TypeCall(f"click.{name}", call)
        return None

    def _constructed(self, call: Call, run: Execution) -> Command:
        options = [one for one in listed(call.get(-1, "params")) if isinstance(one, _Option)]
        name = call.get(0, "name")
        command = Command([name] if isinstance(name, str) else [], options, self, run)
        commands = call.get(-1, "commands", ())
        if isinstance(commands, dict):
            command.commands.update(
                {key: one for key, one in commands.items() if isinstance(one, Command)}
            )
        return command

    def readout(self, words: tuple[str, ...], run: Execution) -> Readout | None:
        """Options of the command the script runs, or the sub-command among the words."""
        own = [command for command in self.commands if not command.is_imported]
        if self.chosen is None and not own:
            return None
        command = self.chosen or _outermost(own)
        for word in words:
            command = command.commands.get(word, command)
        warnings: list[str] = []
        flags: dict[str, FlagDef] = {}
        taken: set[str] = set()
        for option in command.options:
            flag = click_flag(option.arguments, taken, warnings)
            if flag is not None:
                flags[flag.name] = flag
        return Readout(
            dest="args:click", flags=flags, taken=frozenset(taken), warnings=tuple(warnings)
        )


def _outermost(commands: Sequence[Command]) -> Command:
    inner = [one for command in commands for one in command.commands.values()]
    outer = [command for command in commands if command not in inner]
    return max(outer or commands, key=lambda command: len(command.commands))


def _flat(call: Call) -> Call:
    """`click.Option(["--x"], ...)` as `click.option("--x", ...)`."""
    return Call(listed(call.get(0, "param_decls")), call.kwargs, call.whole)
