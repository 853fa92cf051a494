# ruff: noqa: ARG001, ARG002 - every handler is called alike
"""Effects of statements while a program is followed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from attr import frozen

from guild.adapters.flagimport import constants
from guild.adapters.flagimport.calls import items_of
from guild.adapters.flagimport.expressions import (
    agreed,
    assign,
    truth,
)
from guild.adapters.flagimport.objects import ClassObject, FunctionObject, Scope
from guild.adapters.flagimport.symbols import UNKNOWN, Call, External, Symbol

if TYPE_CHECKING:
    from guild.adapters.flagimport.execution import Execution

__all__ = ["Return", "execute"]


@frozen
class Return:
    """A function ended with a value."""

    value: object


@frozen
class _Leave:
    """A block ended by `break`, `continue` or `raise`."""

    word: str


_Signal = Return | _Leave | None

_LOOP_ENDS = (_Leave("break"), _Leave("continue"))


def execute(body: Sequence[ast.stmt], scope: Scope, run: Execution) -> _Signal:
    """Follow statements; how they ended early, or None."""
    for statement in body:
        run.step()
        handler = _HANDLERS.get(type(statement))
        signal: _Signal = handler(statement, scope, run) if handler else None
        if signal is not None:
            return signal
    return None


def _expression(node: ast.Expr, scope: Scope, run: Execution) -> None:
    run.evaluate(node.value, scope)


def _assign(node: ast.Assign, scope: Scope, run: Execution) -> None:
    value = run.evaluate(node.value, scope)
    for target in node.targets:
        assign(target, value, scope, run)


def _annotated(node: ast.AnnAssign, scope: Scope, run: Execution) -> None:
    if node.value is not None:
        assign(node.target, run.evaluate(node.value, scope), scope, run)


def _augmented(node: ast.AugAssign, scope: Scope, run: Execution) -> None:
    value = run.evaluate(node.value, scope)
    try:
        old = run.evaluate(node.target, scope)
        result = constants.binary(node.op, old, value)
    except constants.NotConstant:
        result = UNKNOWN
    assign(node.target, result, scope, run)


def _if(node: ast.If, scope: Scope, run: Execution) -> _Signal:
    known = truth(run.evaluate(node.test, scope))
    if known is not None:
        return execute(node.body if known else node.orelse, scope, run)
    return _either([node.body, node.orelse], scope, run)


def _either(
    bodies: Sequence[Sequence[ast.stmt]], scope: Scope, run: Execution, loop: bool = False
) -> _Signal:
    """Follow bodies of which one will run; what they don't agree on is unknown after."""
    before = scope.names
    ends: list[tuple[_Signal, dict[str, object]]] = []
    run.unsure += 1
    try:
        for body in bodies:
            scope.names = dict(before)
            signal = execute(body, scope, run)
            if loop and signal in _LOOP_ENDS:
                signal = None
            ends.append((signal, scope.names))
    finally:
        run.unsure -= 1
    scope.returns += [signal.value for signal, _ in ends if isinstance(signal, Return)]
    open_ends = [names for signal, names in ends if signal is None]
    if not open_ends:
        signals = [signal for signal, _ in ends]
        return next((signal for signal in signals if isinstance(signal, Return)), signals[0])
    scope.names = _merged(open_ends)
    return None


def _merged(ends: Sequence[dict[str, object]]) -> dict[str, object]:
    merged = dict(ends[0])
    for names in ends[1:]:
        for name, value in names.items():
            merged[name] = agreed(merged[name], value) if name in merged else value
    return merged


def _for(node: ast.For | ast.AsyncFor, scope: Scope, run: Execution) -> _Signal:
    items = items_of(run.evaluate(node.iter, scope))
    if items is None:
        assign(node.target, UNKNOWN, scope, run)
        return _either([node.body, []], scope, run, loop=True)
    for item in items:
        run.step()
        assign(node.target, item, scope, run)
        signal = execute(node.body, scope, run)
        if isinstance(signal, Return) or signal == _Leave("raise"):
            return signal
        if signal == _Leave("break"):
            return None
    return execute(node.orelse, scope, run)


def _while(node: ast.While, scope: Scope, run: Execution) -> _Signal:
    known = truth(run.evaluate(node.test, scope))
    if known is None:
        return _either([node.body, []], scope, run, loop=True)
    signal = execute(node.body if known else node.orelse, scope, run)
    return None if known and signal in _LOOP_ENDS else signal


def _with(node: ast.With | ast.AsyncWith, scope: Scope, run: Execution) -> _Signal:
    for item in node.items:
        value = run.evaluate(item.context_expr, scope)
        if item.optional_vars is not None:
            assign(item.optional_vars, value, scope, run)
    return execute(node.body, scope, run)


