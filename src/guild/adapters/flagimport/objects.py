# ruff: noqa: ARG002 - every symbol and framework is asked alike
"""Functions, classes, instances and modules of the project, as symbols."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from guild.adapters.flagimport.symbols import UNKNOWN, Call, External, Symbol

if TYPE_CHECKING:
    from guild.adapters.flagimport.execution import Execution

__all__ = [
    "ClassObject",
    "EnumMember",
    "FunctionObject",
    "InstanceObject",
    "ModuleObject",
    "Scope",
    "SuperObject",
    "TypeAlias",
    "method_of",
]

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Scope:
    """Names and their values, in a module, class or function.

    Attributes:
        names: Values by name.
        outer: Scope to look in next; None for a module.
        module: The module's own scope.
        shared: Names that a `global` statement makes the module's.
        returns: What was returned where it was not sure that it would be.
        owner: The instance or class a method was called on, and the class that has it.
    """

    def __init__(self, outer: Scope | None, path: str) -> None:
        self.names: dict[str, object] = {}
        self.outer = outer
        self.module: Scope = outer.module if outer is not None else self
        self.path = path
        self.shared: set[str] = set()
        self.returns: list[object] = []
        self.owner: tuple[object, ClassObject] | None = None

    def assign(self, name: str, value: object) -> None:
        """Bind a name as the code of this scope would."""
        (self.module if name in self.shared else self).names[name] = value


class TypeAlias(Symbol):
    """A type that is written with an index: `Annotated[int, ...]`, `list[int]`.

    Attributes:
        node: How it is written.
        scope: Where.
    """

    def __init__(self, node: ast.Subscript, scope: Scope) -> None:
        self.node = node
        self.scope = scope


class FunctionObject(Symbol):
    """A function, lambda or method.

    Attributes:
        defaults: Values of the parameters that have one, by name.
        owner: The class it is defined in.
        bound: What it was taken from, for a method.
        kind: `method`, `static`, `class` or `property`; only matters in a class.
    """

    def __init__(self, node: FunctionNode, scope: Scope, run: Execution) -> None:
        self.node = node
        self.scope = scope
        self.owner: ClassObject | None = None
        self.bound: object = None
        self.kind = "method"
        self.defaults: dict[str, object] = {}
        arguments = node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        with_default = positional[len(positional) - len(arguments.defaults) :]
        for parameter, default in zip(with_default, arguments.defaults, strict=True):
            self.defaults[parameter.arg] = run.evaluate(default, scope)
        for parameter, keyword in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if keyword is not None:
                self.defaults[parameter.arg] = run.evaluate(keyword, scope)

    @property
    def name(self) -> str:
        """Its name; empty for a lambda."""
        return "" if isinstance(self.node, ast.Lambda) else self.node.name

    def bind(self, owner: object) -> FunctionObject:
        """The method as taken from an instance or class."""
        method = FunctionObject.__new__(FunctionObject)
        method.__dict__.update(self.__dict__)
        method.bound = owner
        return method

    def call(self, call: Call, run: Execution) -> object:
        """Follow its body."""
        scope = Scope(self.scope, self.scope.path)
        if self.owner is not None:
            scope.owner = (self.bound, self.owner)
        args = [self.bound, *call.args] if self.bound is not None else call.args
        self._bind_arguments(scope, args, call)
        return run.run_function(self.node, scope)

    def _bind_arguments(self, scope: Scope, args: Sequence[object], call: Call) -> None:
        arguments = self.node.args
        positional = [parameter.arg for parameter in (*arguments.posonlyargs, *arguments.args)]
        named = positional + [parameter.arg for parameter in arguments.kwonlyargs]
        for name in named:
            scope.names[name] = self.defaults.get(name, UNKNOWN) if call.whole else UNKNOWN
        scope.names.update(zip(positional, args, strict=False))
        extra: dict[str, object] = {}
        for name, value in call.kwargs.items():
            (scope.names if name in named else extra)[name] = value
        if arguments.vararg is not None:
            rest = tuple(args[len(positional) :])
            scope.names[arguments.vararg.arg] = rest if call.whole else UNKNOWN
        if arguments.kwarg is not None:
            scope.names[arguments.kwarg.arg] = extra if call.whole else UNKNOWN


class ClassObject(Symbol):
    """A class of the project.

    Attributes:
        bases: Values of its bases.
        decorators: Values of its decorators.
    """

    def __init__(
        self,
        node: ast.ClassDef,
        scope: Scope,
        bases: Sequence[object],
        decorators: Sequence[object],
    ) -> None:
        self.node = node
        self.scope = scope
        self.bases = bases
        self.decorators = decorators

    @property
    def name(self) -> str:
        """Its name."""
        return self.node.name

    def lineage(self) -> list[ClassObject]:
        """The class and its bases of the project, nearest first."""
        found: list[ClassObject] = [self]
        for base in self.bases:
            if isinstance(base, ClassObject):
                found += [cls for cls in base.lineage() if cls not in found]
        return found[:50]

    def external_bases(self) -> list[str]:
        """Full names of the bases that are not the project's."""
        return [
            base.dotted
            for cls in self.lineage()
            for base in cls.bases
            if isinstance(base, External)
        ]

    def is_enum(self) -> bool:
        """Whether it is derived from one of the enum module's classes."""
        return any(base.startswith("enum.") for base in self.external_bases())

    def members(self) -> list[EnumMember]:
        """Members of an enum, in order."""
        return [
            EnumMember(name, value, self)
            for name, value in self.scope.names.items()
            if not name.startswith("_") and not isinstance(value, (FunctionObject, ClassObject))
        ]

    def find(self, name: str) -> object:
        """Value in the class or the nearest base that has it; UNKNOWN if none has."""
        for cls in self.lineage():
            if name in cls.scope.names:
                return cls.scope.names[name]
        return UNKNOWN

    def attribute(self, name: str, run: Execution) -> object:
        """Value of `Class.name`."""
        if name == "__name__":
            return self.name
        value = self.find(name)
        if isinstance(value, FunctionObject):
            return value.bind(self) if value.kind == "class" else value
        if self.is_enum() and name in self.scope.names:
            return EnumMember(name, value, self)
        return value

    def assign(self, name: str, value: object) -> None:
        """Effect of `Class.name = value`."""
        self.scope.names[name] = value

    def call(self, call: Call, run: Execution) -> object:
        """A new instance, after following `__init__`."""
        if self.is_enum():
            given = call.get(0, "value")
            found = [item for item in self.members() if item.value is given or item.value == given]
            return found[0] if found else UNKNOWN
        instance: Symbol = run.instance_of(self) or InstanceObject(self)
        start = self.find("__init__")
        if isinstance(start, FunctionObject):
            start.bind(instance).call(call, run)
        elif isinstance(instance, InstanceObject):
            instance.attributes.update(call.kwargs)
        else:
            start = instance.attribute("__init__", run)
            if isinstance(start, Symbol):
                start.call(call, run)
        return instance


