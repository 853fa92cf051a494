"""What `add_argument` is given, as far as it can be read."""

from __future__ import annotations

import ast

from guild.adapters.flagimport.objects import ClassObject, FunctionObject
from guild.adapters.flagimport.options import Option
from guild.adapters.flagimport.symbols import UNKNOWN, Call, External, is_known

__all__ = [
    "SUPPRESS",
    "action_of",
    "is_settled",
    "listed_choices",
    "settled",
    "true_text",
    "type_of",
]

SUPPRESS = "==SUPPRESS=="
"""The default of an option that has none, and the help of one that is hidden."""

_CONSTANTS = {
    "argparse.SUPPRESS": SUPPRESS,
    "argparse.REMAINDER": "...",
    "argparse.OPTIONAL": "?",
    "argparse.ZERO_OR_MORE": "*",
    "argparse.ONE_OR_MORE": "+",
}
_WITH_DEFAULT = ("store", "extend", "BooleanOptionalAction")
_TEXT_TYPES = ("pathlib.", "os.path.", "argparse.FileType")


def is_settled(option: Option, call: Call) -> bool:
    """Whether all that matters of an option could be read."""
    choices = call.get(-1, "choices")
    return (
        (is_known(_enumerated(option.default)) or option.action not in _WITH_DEFAULT)
        and option.action != "unknown"
        and is_known(option.nargs)
        and is_known(call.get(-1, "required"))
        and (choices is None or bool(option.choices) or is_known(choices))
    )


def _enumerated(value: object) -> object:
    return getattr(value, "value", value)


def settled(value: object) -> object:
    """A value with argparse's own constants in place of their names."""
    if isinstance(value, External):
        return _CONSTANTS.get(value.dotted, UNKNOWN)
    return value


def action_of(value: object) -> str:
    """Name of an action; `unknown` if it can't be told."""
    if value is None:
        return "store"
    if isinstance(value, str):
        return value
    if isinstance(value, External):
        return value.dotted.rpartition(".")[2]
    # An action of the project's own takes a value like any other.
    return "store" if isinstance(value, ClassObject) else "unknown"


def listed_choices(value: object) -> tuple[object, ...]:
    """The choices that are known; none if not all are."""
    if isinstance(value, ClassObject) and value.is_enum():
        return tuple(value.members())
    if isinstance(value, (list, tuple, range, dict)) and len(value) <= 1000:
        return tuple(value) if is_known([_enumerated(item) for item in value]) else ()
    return ()


def true_text(value: object) -> str:
    """What a function may take for true: `true` if it has that text, or else its name."""
    if isinstance(value, FunctionObject):
        nodes = ast.walk(value.node)
        texts = [node.value for node in nodes if isinstance(node, ast.Constant)]
        return "true" if "true" in texts else value.name
    return value.dotted.rpartition(".")[2] if isinstance(value, External) else ""


def type_of(value: object) -> tuple[str, str]:
    """Name of a type and, for one that is worth a warning, how to show it."""
    if isinstance(value, (FunctionObject, ClassObject)):
        return ("strbool" if "bool" in value.name.lower() else ""), ""
    if not isinstance(value, External):
        return "", ""
    name = value.dotted.removeprefix("builtins.")
    if name in ("int", "float", "str", "bool"):
        return name, ""
    if "bool" in name.lower():
        return "strbool", ""
    if name.startswith(_TEXT_TYPES):
        return "str", ""
    return "", f"<{name}>"
