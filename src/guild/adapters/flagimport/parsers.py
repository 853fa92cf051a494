# ruff: noqa: ARG002 - every symbol is asked alike
"""A parser of `argparse` while it is built."""

from __future__ import annotations

from collections.abc import Callable

from attr import evolve

from guild.adapters.flagimport.arguments import (
    SUPPRESS,
    action_of,
    is_settled,
    listed_choices,
    settled,
    true_text,
    type_of,
)
from guild.adapters.flagimport.execution import Execution, Parsed
from guild.adapters.flagimport.objects import ClassObject, method_of
from guild.adapters.flagimport.options import Option, type_of_boolean
from guild.adapters.flagimport.symbols import UNKNOWN, Call, Method, Symbol

__all__ = ["Parser", "Parsers"]

_LAST_PARSES = {
    "parse_args",
    "parse_intermixed_args",
    "parse_args_into_dataclasses",
    "parse_args_and_config",
}
_FIRST_PARSES = {"parse_known_args", "parse_known_intermixed_args"}


class Parsers:
    """The parsers of one program.

    Attributes:
        made: In order.
        chosen: The one that parses the program's arguments.
    """

    def __init__(self) -> None:
        self.made: list[Parser] = []
        self.chosen: Parser | None = None


class Parser(Symbol):
    """A parser while it is built.

    Attributes:
        options: What it takes so far, in the order given.
        commands: Sub-parsers by name.
        in_doubt: Whether something was done to it that can't be seen.
        cls: The project's class it is an instance of.
        is_imported: Whether it was made when a module was imported: that may be another
            script's.
    """

    def __init__(self, parsers: Parsers, run: Execution) -> None:
        self.options: list[Option] = []
        self.commands: dict[str, Parser] = {}
        self.in_doubt = False
        self.cls: ClassObject | None = None
        self.is_imported = run.importing > 0
        self._parsers = parsers
        self._unsure = run.unsure
        self._defaults: dict[str, object] = {}
        self._argument_default: object = None
        self._prog = run.script.path.rpartition("/")[2] if run.script is not None else ""
        self._attributes: dict[str, object] = {}
        parsers.made.append(self)

    def set_up(self, call: Call) -> None:
        """Take over what its constructor is given."""
        self._argument_default = settled(call.get(-1, "argument_default"))
        prog = call.get(-1, "prog")
        self._prog = prog if isinstance(prog, str) else self._prog
        parents = call.get(-1, "parents", ())
        if not isinstance(parents, (list, tuple)):
            self.in_doubt = True
            return
        for parent in parents:
            if isinstance(parent, Parser):
                self.options += parent.options
                self._defaults.update(parent._defaults)
                self.in_doubt = self.in_doubt or parent.in_doubt
            else:
                self.in_doubt = True

    def name_below(self, parent: Parser, name: object) -> None:
        """Be the parser of a command of another parser."""
        self._prog = f"{parent._prog} {name}"

    def attribute(self, name: str, run: Execution) -> object:
        """Attribute set on it, of its class, or of `ArgumentParser`."""
        if name in self._attributes:
            return self._attributes[name]
        found = self.cls.find(name) if self.cls is not None else UNKNOWN
        return self.native(name, run) if found is UNKNOWN else method_of(self, found, run)

    def assign(self, name: str, value: object) -> None:
        """Effect of `parser.name = value`."""
        self._attributes[name] = value

    def native(self, name: str, run: Execution) -> object:
        """Attribute of `ArgumentParser` itself."""
        if name == "_action_groups":
            return [self, self]
        function = self._methods().get(name)
        if function is not None:
            return Method(function, self)
        if name.startswith(("_add", "_remove", "_registry", "_actions", "_option")):
            self.in_doubt = True
        return UNKNOWN

    def _methods(self) -> dict[str, Callable[[Call, Execution], object]]:
        methods = {
            "__init__": lambda call, _run: self.set_up(call),
            "add_argument": self._add_argument,
            "add": self._add_argument,
            "add_arg": self._add_argument,
            # A group gives what it is given to its parser.
            "add_argument_group": lambda _call, _run: self,
            "add_mutually_exclusive_group": lambda _call, _run: _Exclusive(self),
            "add_subparsers": lambda _call, _run: _Commands(self, self._parsers),
            "add_arguments": self._add_dataclass,
            "set_defaults": self._set_defaults,
        }
        methods.update(dict.fromkeys(_LAST_PARSES, self._parse))
        methods.update(dict.fromkeys(_FIRST_PARSES, self._parse_known))
        return methods

    def escape(self) -> None:
        """Code that can't be read may add to it."""
        self.in_doubt = True

    def _parse(self, call: Call, run: Execution) -> object:
        self._parsers.chosen = self
        raise Parsed

    def _parse_known(self, call: Call, run: Execution) -> object:
        # More may be added before the arguments are parsed once again.
        self._parsers.chosen = self
        return (UNKNOWN, UNKNOWN)

    def _add_argument(self, call: Call, run: Execution) -> object:
        strings = [text for text in call.args if isinstance(text, str)]
        if len(strings) < len(call.args) or not call.whole or run.unsure > self._unsure:
            self.in_doubt = True
        if any(text.startswith("-") for text in strings):
            option = self._option(tuple(strings), call)
            if not is_settled(option, call):
                self.in_doubt = True
            self.options.append(option)
        return UNKNOWN

    def _option(self, strings: tuple[str, ...], call: Call) -> Option:
        dest = call.get(-1, "dest") if call.whole else None
        if not isinstance(dest, str):
            longs = [text for text in strings if text.startswith("--")] or list(strings)
            dest = longs[0].lstrip("-").replace("-", "_")
        kind, shown = type_of(call.get(-1, "type"))
        default = settled(call.get(-1, "default", self._argument_default))
        if "default" not in call.kwargs and dest in self._defaults:
            default = self._defaults[dest]
        if isinstance(default, bool) and isinstance(call.get(-1, "type"), Symbol):
            kind, shown = type_of_boolean(kind, true_text(call.get(-1, "type"))), ""
        about = settled(call.get(-1, "help"))
        return Option(
            strings=strings,
            action=action_of(call.get(-1, "action")),
            default=None if default == SUPPRESS else default,
            type=kind,
            type_shown=shown,
            choices=listed_choices(call.get(-1, "choices")),
            required=call.get(-1, "required") is True,
            nargs=settled(call.get(-1, "nargs")),
            help=about if isinstance(about, str) else "",
            dest=dest,
            prog=self._prog,
        )

    def _set_defaults(self, call: Call, run: Execution) -> object:
        if not call.whole or run.unsure > self._unsure:
            self.in_doubt = True
        self._defaults.update(call.kwargs)
        self.options = [
            evolve(option, default=call.kwargs[option.dest])
            if option.dest in call.kwargs
            else option
            for option in self.options
        ]
        return None

    def _add_dataclass(self, call: Call, run: Execution) -> object:
        from guild.adapters.flagimport.dataclass_ import options_of

        cls = call.get(0, "dataclass")
        if isinstance(cls, ClassObject):
            self.options += options_of(cls, run, "hf")
        else:
            self.in_doubt = True
        return None


