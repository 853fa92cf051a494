"""Options that parsers make of the fields of dataclasses."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from attr import evolve

from guild.adapters.flagimport.annotations import Shape, shape_of
from guild.adapters.flagimport.objects import ClassObject, FunctionObject, InstanceObject, Scope
from guild.adapters.flagimport.options import Option
from guild.adapters.flagimport.symbols import UNKNOWN, Call, External, Symbol

if TYPE_CHECKING:
    from guild.adapters.flagimport.execution import Execution

__all__ = ["options_of"]

_MAX_NESTING = 8
_FIELDS = ("dataclasses.field", "attrs.field", "attr.ib", "simple_parsing.field")


def options_of(
    cls: ClassObject | FunctionObject, run: Execution, style: str, prefix: str = "", depth: int = 0
) -> list[Option]:
    """Options of the fields of a dataclass, or of the parameters of a function.

    Args:
        cls: The dataclass; its bases' fields come first.
        run: What its defaults are read with.
        style: `hf` as HfArgumentParser names them: `--learning_rate`, booleans with a value;
            `tyro`: `--learning-rate`, booleans as a pair of switches.
        prefix: Path of an enclosing field, with dots.
        depth: How many classes enclose it.
    """
    options: list[Option] = []
    fields = _parameters(cls, run) if isinstance(cls, FunctionObject) else _fields(cls, run)
    for name, shape, default, attributes in fields:
        if shape.cls is not None and depth < _MAX_NESTING:
            inner = f"{prefix}{name}." if style == "tyro" else ""
            options += options_of(shape.cls, run, style, inner, depth + 1)
        else:
            options.append(_option(prefix + name, shape, default, attributes, style))
    return options


_Field = tuple[str, Shape, object, Call]
_MISSING = object()


def _fields(cls: ClassObject, run: Execution) -> Iterator[_Field]:
    found: dict[str, _Field] = {}
    for owner in reversed(cls.lineage()):
        for statement in owner.node.body:
            match statement:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                    shape = shape_of(annotation, owner.scope, run)
                    if not shape.is_class_variable:
                        found[name] = _field(name, shape, value, owner.scope, run)
    for field in found.values():
        if field[3].get(-1, "init", True) is not False:
            yield field


def _field(name: str, shape: Shape, node: ast.expr | None, scope: Scope, run: Execution) -> _Field:
    if node is None:
        return name, shape, _MISSING, Call()
    if isinstance(node, ast.Call):
        function = run.evaluate(node.func, scope)
        called = function.dotted if isinstance(function, External) else ""
        if called in _FIELDS or called.endswith(".HfArg"):
            return _field_call(name, shape, node, scope, run)
    return name, shape, run.evaluate(node, scope), Call()


def _field_call(name: str, shape: Shape, node: ast.Call, scope: Scope, run: Execution) -> _Field:
    given = {word.arg: run.evaluate(word.value, scope) for word in node.keywords if word.arg}
    metadata = given.get("metadata")
    attributes = Call((), {**(metadata if isinstance(metadata, dict) else {}), **given})
    default: object = given.get("default", _MISSING)
    factory = given.get("default_factory", given.get("factory"))
    if default is _MISSING and node.args:
        default = run.evaluate(node.args[0], scope)
    if default is _MISSING and isinstance(factory, Symbol):
        default = factory.call(Call(), run)
    return name, shape, default, attributes


def _parameters(function: FunctionObject, run: Execution) -> Iterator[_Field]:
    arguments = function.node.args
    for parameter in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        shape = shape_of(parameter.annotation, function.scope, run)
        default = function.defaults.get(parameter.arg, _MISSING)
        yield parameter.arg, shape, default, Call()


def _option(name: str, shape: Shape, default: object, attributes: Call, style: str) -> Option:
    text = attributes.get(-1, "help", "")
    choices = attributes.get(-1, "choices")
    aliases = attributes.get(-1, "aliases", ())
    shown = name.replace("_", "-") if style == "tyro" else name
    is_boolean = shape.type == "bool" and not shape.is_list
    if default is _MISSING and is_boolean and style == "hf":
        default = False
    option = Option(
        strings=(f"--{shown}", *_texts([aliases] if isinstance(aliases, str) else aliases)),
        default=None if default is _MISSING else _simple(default),
        type="strbool" if is_boolean else shape.type,
        choices=tuple(choices) if isinstance(choices, (list, tuple)) else shape.choices,
        required=default is _MISSING,
        nargs="+" if shape.is_list else None,
        help=text if isinstance(text, str) else "",
        dest=name,
    )
    if is_boolean and style == "tyro":
        return evolve(option, action="BooleanOptionalAction", type="bool")
    return option


def _texts(values: object) -> list[str]:
    if not isinstance(values, (list, tuple)):
        return []
    return [value for value in values if isinstance(value, str)]


def _simple(value: object) -> object:
    return UNKNOWN if isinstance(value, InstanceObject) else value
