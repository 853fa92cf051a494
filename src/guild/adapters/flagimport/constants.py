"""Constant expressions, evaluated within bounds.

What a script's author wrote as `5 * 8` or `"a" + "b"` is computed here without running the
script. Every operation is checked before it is done, so that `9 ** 9 ** 9` or
`"x" * 10 ** 12` is simply no constant.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "MAX_ITEMS",
    "MAX_TEXT",
    "NotConstant",
    "binary",
    "compare",
    "field_text",
    "fold",
    "is_scalar",
    "subscript",
    "unary",
]

MAX_ITEMS = 10_000
_MAX_BITS = 4096
MAX_TEXT = 100_000
_MAX_DEPTH = 150
_SCALARS = (bool, int, float, str, type(None))
_SEQUENCES = (list, tuple)
_PERCENT = r"%[-+ #0]*\d{0,2}(?:\.\d{1,2})?[sdifgeErxX%]"


class NotConstant(Exception):
    """An expression whose value can't be known by reading it, or is too big to compute."""


def fold(node: ast.expr, depth: int = 0) -> object:
    """Value of an expression of constants; names are none.

    Raises:
        NotConstant: For everything else.
    """
    if depth > _MAX_DEPTH:
        raise NotConstant
    match node:
        case ast.Constant(value=value):
            return value
        case ast.UnaryOp(op=op, operand=operand):
            return unary(op, fold(operand, depth + 1))
        case ast.BinOp(left=left, op=op, right=right):
            return binary(op, fold(left, depth + 1), fold(right, depth + 1))
        case ast.List(elts=items):
            return [fold(item, depth + 1) for item in items]
        case ast.Tuple(elts=items):
            return tuple(fold(item, depth + 1) for item in items)
        case ast.JoinedStr(values=parts):
            return _joined(parts, depth)
    raise NotConstant


def _joined(parts: Sequence[ast.expr], depth: int) -> str:
    if any(isinstance(part, ast.FormattedValue) for part in parts):
        raise NotConstant
    return "".join(str(fold(part, depth + 1)) for part in parts)


def unary(op: ast.unaryop, value: object) -> object:
    """Value of `-x`, `+x`, `~x`, `not x`.

    Raises:
        NotConstant: For a value it is not defined for.
    """
    if isinstance(op, ast.Not):
        if not isinstance(value, (*_SCALARS, *_SEQUENCES, dict, set)):
            raise NotConstant
        return not value
    if not isinstance(value, (int, float)):
        raise NotConstant
    if isinstance(op, ast.Invert):
        if not isinstance(value, int):
            raise NotConstant
        return -value - 1
    return -value if isinstance(op, ast.USub) else +value


_BINARY: dict[type[ast.operator], Callable[[object, object], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}


def binary(op: ast.operator, left: object, right: object) -> object:
    """Value of a binary operation on numbers, texts and sequences.

    Raises:
        NotConstant: If it is not defined, fails, or would be too big.
    """
    function = _BINARY.get(type(op))
    if function is None or not _is_bounded(op, left, right):
        raise NotConstant
    try:
        result = function(left, right)
    except (TypeError, ValueError, ArithmeticError, KeyError, IndexError) as error:
        raise NotConstant from error
    if isinstance(result, complex):
        raise NotConstant
    return result


def _is_bounded(op: ast.operator, left: object, right: object) -> bool:
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return _is_bounded_number(op, left, right)
    if isinstance(op, ast.Mult):
        sized, times = (right, left) if isinstance(left, int) else (left, right)
        return (
            isinstance(sized, (str, *_SEQUENCES))
            and isinstance(times, int)
            and len(sized) * max(times, 0) <= _limit(sized)
        )
    if isinstance(op, ast.Add):
        return (
            isinstance(left, (str, *_SEQUENCES))
            and type(left) is type(right)
            and len(left) + len(right) <= _limit(left)
        )
    if isinstance(op, ast.Mod):
        return isinstance(left, str) and _is_bounded_percent(left, right)
    return isinstance(op, ast.BitOr) and isinstance(left, dict) and isinstance(right, dict)


def _is_bounded_number(op: ast.operator, left: int | float, right: int | float) -> bool:
    if not (isinstance(left, int) and isinstance(right, int)):
        return True
    if isinstance(op, ast.Pow):
        return left.bit_length() * abs(right) <= _MAX_BITS
    if isinstance(op, ast.LShift):
        return right >= 0 and left.bit_length() + right <= _MAX_BITS
    return left.bit_length() + right.bit_length() <= _MAX_BITS


def _is_bounded_percent(template: str, values: object) -> bool:
    given = values if isinstance(values, tuple) else (values,)
    if re.sub(_PERCENT, "", template).count("%") or not all(is_scalar(item) for item in given):
        return False
    return len(template) + sum(len(str(item)) for item in given) <= MAX_TEXT


def _limit(value: object) -> int:
    return MAX_TEXT if isinstance(value, str) else MAX_ITEMS


def is_scalar(value: object) -> bool:
    """Whether a value is a number, text, boolean or None."""
    return isinstance(value, _SCALARS)


# Any: operands of types an operation is not defined for raise a TypeError, which is caught.
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda item, items: item in items,
    ast.NotIn: lambda item, items: item not in items,
}


def compare(op: ast.cmpop, left: object, right: object) -> bool:
    """Truth of a comparison of scalars, or of a scalar's membership in a flat container.

    Raises:
        NotConstant: For other values.
    """
    inside = isinstance(op, (ast.In, ast.NotIn)) and isinstance(right, (*_SEQUENCES, set, dict))
    flat = all(map(is_scalar, right)) if inside else is_scalar(right)  # type: ignore[call-overload] # a container
    if not (is_scalar(left) and flat):
        raise NotConstant
    try:
        return bool(_COMPARE[type(op)](left, right))
    except (TypeError, ValueError) as error:
        raise NotConstant from error


def subscript(value: object, key: object) -> object:
    """Item or slice of a text, sequence or mapping.

    Raises:
        NotConstant: If there is none.
    """
    if not isinstance(value, (str, range, *_SEQUENCES, dict)):
        raise NotConstant
    if not (is_scalar(key) or isinstance(key, (slice, tuple))):
        raise NotConstant
    try:
        return value[key]  # type: ignore[index, call-overload] # errors are caught
    except (TypeError, ValueError, LookupError, ArithmeticError) as error:
        raise NotConstant from error


def field_text(value: object, conversion: int, spec: str) -> str:
    """Text of a field of an f-string: `{value!r:spec}`.

    Raises:
        NotConstant: If the value is no scalar, or the text could be long.
    """
    if not is_scalar(value) or re.search(r"\d{3,}", spec) or len(spec) > 16:
        raise NotConstant
    shown = repr(value) if conversion == ord("r") else value
    try:
        return format(str(shown) if conversion == ord("s") else shown, spec)
    except (TypeError, ValueError) as error:
        raise NotConstant from error
