# ruff: noqa: ARG002 - every symbol and framework is asked alike
"""Options of `typer` commands: the parameters of functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attr import evolve

from guild.adapters.flagimport.annotations import Shape, shape_of
from guild.adapters.flagimport.click_ import command_names
from guild.adapters.flagimport.click_options import help_of, split_names
from guild.adapters.flagimport.execution import Execution, Parsed
from guild.adapters.flagimport.objects import FunctionObject
from guild.adapters.flagimport.options import choices_of, plain, switch_flag
from guild.adapters.flagimport.symbols import (
    UNKNOWN,
    Call,
    Framework,
    Method,
    Readout,
    Symbol,
    is_known,
)
from guild.adapters.flagimport.texts import argument_words
from guild.domain.flagdef import FlagDef

__all__ = ["TyperReader"]

_TYPES = {"str": "string", "float": "float", "int": "int", "bool": "boolean"}
_MISSING = object()


class _Parameter(Symbol):
    """`typer.Option(...)` or `typer.Argument(...)`."""

    def __init__(self, call: Call, is_option: bool) -> None:
        self.arguments = call
        self.is_option = is_option


class _App(Symbol):
    """A `typer.Typer()`.

    Attributes:
        commands: Functions and apps by name.
        functions: The functions among them, in order.
        callback: The function that goes before every command.
        is_imported: Whether it was made when a module was imported.
    """

    def __init__(self, reader: TyperReader, run: Execution) -> None:
        self.is_imported = run.importing > 0
        self.commands: dict[str, FunctionObject | _App] = {}
        self.functions: list[FunctionObject] = []
        self.callback: FunctionObject | None = None
        self._reader = reader
        reader.apps.append(self)

    def attribute(self, name: str, run: Execution) -> object:
        """Methods that take commands."""
        methods: dict[str, Callable[[Call, Execution], object]] = {
            "command": lambda call, _run: Method(lambda made, _run: self._add(call, made)),
            "callback": lambda _call, _run: Method(lambda made, _run: self._set_callback(made)),
            "add_typer": lambda call, _run: self._add_app(call),
        }
        return Method(methods[name]) if name in methods else UNKNOWN

    def _add(self, call: Call, made: Call) -> object:
        function = made.get(0, "f")
        if isinstance(function, FunctionObject):
            name = call.get(0, "name")
            names = [name] if isinstance(name, str) else command_names(function.name)
            self.commands.update(dict.fromkeys(names, function))
            self.functions.append(function)
        return function

    def _set_callback(self, made: Call) -> object:
        function = made.get(0, "f")
        self.callback = function if isinstance(function, FunctionObject) else None
        return function

    def _add_app(self, call: Call) -> object:
        app, name = call.get(0, "typer_instance"), call.get(-1, "name")
        if isinstance(app, _App):
            if isinstance(name, str):
                self.commands[name] = app
            else:
                self.commands.update(app.commands)
                self.functions += app.functions
        return None

    def call(self, call: Call, run: Execution) -> object:
        """The app is run."""
        self._reader.chosen = self
        raise Parsed

    def choose(self, words: tuple[str, ...]) -> FunctionObject | None:
        """Function of the command that the words name, or of the only one."""
        for index, word in enumerate(words):
            found = self.commands.get(word)
            if isinstance(found, _App):
                return found.choose(words[index + 1 :])
            if found is not None:
                return found
        if len(self.functions) == 1 and self.callback is None and not self._has_groups():
            return self.functions[0]
        return self.callback

    def _has_groups(self) -> bool:
        return any(isinstance(command, _App) for command in self.commands.values())


class TyperReader(Framework):
    """Finds the function that a script runs as its command.

    Attributes:
        apps: Those it makes, in order.
        chosen: The app it runs, or the function.
    """

    def __init__(self) -> None:
        self.apps: list[_App] = []
        self.chosen: _App | FunctionObject | None = None

    @property
    def is_parsing(self) -> bool:
        """Whether the script was seen to run a command."""
        return self.chosen is not None

    def hook(self, dotted: str) -> Callable[[Call, Execution], object] | None:
        """Meaning of typer's functions."""
        if not dotted.startswith("typer."):
            return None
        match dotted.rpartition(".")[2]:
            case "Typer":
                return lambda _call, run: _App(self, run)
            case "Option":
                return lambda call, _run: _Parameter(call, is_option=True)
            case "Argument":
                return lambda call, _run: _Parameter(call, is_option=False)
            case "run":
                return self._run
        return None

    def _run(self, call: Call, run: Execution) -> object:
        function = call.get(0, "function")
        if isinstance(function, FunctionObject):
            self.chosen = function
            raise Parsed
        return UNKNOWN

    def readout(self, words: tuple[str, ...], run: Execution) -> Readout | None:
        """Options of the function the script runs."""
        app = self.chosen
        own = [one for one in self.apps if not one.is_imported]
        if app is None and own:
            app = max(own, key=lambda one: len(one.commands))
        if app is None:
            return None
        function = app.choose(words) if isinstance(app, _App) else app
        flags: dict[str, FlagDef] = {}
        taken: set[str] = set()
        for name, shape, default in _parameters(function, run):
            taken.add(name)
            flag = _flag(name, shape, default, run)
            if flag is not None:
                flags[flag.name] = flag
        return Readout(dest="args:typer", flags=flags, taken=frozenset(taken))