def _try(node: ast.Try, scope: Scope, run: Execution) -> _Signal:
    # What can go wrong is taken to go well.
    signal = execute(node.body, scope, run)
    if signal is None:
        signal = execute(node.orelse, scope, run)
    elif signal == _Leave("raise"):
        signal = None
    final = execute(node.finalbody, scope, run)
    return final or signal


def _match(node: ast.Match, scope: Scope, run: Execution) -> _Signal:
    run.evaluate(node.subject, scope)
    return _either([*(case.body for case in node.cases), []], scope, run)


def _return(node: ast.Return, scope: Scope, run: Execution) -> _Signal:
    return Return(run.evaluate(node.value, scope) if node.value is not None else None)


def _leave(node: ast.stmt, scope: Scope, run: Execution) -> _Signal:
    return _Leave(type(node).__name__.lower())


def _global(node: ast.Global, scope: Scope, run: Execution) -> None:
    scope.shared.update(node.names)


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope, run: Execution) -> None:
    if any(getattr(d, "attr", "") in ("setter", "deleter") for d in node.decorator_list):
        return
    function = FunctionObject(node, scope, run)
    value: object = function
    for decorator in reversed(node.decorator_list):
        found = run.evaluate(decorator, scope)
        kind = found.dotted.removeprefix("builtins.") if isinstance(found, External) else ""
        if kind in ("staticmethod", "classmethod", "property", "functools.cached_property"):
            function.kind = kind.removesuffix("method").removeprefix("functools.cached_")
            continue
        result = found.call(Call((value,)), run) if isinstance(found, Symbol) else UNKNOWN
        # A decorator that can't be seen is taken to leave the function as it is.
        value = value if result is UNKNOWN or result is None else result
    scope.assign(node.name, value)


def _class(node: ast.ClassDef, scope: Scope, run: Execution) -> None:
    bases = [run.evaluate(base, scope) for base in node.bases]
    decorators = [_decorator(decorator, scope, run) for decorator in node.decorator_list]
    inner = Scope(scope, scope.path)
    cls = ClassObject(node, inner, bases, decorators)
    execute(node.body, inner, run)
    for value in inner.names.values():
        if isinstance(value, FunctionObject) and value.owner is None:
            value.owner = cls
            # A method doesn't see the names of its class.
            value.scope = scope
    scope.assign(node.name, cls)


def _decorator(node: ast.expr, scope: Scope, run: Execution) -> object:
    return run.evaluate(node.func if isinstance(node, ast.Call) else node, scope)


def _import(node: ast.Import, scope: Scope, run: Execution) -> None:
    for alias in node.names:
        files = run.project.find(alias.name)
        module: object = run.import_files(files)
        if module is None:
            name = alias.name if alias.asname else alias.name.partition(".")[0]
            scope.assign(alias.asname or name, External(name))
        elif alias.asname:
            scope.assign(alias.asname, module)
        else:
            first = alias.name.partition(".")[0]
            scope.assign(first, _package(alias.name, module, run))


def _package(dotted: str, module: object, run: Execution) -> object:
    """What `import a.b.c` binds to `a`."""
    parts = dotted.split(".")
    if len(parts) == 1:
        return module
    package = run.import_files(run.project.find(parts[0]))
    return package or _Path(parts[1:], module)


class _Path(Symbol):
    """A package without an `__init__.py`, known by one of its modules."""

    def __init__(self, parts: Sequence[str], module: object) -> None:
        self._parts = parts
        self._module = module

    def attribute(self, name: str, run: Execution) -> object:
        if name != self._parts[0]:
            return UNKNOWN
        rest = self._parts[1:]
        return _Path(rest, self._module) if rest else self._module


def _import_from(node: ast.ImportFrom, scope: Scope, run: Execution) -> None:
    project, name = run.project, node.module or ""
    if node.level:
        files = project.find_relative(scope.path, node.level, name)
    else:
        files = project.find(name)
    module = run.import_files(files)
    for alias in node.names:
        if alias.name == "*":
            if module is not None:
                run.follow(module)
                public = {k: v for k, v in module.scope.names.items() if not k.startswith("_")}
                scope.names.update(public)
            continue
        if module is not None:
            value: object = run.imported_name(module, alias.name)
        else:
            parts = list(project.find_names(scope.path, node.level, name, (alias.name,)))
            value = run.import_files(parts) or _external(node, alias.name)
        scope.assign(alias.asname or alias.name, value)


def _external(node: ast.ImportFrom, name: str) -> object:
    return UNKNOWN if node.level else External(f"{node.module}.{name}")


_HANDLERS: dict[type[ast.stmt], Callable[..., _Signal]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.Match: _match,
    ast.Return: _return,
    ast.Break: _leave,
    ast.Continue: _leave,
    ast.Raise: _leave,
    ast.Global: _global,
    ast.Nonlocal: _global,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
}
