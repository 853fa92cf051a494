# ruff: noqa: ARG001 - every handler is called alike
"""Values of expressions while a program is followed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from guild.adapters.flagimport import constants
from guild.adapters.flagimport.calls import ConstantMethod, call_of, items_of
from guild.adapters.flagimport.constants import MAX_ITEMS, NotConstant
from guild.adapters.flagimport.functions import call_method
from guild.adapters.flagimport.objects import (
    ClassObject,
    FunctionObject,
    Scope,
    TypeAlias,
)
from guild.adapters.flagimport.symbols import UNKNOWN, External, Symbol

if TYPE_CHECKING:
    from guild.adapters.flagimport.execution import Execution

__all__ = ["agreed", "assign", "evaluate", "truth"]

_GENERICS = ("typing.", "typing_extensions.", "builtins.list", "builtins.tuple")


def evaluate(node: ast.expr, scope: Scope, run: Execution) -> object:
    """Value of an expression: a constant, a symbol, or UNKNOWN."""
    handler = _HANDLERS.get(type(node))
    if handler is None:
        return UNKNOWN
    try:
        return handler(node, scope, run)
    except NotConstant:
        return UNKNOWN


def truth(value: object) -> bool | None:
    """Whether a value is true; None if that can't be known."""
    if isinstance(value, External):
        return False if value.dotted.endswith("typing.TYPE_CHECKING") else None
    if value is UNKNOWN:
        return None
    return True if isinstance(value, Symbol) else bool(value)


def assign(target: ast.expr, value: object, scope: Scope, run: Execution) -> None:
    """Effect of `target = value`."""
    match target:
        case ast.Name(id=name):
            scope.assign(name, value)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            items = items_of(value)
            if items is None or len(items) != len(targets):
                items = [UNKNOWN] * len(targets)
            for part, item in zip(targets, items, strict=True):
                assign(part, item, scope, run)
        case ast.Starred(value=inner):
            assign(inner, UNKNOWN, scope, run)
        case ast.Attribute(value=owner, attr=name):
            holder = run.evaluate(owner, scope)
            if isinstance(holder, Symbol):
                holder.assign(name, value)
        case ast.Subscript(value=owner, slice=index):
            _set_item(run.evaluate(owner, scope), run.evaluate(index, scope), value, run)


def _set_item(holder: object, key: object, value: object, run: Execution) -> None:
    if isinstance(holder, dict) and isinstance(key, (str, int)) and len(holder) < MAX_ITEMS:
        holder[key] = UNKNOWN if run.unsure else value
    elif isinstance(holder, dict):
        holder.clear()
        holder[UNKNOWN] = UNKNOWN
    elif isinstance(holder, list) and isinstance(key, int) and -len(holder) <= key < len(holder):
        holder[key] = UNKNOWN if run.unsure else value


def _constant(node: ast.Constant, scope: Scope, run: Execution) -> object:
    return node.value


def _name(node: ast.Name, scope: Scope, run: Execution) -> object:
    return run.lookup(node.id, scope)


def _attribute(node: ast.Attribute, scope: Scope, run: Execution) -> object:
    owner = run.evaluate(node.value, scope)
    if isinstance(owner, Symbol):
        return run.settle(owner.attribute(node.attr, run))
    return ConstantMethod(owner, node.attr)


def _unary(node: ast.UnaryOp, scope: Scope, run: Execution) -> object:
    value = run.evaluate(node.operand, scope)
    if isinstance(node.op, ast.Not):
        known = truth(value)
        return UNKNOWN if known is None else not known
    return constants.unary(node.op, value)


def _binary(node: ast.BinOp, scope: Scope, run: Execution) -> object:
    left = run.evaluate(node.left, scope)
    return constants.binary(node.op, left, run.evaluate(node.right, scope))


def _boolean(node: ast.BoolOp, scope: Scope, run: Execution) -> object:
    stops = isinstance(node.op, ast.Or)
    value: object = UNKNOWN
    for part in node.values:
        value = run.evaluate(part, scope)
        known = truth(value)
        if known is None:
            return UNKNOWN
        if known is stops:
            return value
    return value


def _compare(node: ast.Compare, scope: Scope, run: Execution) -> object:
    left = run.evaluate(node.left, scope)
    for op, right_node in zip(node.ops, node.comparators, strict=True):
        right = run.evaluate(right_node, scope)
        if not _holds(op, left, right):
            return False
        left = right
    return True


def _holds(op: ast.cmpop, left: object, right: object) -> bool:
    if right is None and isinstance(op, (ast.Is, ast.IsNot)) and not _is_hidden(left):
        return (left is None) is isinstance(op, ast.Is)
    return constants.compare(op, left, right)


def _is_hidden(value: object) -> bool:
    return value is UNKNOWN or isinstance(value, External)


