# ruff: noqa: ARG002 - every symbol is called alike
"""Calls while a program is followed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from guild.adapters.flagimport.constants import MAX_ITEMS
from guild.adapters.flagimport.functions import call_method
from guild.adapters.flagimport.objects import ClassObject, Scope, SuperObject
from guild.adapters.flagimport.symbols import UNKNOWN, Call, External, Symbol

if TYPE_CHECKING:
    from guild.adapters.flagimport.execution import Execution

__all__ = ["ConstantMethod", "call_of", "items_of"]

_PARSES = {"parse_args", "parse_known_args", "parse_intermixed_args"}


def items_of(value: object) -> list[object] | None:
    """Items of an iterable; None if they can't be known."""
    if isinstance(value, ClassObject) and value.is_enum():
        return list(value.members())
    if isinstance(value, range):
        # Its length may be too big to be one.
        return list(value) if not value[MAX_ITEMS:] else None
    if isinstance(value, (list, tuple, dict, set, str)) and len(value) <= MAX_ITEMS:
        return list(value)
    return None


class ConstantMethod(Symbol):
    """A method taken from a constant."""

    def __init__(self, value: object, name: str) -> None:
        self._value = value
        self._name = name

    def call(self, call: Call, run: Execution) -> object:
        """Result of the method."""
        if not call.whole:
            return UNKNOWN
        return call_method(self._value, self._name, call.args, call.kwargs)


def call_of(node: ast.Call, scope: Scope, run: Execution) -> object:
    """Value and effects of a call."""
    if isinstance(node.func, ast.Name) and node.func.id == "super":
        return _super(scope)
    function = run.evaluate(node.func, scope)
    call = _arguments(node, scope, run)
    if isinstance(node.func, ast.Attribute) and node.func.attr in _PARSES:
        # The parser was made where it can't be seen.
        run.is_lost = run.is_lost or function is UNKNOWN or isinstance(function, External)
    return function.call(call, run) if isinstance(function, Symbol) else UNKNOWN


def _super(scope: Scope) -> object:
    current: Scope | None = scope
    while current is not None:
        if current.owner is not None:
            instance, cls = current.owner
            return SuperObject(instance, cls) if isinstance(instance, Symbol) else UNKNOWN
        current = current.outer
    return UNKNOWN


def _arguments(node: ast.Call, scope: Scope, run: Execution) -> Call:
    args: list[object] = []
    kwargs: dict[str, object] = {}
    whole = True
    for arg in node.args:
        if isinstance(arg, ast.Starred):
            items = items_of(run.evaluate(arg.value, scope))
            whole = whole and items is not None
            args += items or []
        else:
            args.append(run.evaluate(arg, scope))
    for keyword in node.keywords:
        value = run.evaluate(keyword.value, scope)
        if keyword.arg is not None:
            kwargs[keyword.arg] = value
        elif isinstance(value, dict) and all(isinstance(key, str) for key in value):
            kwargs.update(value)
        else:
            whole = False
    return Call(args, kwargs, whole)
