"""Flags that are set as the globals of a script."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator

from guild.adapters.flagimport.constants import MAX_ITEMS, NotConstant, fold, is_scalar
from guild.adapters.flagimport.texts import yaml_words
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagValue

__all__ = ["constant_flag", "globals_flags"]

_ANNOTATED = {"int": "int", "float": "float", "bool": "boolean", "str": "string"}
_PYTHON = {"int": int, "float": (int, float), "boolean": bool, "string": str}


def globals_flags(tree: ast.Module, script_dir: str) -> list[FlagDef]:
    """Flags of the constants assigned at the top level of a script, in name order.

    The first assignment of a name counts, also an annotated one. Constants are numbers,
    texts, booleans, None, lists of them and expressions of constants only: an expression
    with a name in it follows what it is made of and is no flag.

    Args:
        tree: The script.
        script_dir: Where a text is looked up: one that names a file becomes absolute, so
            that it means the same in the run directory.
    """
    flags: dict[str, FlagDef | None] = {}
    for name, value, annotation in _assignments(tree):
        if name not in flags:
            flags[name] = _flag(name, value, annotation, script_dir)
    return [flag for _, flag in sorted(flags.items()) if flag is not None]


def _assignments(tree: ast.Module) -> Iterator[tuple[str, ast.expr, ast.expr | None]]:
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, ast.Name):
                        yield target.id, value, None
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value, annotation=a):
                yield name, value, a


def _flag(
    name: str, node: ast.expr, annotation: ast.expr | None, script_dir: str
) -> FlagDef | None:
    if name.startswith("_"):
        return None
    try:
        value = fold(node)
    except NotConstant:
        return None
    return constant_flag(name, value, script_dir, annotation)


def constant_flag(
    name: str, value: object, script_dir: str, annotation: ast.expr | None = None
) -> FlagDef | None:
    """The flag of a constant; None for values no flag can have."""
    if isinstance(value, list):
        if not _is_listable(value):
            return None
        return FlagDef(name=name, default=yaml_words(value), arg_split=True)
    if value is not None and not isinstance(value, (bool, int, float, str)):
        return None
    kind = _annotated_type(annotation, value) or _type_of(value)
    if isinstance(value, str):
        value = _absolute(value, script_dir)
    return FlagDef(name=name, default=value, type=kind)


def _is_listable(items: list[object]) -> bool:
    """Whether all items are scalars or lists of them, and not too many."""
    waiting = list(items)
    for _ in range(MAX_ITEMS):
        if not waiting:
            return True
        item = waiting.pop()
        if isinstance(item, list):
            waiting += item
        elif not is_scalar(item):
            return False
    return False


def _type_of(value: FlagValue) -> str | None:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    return None if value is None else "number"


def _annotated_type(annotation: ast.expr | None, value: object) -> str | None:
    if not isinstance(annotation, ast.Name) or annotation.id not in _ANNOTATED:
        return None
    kind = _ANNOTATED[annotation.id]
    fits = isinstance(value, _PYTHON[kind])  # type: ignore[arg-type] # types and tuples of them
    return kind if fits and isinstance(value, bool) == (kind == "boolean") else None


def _absolute(text: str, script_dir: str) -> str:
    if not text or len(text) > 1024 or os.path.isabs(text):
        return text
    path = os.path.join(script_dir, text)
    try:
        return os.path.abspath(path) if os.path.exists(path) else text
    except ValueError:  # a null character
        return text