class _Exclusive(Symbol):
    """A group of options of which one can be given."""

    def __init__(self, parser: Parser) -> None:
        self._parser = parser
        self._added: set[tuple[str, ...]] = set()

    def attribute(self, name: str, run: Execution) -> object:
        """Method of the parser; what it adds is marked if it is not the only one."""
        if name not in ("add_argument", "add", "add_arg"):
            return self._parser.native(name, run)
        return Method(self._add, self._parser)

    def _add(self, call: Call, run: Execution) -> object:
        known = len(self._parser.options)
        added = self._parser.native("add_argument", run)
        if isinstance(added, Symbol):
            added.call(call, run)
        options = self._parser.options
        self._added.update(option.strings for option in options[known:])
        if len(self._added) > 1:
            self._parser.options = [
                evolve(option, is_exclusive=True) if option.strings in self._added else option
                for option in options
            ]
        return UNKNOWN

    def escape(self) -> None:
        self._parser.escape()


class _Commands(Symbol):
    """What `add_subparsers` returns."""

    def __init__(self, parser: Parser, parsers: Parsers) -> None:
        self._parser = parser
        self._parsers = parsers

    def attribute(self, name: str, run: Execution) -> object:
        return Method(self._add, self._parser) if name == "add_parser" else UNKNOWN

    def escape(self) -> None:
        self._parser.escape()

    def _add(self, call: Call, run: Execution) -> object:
        command = Parser(self._parsers, run)
        command.set_up(call)
        command.name_below(self._parser, call.get(0, "name"))
        aliases = call.get(-1, "aliases", ())
        names = [call.get(0, "name"), *(aliases if isinstance(aliases, (list, tuple)) else ())]
        for name in names:
            if isinstance(name, str):
                self._parser.commands[name] = command
            else:
                self._parser.in_doubt = True
        return command