class EnumMember(Symbol):
    """A member of an enum of the project."""

    def __init__(self, name: str, value: object, cls: ClassObject) -> None:
        self.name = name
        self.value = value
        self.cls = cls

    def attribute(self, name: str, run: Execution) -> object:
        """Its `name` or `value`."""
        return {"name": self.name, "value": self.value}.get(name, UNKNOWN)


class InstanceObject(Symbol):
    """An instance of a class of the project."""

    def __init__(self, cls: ClassObject) -> None:
        self.cls = cls
        self.attributes: dict[str, object] = {}

    def attribute(self, name: str, run: Execution) -> object:
        """Value of an attribute of its own or of its class, methods bound."""
        if name in self.attributes:
            return self.attributes[name]
        return method_of(self, self.cls.find(name), run)

    def assign(self, name: str, value: object) -> None:
        """Effect of `self.name = value`."""
        self.attributes[name] = value

    def escape(self) -> None:
        """What it holds is out of sight as well."""
        for value in self.attributes.values():
            if isinstance(value, Symbol) and not isinstance(value, InstanceObject):
                value.escape()

    def call(self, call: Call, run: Execution) -> object:
        """Follow `__call__`."""
        function = self.cls.find("__call__")
        if isinstance(function, FunctionObject):
            return function.bind(self).call(call, run)
        return super().call(call, run)


def method_of(instance: Symbol, value: object, run: Execution) -> object:
    """A class's attribute as it is taken from an instance."""
    if not isinstance(value, FunctionObject):
        return value
    if value.kind == "static":
        return value
    if value.kind == "class":
        return value.bind(value.owner)
    bound = value.bind(instance)
    return bound.call(Call(), run) if value.kind == "property" else bound


class SuperObject(Symbol):
    """`super()` in a method."""

    def __init__(self, instance: Symbol, cls: ClassObject) -> None:
        self._instance = instance
        self._cls = cls

    def attribute(self, name: str, run: Execution) -> object:
        """Attribute of the nearest base, or else of what the instance is natively."""
        owner = self._instance.cls if isinstance(self._instance, InstanceObject) else None
        lineage = (owner or getattr(self._instance, "cls", None) or self._cls).lineage()
        after = lineage[lineage.index(self._cls) + 1 :] if self._cls in lineage else []
        for cls in after:
            if name in cls.scope.names:
                return method_of(self._instance, cls.scope.names[name], run)
        native = getattr(self._instance, "native", None)
        return native(name, run) if native is not None else UNKNOWN


class ModuleObject(Symbol):
    """A module of the project; followed when something of it is first needed."""

    def __init__(self, path: str, scope: Scope) -> None:
        self.path = path
        self.scope = scope
        self.is_followed = False

    def attribute(self, name: str, run: Execution) -> object:
        """Value of a global, or a submodule."""
        run.follow(self)
        if name in self.scope.names:
            return run.settle(self.scope.names[name])
        return run.submodule(self, name)

    def assign(self, name: str, value: object) -> None:
        """Effect of `module.name = value`."""
        self.scope.names[name] = value
