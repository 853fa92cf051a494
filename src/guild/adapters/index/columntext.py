"""A column of plain values as JSON that is read with few values to look at.

- Of few distinct values: those, and a byte in hexadecimal for each row.
- Whole numbers of 64 bits or None, and floating-point ones: eight bytes each, in hexadecimal.
- Texts: one text, with a control character between them.
- All else: the list itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import pack, unpack
from typing import Any, Final

from guild.adapters.index.cells import BETWEEN

__all__ = ["packed", "unpacked"]

_LIMIT = 1 << 63
_NOTHING = -_LIMIT
"""What stands for None."""
_MOST = 256
_UNCHANGEABLE = frozenset({str, int, float, bool, type(None)})
"""Types of values that rows may share."""
_BYTES: Final = 8
_CODES = {"ints": "q", "ints or none": "q", "floats": "d"}


def packed(column: Sequence[Any]) -> Any:
    """A column as lists, texts and maps."""
    types = set(map(type, column))
    if types <= _UNCHANGEABLE and _are_told_apart(column, types):
        values = list(dict.fromkeys(column))
        if 2 * len(values) <= len(column) and len(values) <= _MOST:
            code_of = {value: code for code, value in enumerate(values)}
            return {"of": values, "rows": bytes(map(code_of.__getitem__, column)).hex()}
    if types and types <= {int, type(None)}:
        numbers = [_NOTHING if value is None else value for value in column]
        lowest = min((value for value in column if value is not None), default=0)
        if lowest > _NOTHING and max(numbers) < _LIMIT:
            kind = "ints" if types == {int} else "ints or none"
            return {kind: pack(f"<{len(numbers)}q", *numbers).hex()}
    if types == {float}:
        return {"floats": pack(f"<{len(column)}d", *column).hex()}
    if types == {str} and not any(BETWEEN in text for text in column):
        return {"texts": BETWEEN.join(column)}
    return list(column)


def unpacked(column: Any) -> Sequence[Any]:
    """The column that `packed` was given.

    Raises:
        ValueError, LookupError, TypeError: If it gave no such column.
    """
    if isinstance(column, list):
        return column
    if not isinstance(column, dict):
        raise TypeError(f"a column can't be {type(column).__name__}")
    ((kind, what), *rest) = column.items()
    if kind == "of" and isinstance(what, list):
        return list(map(what.__getitem__, bytes.fromhex(rest[0][1])))
    if not isinstance(what, str):
        raise TypeError(f"a column of {kind} can't be {type(what).__name__}")
    if kind == "texts":
        return list(what.split(BETWEEN))
    data = bytes.fromhex(what)
    code = _CODES[kind]
    if len(data) % _BYTES:
        raise ValueError("a number has too few bytes")
    numbers = unpack(f"<{len(data) // _BYTES}{code}", data)
    if kind != "ints or none":
        return numbers
    return [None if number == _NOTHING else number for number in numbers]


def _are_told_apart(column: Sequence[Any], types: set[type]) -> bool:
    """Whether values are equal if and only if they are the same.

    1, 1.0 and True are equal, and zeros of both signs are; nan does not even equal itself.
    """
    if len(types & {int, float, bool}) > 1:
        return False
    return float not in types or not any(value == 0 or value != value for value in column)