def _condition(node: ast.IfExp, scope: Scope, run: Execution) -> object:
    known = truth(run.evaluate(node.test, scope))
    if known is not None:
        return run.evaluate(node.body if known else node.orelse, scope)
    run.unsure += 1
    try:
        one, other = run.evaluate(node.body, scope), run.evaluate(node.orelse, scope)
    finally:
        run.unsure -= 1
    return agreed(one, other)


def agreed(one: object, other: object) -> object:
    """The value of two ways, if it is the same or only one leads to a symbol."""
    if one is other or (type(one) is type(other) and not isinstance(one, Symbol) and one == other):
        return one
    found = [value for value in (one, other) if isinstance(value, Symbol)]
    found = [value for value in found if not _is_hidden(value)]
    return found[0] if found else UNKNOWN


def _sequence(node: ast.List | ast.Tuple | ast.Set, scope: Scope, run: Execution) -> object:
    items: list[object] = []
    for item in node.elts:
        if isinstance(item, ast.Starred):
            more = items_of(run.evaluate(item.value, scope))
            if more is None:
                return UNKNOWN
            items += more
        else:
            items.append(run.evaluate(item, scope))
    return tuple(items) if isinstance(node, ast.Tuple) else items


def _dict(node: ast.Dict, scope: Scope, run: Execution) -> object:
    found: dict[object, object] = {}
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        value = run.evaluate(value_node, scope)
        if key_node is None:
            if not isinstance(value, dict):
                return UNKNOWN
            found.update(value)
            continue
        key = run.evaluate(key_node, scope)
        if key is UNKNOWN:
            return UNKNOWN
        try:
            found[key] = value
        except TypeError:  # not hashable
            return UNKNOWN
    return found


def _joined(node: ast.JoinedStr, scope: Scope, run: Execution) -> object:
    parts = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            spec = run.evaluate(part.format_spec, scope) if part.format_spec else ""
            value = run.evaluate(part.value, scope)
            parts.append(constants.field_text(value, part.conversion, _text(spec)))
        else:
            parts.append(_text(run.evaluate(part, scope)))
    return _text(call_method("", "join", [parts], {}))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise NotConstant
    return value


def _subscript(node: ast.Subscript, scope: Scope, run: Execution) -> object:
    value = run.evaluate(node.value, scope)
    if isinstance(value, External) and value.dotted.startswith(_GENERICS):
        return TypeAlias(node, scope)
    key = run.evaluate(node.slice, scope)
    if isinstance(value, ClassObject) and value.is_enum() and isinstance(key, str):
        return value.attribute(key, run)
    return UNKNOWN if isinstance(value, Symbol) else constants.subscript(value, key)


def _slice(node: ast.Slice, scope: Scope, run: Execution) -> object:
    parts = [run.evaluate(p, scope) if p else None for p in (node.lower, node.upper, node.step)]
    if not all(part is None or isinstance(part, int) for part in parts):
        raise NotConstant
    return slice(*parts)


def _comprehension(
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope, run: Execution
) -> object:
    inner = Scope(scope, scope.path)
    inner.owner = scope.owner
    return [run.evaluate(node.elt, inner) for _ in _rounds(node.generators, inner, run)]


def _dict_comprehension(node: ast.DictComp, scope: Scope, run: Execution) -> object:
    inner = Scope(scope, scope.path)
    found: dict[object, object] = {}
    for _ in _rounds(node.generators, inner, run):
        key = run.evaluate(node.key, inner)
        if not isinstance(key, (str, int, float)):
            raise NotConstant
        found[key] = run.evaluate(node.value, inner)
    return found


def _rounds(
    generators: Sequence[ast.comprehension], scope: Scope, run: Execution
) -> Iterator[None]:
    if not generators:
        run.step()
        yield
        return
    first, *rest = generators
    items = items_of(run.evaluate(first.iter, scope))
    if items is None:
        raise NotConstant
    for item in items:
        run.step()
        assign(first.target, item, scope, run)
        conditions = [truth(run.evaluate(test, scope)) for test in first.ifs]
        if None in conditions:
            raise NotConstant
        if all(conditions):
            yield from _rounds(rest, scope, run)


def _lambda(node: ast.Lambda, scope: Scope, run: Execution) -> object:
    return FunctionObject(node, scope, run)


def _named(node: ast.NamedExpr, scope: Scope, run: Execution) -> object:
    value = run.evaluate(node.value, scope)
    assign(node.target, value, scope, run)
    return value


def _inner(node: ast.Await | ast.Starred, scope: Scope, run: Execution) -> object:
    return run.evaluate(node.value, scope)


_HANDLERS: dict[type[ast.expr], Callable[..., object]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: call_of,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.Compare: _compare,
    ast.IfExp: _condition,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Dict: _dict,
    ast.JoinedStr: _joined,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _dict_comprehension,
    ast.Lambda: _lambda,
    ast.NamedExpr: _named,
    ast.Await: _inner,
    ast.Starred: _inner,
}
