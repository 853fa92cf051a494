"""Syntax nodes of values."""

from __future__ import annotations

import _ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeVar

    _Node = TypeVar("_Node", bound=_ast.stmt | _ast.expr)

__all__ = ["Group", "constant", "group_of", "merged", "place"]


class Group(dict[str, object]):
    """Items of a dict or namespace; a value that is a group itself is nested in it.

    Attributes:
        namespace: Whether they become attributes of a namespace where the program does not
            say what it has.
    """

    namespace: bool = False


def group_of(values: dict[str, object], *, namespace: bool) -> Group:
    """Values of dotted names as nested groups: of `a.b`, `b` is an item of the group `a`."""
    group = Group()
    group.namespace = namespace
    for dotted, value in values.items():
        *parents, name = dotted.split(".")
        inner = group
        for parent in parents:
            child = inner.get(parent)
            if not isinstance(child, Group):
                child = inner[parent] = Group()
                child.namespace = namespace
            inner = child
        inner[name] = value
    return group


def constant(value: object) -> _ast.expr:
    """The expression of a value, without a place."""
    if isinstance(value, list):
        return _ast.List([constant(item) for item in value], _ast.Load())
    if isinstance(value, dict):
        return _dict((constant(key), constant(item)) for key, item in value.items())
    assert value is None or isinstance(value, (bool, int, float, str))
    return _ast.Constant(value)


def merged(group: Group, old: _ast.expr | None) -> _ast.expr:
    """The expression of a group with the remaining items of what it replaces.

    Args:
        group: What to set.
        old: A dict display, or a call of a class of dicts or namespaces with keywords only;
            anything else, as None, is not kept.
    """
    items, function = _parts(old, group.namespace)
    known = {
        key.value: value
        for key, value in items
        if isinstance(key, _ast.Constant) and isinstance(key.value, str)
    }
    given = {
        name: merged(value, known.get(name)) if isinstance(value, Group) else constant(value)
        for name, value in group.items()
    }
    if len(known) < len(items):
        # Keys that are not known before the program runs: the given ones have the last word.
        result = _dict([*items, *_named(given)])
    else:
        result = _dict(_named({**known, **given}))
    return result if function is None else _ast.Call(function, [], [_ast.keyword(None, result)])


def _named(items: dict[str, _ast.expr]) -> list[tuple[_ast.expr | None, _ast.expr]]:
    return [(_ast.Constant(name), value) for name, value in items.items()]


def _parts(
    old: _ast.expr | None, namespace: bool
) -> tuple[list[tuple[_ast.expr | None, _ast.expr]], _ast.expr | None]:
    """Items of an expression, and what is called with them; None where that is a plain dict."""
    if isinstance(old, _ast.Dict):
        return list(zip(old.keys, old.values, strict=True)), None
    if isinstance(old, _ast.Call) and not old.args:
        called = str(getattr(old.func, "attr", None) or getattr(old.func, "id", ""))
        if called == "dict" or called.endswith(("Dict", "Namespace")):
            items = [(_ast.Constant(k.arg) if k.arg else None, k.value) for k in old.keywords]
            return list(items), None if called == "dict" else old.func
    return [], _simple_namespace() if namespace else None


def _simple_namespace() -> _ast.expr:
    """`SimpleNamespace`, in a program that may not have imported it."""
    importer = _ast.Name("__import__", _ast.Load())
    module = _ast.Call(importer, [_ast.Constant("types")], [])
    return _ast.Attribute(module, "SimpleNamespace", _ast.Load())


def _dict(items: Iterable[tuple[_ast.expr | None, _ast.expr]]) -> _ast.expr:
    pairs = list(items)
    return _ast.Dict([key for key, _ in pairs], [value for _, value in pairs])


def place(node: _Node, at: _ast.stmt | _ast.expr | None) -> _Node:
    """Give a node, and new ones in it, the place of another; None for the start of the file."""
    where = {"lineno": 1, "col_offset": 0, "end_lineno": 1, "end_col_offset": 0}
    if at is not None:
        where = {name: getattr(at, name) for name in where}
    waiting: list[_ast.AST] = [node]
    while waiting:
        new = waiting.pop()
        if "lineno" in new.__dict__:
            continue  # kept from the program, with all that is in it
        if "lineno" in new._attributes:
            new.__dict__.update(where)
        for field in new._fields:
            child = getattr(new, field, None)
            children = child if isinstance(child, list) else [child]
            waiting += [c for c in children if isinstance(c, _ast.AST)]
    return node