def _parameters(
    function: FunctionObject | None, run: Execution
) -> Sequence[tuple[str, Shape, object]]:
    if function is None:
        return []
    arguments = function.node.args
    return [
        (
            parameter.arg,
            shape_of(parameter.annotation, function.scope, run),
            function.defaults.get(parameter.arg, _MISSING),
        )
        for parameter in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    ]


def _flag(name: str, shape: Shape, default: object, run: Execution) -> FlagDef | None:
    declared = [one for one in shape.metadata if isinstance(one, _Parameter)]
    call = Call()
    if declared:
        if not declared[0].is_option:
            return None
        call = declared[0].arguments
        names = call.args
    elif isinstance(default, _Parameter):
        if not default.is_option:
            return None
        call = default.arguments
        names = call.args[1:]
        default = call.get(0, "default", _MISSING)
    elif default is _MISSING:
        return None
    else:
        names = ()
    if "default" in call.kwargs:
        default = call.kwargs["default"]
    factory = call.kwargs.get("default_factory")
    if isinstance(factory, Symbol):
        default = factory.call(Call(), run)
    if default is ... or default is _MISSING:
        default = _MISSING
    return _option(name, shape, default, call, [text for text in names if isinstance(text, str)])


def _option(
    name: str, shape: Shape, default: object, call: Call, names: Sequence[str]
) -> FlagDef | None:
    on, off, _ = split_names(names)
    long = next((text[2:] for text in on if text.startswith("--")), "")
    if names and not long:
        return None
    flag_name = long or name.replace("_", "-")
    shape = _inferred(shape, default)
    if call.get(-1, "count") is True:
        return None
    if shape.type == "bool" and not shape.is_list:
        return _switch(flag_name, default, help_of(call.kwargs), names, off)
    low, high = call.get(-1, "min"), call.get(-1, "max")
    return FlagDef(
        name=flag_name,
        default=_default(default, shape),
        description=help_of(call.kwargs),
        type=None if shape.choices and not shape.type else _TYPES.get(shape.type),
        required=default is _MISSING,
        choices=choices_of(shape.choices),
        min=low if isinstance(low, (int, float)) else None,
        max=high if isinstance(high, (int, float)) else None,
        arg_split=True if shape.length > 1 else None,
    )


def _inferred(shape: Shape, default: object) -> Shape:
    if shape.type or shape.choices or shape.is_list or isinstance(default, Symbol):
        return shape
    name = type(default).__name__
    return evolve(shape, type=name) if name in _TYPES else shape


def _default(value: object, shape: Shape) -> bool | int | float | str | None:
    if isinstance(value, (list, tuple)) and shape.length > 1:
        return argument_words([plain(item) for item in value]) if is_known(value) else None
    if isinstance(value, (list, tuple)):
        # An option is repeated for each value of a list: the script's own default applies.
        value = value[0] if len(value) == 1 else None
    found = plain(value)
    return found if isinstance(found, (bool, int, float, str)) else None


def _switch(
    name: str, default: object, about: str, names: Sequence[str], off: Sequence[str]
) -> FlagDef | None:
    off_name: str | None = next((text[2:] for text in off if text.startswith("--")), None)
    if not names:
        off_name = f"no-{name}"
    value = default if isinstance(default, bool) else None
    if value and not off_name:
        # It is on whether the option is given or not.
        return None
    flag = switch_flag(name, value if value is not None else False, about, off_name=off_name)
    return flag.replaced(required=True, default=None) if default is _MISSING else flag
