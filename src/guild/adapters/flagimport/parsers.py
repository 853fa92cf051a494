# ruff: noqa: ARG002 - every symbol is asked alike
"""A parser of `argparse` while it is built."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve

from guild.adapters.flagimport.execution import Execution, Parsed
from guild.adapters.flagimport.objects import ClassObject, FunctionObject, method_of
from guild.adapters.flagimport.options import Option
from guild.adapters.flagimport.symbols import UNKNOWN, Call, External, Method, Symbol, is_known

__all__ = ["Parser", "Parsers"]

_SUPPRESS = "==SUPPRESS=="
_LAST_PARSES = {
    "parse_args",
    "parse_intermixed_args",
    "parse_args_into_dataclasses",
    "parse_args_and_config",
}
_FIRST_PARSES = {"parse_known_args", "parse_known_intermixed_args"}
_CONSTANTS = {
    "argparse.SUPPRESS": _SUPPRESS,
    "argparse.REMAINDER": "...",
    "argparse.OPTIONAL": "?",
    "argparse.ZERO_OR_MORE": "*",
    "argparse.ONE_OR_MORE": "+",
}
_WITH_DEFAULT = ("store", "extend", "BooleanOptionalAction")
_TEXT_TYPES = ("pathlib.", "os.path.", "argparse.FileType")


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
        self._attributes: dict[str, object] = {}
        parsers.made.append(self)

    def set_up(self, call: Call) -> None:
        """Take over what its constructor is given."""
        self._argument_default = _settled(call.get(-1, "argument_default"))
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
            "add_mutually_exclusive_group": lambda _call, _run: self,
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
            if not _is_settled(option, call):
                self.in_doubt = True
            self.options.append(option)
        return UNKNOWN

    def _option(self, strings: tuple[str, ...], call: Call) -> Option:
        dest = call.get(-1, "dest") if call.whole else None
        if not isinstance(dest, str):
            longs = [text for text in strings if text.startswith("--")] or list(strings)
            dest = longs[0].lstrip("-").replace("-", "_")
        kind, shown = _type_of(call.get(-1, "type"))
        default = _settled(call.get(-1, "default", self._argument_default))
        if "default" not in call.kwargs and dest in self._defaults:
            default = self._defaults[dest]
        about = _settled(call.get(-1, "help"))
        return Option(
            strings=strings,
            action=_action_of(call.get(-1, "action")),
            default=None if default == _SUPPRESS else default,
            type=kind,
            type_shown=shown,
            choices=_choices_of(call.get(-1, "choices")),
            required=call.get(-1, "required") is True,
            nargs=_settled(call.get(-1, "nargs")),
            help=about if isinstance(about, str) else "",
            dest=dest,
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
        aliases = call.get(-1, "aliases", ())
        names = [call.get(0, "name"), *(aliases if isinstance(aliases, (list, tuple)) else ())]
        for name in names:
            if isinstance(name, str):
                self._parser.commands[name] = command
            else:
                self._parser.in_doubt = True
        return command


def _is_settled(option: Option, call: Call) -> bool:
    """Whether all that matters of an option could be read."""
    choices = call.get(-1, "choices")
    return (
        (is_known(_enumerated(option.default)) or option.action not in _WITH_DEFAULT)
        and option.action != "unknown"
        and is_known(option.nargs)
        and is_known(call.get(-1, "required"))
        and (choices is None or bool(option.choices) or is_known(choices))
    )


def _enumerated(value: object) -> object:
    return getattr(value, "value", value)


def _settled(value: object) -> object:
    """A value with argparse's own constants in place of their names."""
    if isinstance(value, External):
        return _CONSTANTS.get(value.dotted, UNKNOWN)
    return value


def _action_of(value: object) -> str:
    if value is None:
        return "store"
    if isinstance(value, str):
        return value
    if isinstance(value, External):
        return value.dotted.rpartition(".")[2]
    # An action of the project's own takes a value like any other.
    return "store" if isinstance(value, ClassObject) else "unknown"


def _choices_of(value: object) -> tuple[object, ...]:
    if isinstance(value, ClassObject) and value.is_enum():
        return tuple(value.members())
    if isinstance(value, (list, tuple, range, dict)) and len(value) <= 1000:
        return tuple(value) if is_known([_enumerated(item) for item in value]) else ()
    return ()


def _type_of(value: object) -> tuple[str, str]:
    """Name of a type and, for one that is worth a warning, how to show it."""
    if isinstance(value, (FunctionObject, ClassObject)):
        return ("strbool" if "bool" in value.name.lower() else ""), ""
    if not isinstance(value, External):
        return "", ""
    name = value.dotted.removeprefix("builtins.")
    if name in ("int", "float", "str", "bool"):
        return name, ""
    if "bool" in name.lower():
        return "strbool", ""
    if name.startswith(_TEXT_TYPES):
        return "str", ""
    return "", f"<{name}>"
