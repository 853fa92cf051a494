"""Following a program by reading it: state, limits and imports."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from guild.adapters.flagimport.calls import items_of
from guild.adapters.flagimport.constants import NotConstant
from guild.adapters.flagimport.expressions import evaluate
from guild.adapters.flagimport.functions import call_function
from guild.adapters.flagimport.modules import Project, SourceText
from guild.adapters.flagimport.objects import ClassObject, FunctionNode, ModuleObject, Scope
from guild.adapters.flagimport.statements import Return, execute
from guild.adapters.flagimport.symbols import (
    UNKNOWN,
    Call,
    External,
    Framework,
    Method,
    Symbol,
    is_known,
)

__all__ = ["Execution", "LazyName", "Parsed"]

_MAX_STEPS = 20_000
_MAX_CALLS = 20
_MAX_NESTING = 200

_HARMLESS = {
    "print",
    "isinstance",
    "type",
    "len",
    "hasattr",
    "str",
    "repr",
    "vars",
    "id",
    "callable",
}


class Parsed(Exception):
    """The program has come to where it parses its arguments: no need to go on."""


class OutOfBudget(Exception):
    """The program is too long to be followed to its end."""


class LazyName(Symbol):
    """A name imported from a module that is not followed yet."""

    def __init__(self, module: ModuleObject, name: str) -> None:
        self.module = module
        self.name = name


class Execution:
    """One program, followed from its script's first statement.

    Attributes:
        unsure: How many conditions deep it is that can't be known.
        importing: How many modules deep it is that are being imported.
        is_lost: Whether arguments were parsed by a parser that can't be seen.
        is_cut: Whether the program was too long to be followed to its end.
        script: The script's text.
    """

    def __init__(self, project: Project, frameworks: Sequence[Framework]) -> None:
        self.project = project
        self.frameworks = frameworks
        self.unsure = 0
        self.importing = 0
        self.is_lost = False
        self.is_cut = False
        self.script: SourceText | None = None
        self._steps = 0
        self._nesting = 0
        self._active: list[FunctionNode] = []
        self._modules: dict[str, ModuleObject] = {}
        self._imported: set[str] = set()

    def run_script(self, text: SourceText, tree: ast.Module) -> ModuleObject:
        """Follow a script up to where it parses its arguments, or to its end."""
        self.script = text
        module = self._module(text.path)
        module.scope.names["__name__"] = "__main__"
        module.is_followed = True
        try:
            execute(tree.body, module.scope, self)
        except Parsed:
            pass
        except (OutOfBudget, RecursionError):
            self.is_cut = True
        return module

    def call_unused(self, module: ModuleObject, mentions: Sequence[str]) -> None:
        """Follow the functions of a module that were not called and use one of some names.

        What calls them may be out of sight: a decorator, a launcher.
        """
        for value in list(module.scope.names.values()):
            node = getattr(value, "node", None)
            if isinstance(value, Symbol) and isinstance(node, ast.FunctionDef):
                used = {getattr(n, "attr", getattr(n, "id", "")) for n in ast.walk(node)}
                if used.intersection(mentions):
                    try:
                        value.call(Call(whole=False), self)
                    except Parsed:
                        return
                    except (OutOfBudget, RecursionError):
                        self.is_cut = True
                        return

    def step(self) -> None:
        """Count a statement."""
        self._steps += 1
        if self._steps > _MAX_STEPS:
            raise OutOfBudget

    def evaluate(self, node: ast.expr, scope: Scope) -> object:
        """Value of an expression."""
        if self._nesting > _MAX_NESTING:
            return UNKNOWN
        self._nesting += 1
        try:
            return evaluate(node, scope, self)
        finally:
            self._nesting -= 1

    def run_function(self, node: FunctionNode, scope: Scope) -> object:
        """Follow a function's body in a scope that has its arguments; what it returns."""
        if node in self._active or len(self._active) >= _MAX_CALLS or self._nesting > _MAX_NESTING:
            return UNKNOWN
        self._active.append(node)
        self._nesting += 5
        try:
            if isinstance(node, ast.Lambda):
                return self.evaluate(node.body, scope)
            signal = execute(node.body, scope, self)
        finally:
            self._nesting -= 5
            self._active.pop()
        returned = signal.value if isinstance(signal, Return) else None
        return _likely([*scope.returns, returned]) if scope.returns else returned

    def lookup(self, name: str, scope: Scope) -> object:
        """Value of a name."""
        current: Scope | None = scope
        while current is not None:
            if name in current.names:
                return self.settle(current.names[name])
            current = current.outer
        return External(f"builtins.{name}")

    def settle(self, value: object) -> object:
        """A value, read from its module if it is still there."""
        if isinstance(value, LazyName):
            return value.module.attribute(value.name, self)
        return value

    def give_away(self, call: Call) -> None:
        """The arguments of a call go where they can't be seen."""
        for value in (*call.args, *call.kwargs.values()):
            inner = items_of(list(value.values()) if isinstance(value, dict) else value)
            for item in (value,) if isinstance(value, (Symbol, str)) else inner or ():
                if isinstance(item, Symbol):
                    item.escape()

    def call_external(self, dotted: str, call: Call) -> object:
        """Value and effects of calling something that is not the project's."""
        for framework in self.frameworks:
            hook = framework.hook(dotted)
            if hook is not None:
                return hook(call, self)
        if dotted == "functools.wraps":
            # What is wrapped counts, also for the frameworks.
            return Method(lambda _call, _run: call.get(0, "wrapped"))
        if dotted == "functools.partial" and call.args and isinstance(call.args[0], Symbol):
            return Method(lambda more, _run: _partial(call, more, self))
        if dotted == "builtins.type" and len(call.args) == 1 and is_known(call.args[0]):
            return External(f"builtins.{type(call.args[0]).__name__}")
        if call.whole:
            try:
                return call_function(dotted, [_items(arg) for arg in call.args], call.kwargs)
            except NotConstant:
                pass
        if dotted.removeprefix("builtins.") not in _HARMLESS and not dotted.startswith(
            ("argcomplete.", "shtab.")
        ):
            self.give_away(call)
        return UNKNOWN

    def instance_of(self, cls: ClassObject) -> Symbol | None:
        """What a framework makes of an instance of a class of the project."""
        for dotted in cls.external_bases():
            for framework in self.frameworks:
                instance = framework.instance_of(dotted, cls, self)
                if instance is not None:
                    return instance
        return None

    def _module(self, path: str) -> ModuleObject:
        if path not in self._modules:
            self._modules[path] = ModuleObject(path, Scope(None, path))
        return self._modules[path]

    def follow(self, module: ModuleObject) -> None:
        """Follow a module's statements, once."""
        if module.is_followed:
            return
        module.is_followed = True
        module.scope.names["__name__"] = "a module"
        text = self.project.text(module.path)
        if text is None:
            return
        # A module that is no Python is as good as one that can't be seen.
        from guild.adapters.flagimport.source import parse_source
        from guild.domain.errors import GuildError

        try:
            tree = parse_source(text.data, module.path)
        except GuildError:
            return
        unsure, self.unsure = self.unsure, 0
        self.importing += 1
        try:
            execute(tree.body, module.scope, self)
        finally:
            self.importing -= 1
            self.unsure = unsure

    def import_files(self, files: Sequence[str]) -> ModuleObject | None:
        """Import modules of the project; the last of them.

        A module is followed only if its text shows that it may use a framework; of the
        others, those they import are.
        """
        for path in files:
            self._import(path)
        return self._module(files[-1]) if files else None

    def _import(self, path: str) -> None:
        if path in self._imported:
            return
        self._imported.add(path)
        text = self.project.text(path)
        if text is None:
            return
        if text.frameworks:
            self.follow(self._module(path))
            return
        for file in self.project.imported_files(text):
            self._import(file)

    def imported_name(self, module: ModuleObject, name: str) -> object:
        """What `from module import name` binds; looked up when it is needed."""
        if module.is_followed and name in module.scope.names:
            return module.scope.names[name]
        found = self.submodule(module, name)
        return LazyName(module, name) if found is UNKNOWN else found

    def submodule(self, module: ModuleObject, name: str) -> object:
        """A module of a package; UNKNOWN if there is none."""
        path = self.project.submodule(module.path, name)
        return (self.import_files([path]) if path else None) or UNKNOWN


def _partial(call: Call, more: Call, run: Execution) -> object:
    function, *args = call.args
    joined = Call((*args, *more.args), {**call.kwargs, **more.kwargs}, call.whole and more.whole)
    return function.call(joined, run) if isinstance(function, Symbol) else UNKNOWN


def _items(value: object) -> object:
    """The members of an enum where a function wants its items."""
    return value.members() if isinstance(value, ClassObject) and value.is_enum() else value


def _likely(values: Sequence[object]) -> object:
    """The one value of several that a caller can do something with."""
    useful = [value for value in values if value is not None and value is not UNKNOWN]
    symbols = [value for value in useful if isinstance(value, Symbol)]
    if symbols:
        return symbols[0]
    return useful[0] if len(useful) == 1 and len(values) == 1 else UNKNOWN
