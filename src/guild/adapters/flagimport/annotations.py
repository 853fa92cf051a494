"""Type annotations of fields and parameters."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from attr import evolve, frozen

from guild.adapters.flagimport.objects import ClassObject, Scope, TypeAlias
from guild.adapters.flagimport.symbols import External, is_known

if TYPE_CHECKING:
    from guild.adapters.flagimport.execution import Execution

__all__ = ["Shape", "shape_of"]

_SCALARS = {"int", "float", "str", "bool"}
_LISTS = {"list", "List", "Sequence", "Iterable", "Tuple", "tuple", "Set", "set"}
_TRANSPARENT = {"Optional", "Final", "ClassVar", "Required"}


@frozen(kw_only=True)
class Shape:
    """What an annotation says.

    Attributes:
        type: `int`, `float`, `str`, `bool` or empty.
        is_list: Whether there can be several values.
        length: How many values there are, of a tuple that says it; else 0.
        choices: Values of a `Literal` or members of an enum.
        metadata: What `Annotated` adds.
        cls: A class of the project that is no enum.
        is_class_variable: Whether it is no field at all.
    """

    type: str = ""
    is_list: bool = False
    length: int = 0
    choices: tuple[object, ...] = ()
    metadata: tuple[object, ...] = ()
    cls: ClassObject | None = None
    is_class_variable: bool = False


def shape_of(node: ast.expr | None, scope: Scope, run: Execution, depth: int = 0) -> Shape:
    """What an annotation says; an empty shape if it can't be read."""
    if node is None or depth > 10:
        return Shape()
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            quoted = ast.parse(node.value, mode="eval").body
        except (SyntaxError, ValueError, RecursionError):
            return Shape()
        return shape_of(quoted, scope, run, depth + 1)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _union([node.left, node.right], scope, run, depth)
    if isinstance(node, ast.Subscript):
        return _generic(node, scope, run, depth)
    value = run.evaluate(node, scope)
    if isinstance(value, TypeAlias):
        return shape_of(value.node, value.scope, run, depth + 1)
    return _plain(value)


def _plain(value: object) -> Shape:
    if isinstance(value, ClassObject):
        if value.is_enum():
            return Shape(choices=tuple(value.members()))
        return Shape(cls=value)
    if isinstance(value, External):
        name = value.dotted.removeprefix("builtins.")
        if name in _SCALARS:
            return Shape(type=name)
        if name.startswith("pathlib."):
            return Shape(type="str")
        return Shape(is_list=name.rpartition(".")[2] in _LISTS)
    return Shape()


def _generic(node: ast.Subscript, scope: Scope, run: Execution, depth: int) -> Shape:
    head = run.evaluate(node.value, scope)
    name = head.dotted.rpartition(".")[2] if isinstance(head, External) else ""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if name == "Literal":
        values = [run.evaluate(part, scope) for part in parts]
        known = tuple(value for value in values if is_known(value) and value is not None)
        return Shape(type=_common_type(known), choices=known)
    if name == "Union":
        return _union(parts, scope, run, depth)
    if not parts:
        return Shape()
    inner = shape_of(parts[0], scope, run, depth + 1)
    if name == "Annotated":
        return evolve(inner, metadata=tuple(run.evaluate(part, scope) for part in parts[1:]))
    if name in _TRANSPARENT:
        return evolve(inner, is_class_variable=name == "ClassVar")
    if name in ("tuple", "Tuple") and not _is_ellipsis(parts[-1]):
        return _tuple([inner, *(shape_of(part, scope, run, depth + 1) for part in parts[1:])])
    return evolve(inner, is_list=True) if name in _LISTS else Shape()


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _tuple(parts: list[Shape]) -> Shape:
    kinds = {part.type for part in parts}
    kind = kinds.pop() if len(kinds) == 1 else ""
    choices = parts[0].choices if all(part == parts[0] for part in parts) else ()
    return Shape(type=kind, choices=choices, is_list=True, length=len(parts))


def _union(parts: list[ast.expr], scope: Scope, run: Execution, depth: int) -> Shape:
    shapes = [
        shape_of(part, scope, run, depth + 1)
        for part in parts
        if not (isinstance(part, ast.Constant) and part.value is None)
    ]
    if len(shapes) == 1:
        return shapes[0]
    same = all(shape == shapes[0] for shape in shapes)
    return shapes[0] if shapes and same else Shape()


def _common_type(values: tuple[object, ...]) -> str:
    names = {type(value).__name__ for value in values}
    return names.pop() if len(names) == 1 and names <= _SCALARS else ""
