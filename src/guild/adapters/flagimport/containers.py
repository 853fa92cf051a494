"""Flags that are items of a dict, or attributes of a namespace, of a script."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator

from guild.adapters.flagimport.constants import NotConstant, fold
from guild.adapters.flagimport.globals_ import constant_flag
from guild.domain.flagdef import FlagDef

__all__ = ["container_flags"]

_MAX_NESTING = 20


def container_flags(tree: ast.Module, name: str, path: str) -> tuple[list[FlagDef], list[str]]:
    """Flags of the first value of a top-level name: `{...}`, `dict(...)`, `SimpleNamespace(...)`.

    Items of nested ones are named `outer.inner`.

    Args:
        tree: The script.
        name: The top-level name.
        path: The script's file.

    Returns:
        The flags in name order, and what is wrong, a sentence each.
    """
    node = _first_value(tree, name)
    if node is None or _entries(node) is None:
        kind = "NoneType" if node is None else _kind(node)
        return [], [
            f"cannot import flags for param '{name}' in '{os.path.basename(path)}':"
            f" param must be a dict or SimpleNamespace (got {kind})"
        ]
    flags: dict[str, FlagDef] = {}
    for key, value in _leaves(node, "", 0):
        flag = constant_flag(key, value, os.path.dirname(path))
        if flag is not None:
            flags[key] = flag
    return [flag for _, flag in sorted(flags.items())], []


def _first_value(tree: ast.Module, name: str) -> ast.expr | None:
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=targets, value=value):
                if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                    return value
            case ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as value):
                if found == name:
                    return value
    return None


def _entries(node: ast.expr) -> list[tuple[str, ast.expr]] | None:
    """Names and values of a container; None for what is none."""
    if isinstance(node, ast.Dict):
        return [
            (key.value, value)
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant) and isinstance(key.value, str)
        ]
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        called = node.func.id if isinstance(node.func, ast.Name) else called
        if called in ("dict", "SimpleNamespace", "Namespace"):
            return [(word.arg, word.value) for word in node.keywords if word.arg]
    return None


def _leaves(node: ast.expr, prefix: str, depth: int) -> Iterator[tuple[str, object]]:
    for key, value in _entries(node) or ():
        if _entries(value) is not None:
            if depth < _MAX_NESTING:
                yield from _leaves(value, f"{prefix}{key}.", depth + 1)
            continue
        try:
            yield prefix + key, fold(value)
        except NotConstant:
            continue


def _kind(node: ast.expr) -> str:
    try:
        return type(fold(node)).__name__
    except NotConstant:
        return "an expression"
