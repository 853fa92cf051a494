"""Columns of plain values as bytes that are read with few values to look at.

- `codes`: few distinct values. Those as JSON, a line feed, and a byte for each row.
- `ints`, `floats`: eight bytes for each row, the lowest first.
- `ints or none`: as `ints`, with the lowest number of 64 bits for None.
- `texts`: UTF-8 (with surrogates as if they were characters), a control character between them.
- `json`: all else, as a list.

Several columns are kept as one with a header: see `bundle`.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence
from itertools import chain

from guild.adapters.index.cells import BETWEEN, json_text, json_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final, TypeAlias

__all__ = ["Packed", "bundle", "eights", "from_eights", "packed", "unbundle", "unpacked"]

_LIMIT: Final = 1 << 63
_NOTHING: Final = -_LIMIT
"""What stands for None."""
_MOST: Final = 256
_UNCHANGEABLE = frozenset({str, int, float, bool, type(None)})
"""Types of values that rows may share."""
_BETWEEN = BETWEEN.encode()
_TYPE_CODES = {"ints": "q", "ints or none": "q", "floats": "d"}


Packed: TypeAlias = tuple[str, bytes]
"""A column, or a part of one: how the values are told (see above), and what tells them."""


def packed(column: Sequence[Any]) -> Packed:
    """A column of one row at least as bytes."""
    types = set(map(type, column))
    if types <= _UNCHANGEABLE and _are_told_apart(column, types):
        values = list(dict.fromkeys(column))
        if 2 * len(values) <= len(column) and len(values) <= _MOST:
            code_of = {value: code for code, value in enumerate(values)}
            rows = bytes(map(code_of.__getitem__, column))
            return "codes", json_text(values).encode() + b"\n" + rows
    if types <= {int, type(None)}:
        numbers = [_NOTHING if value is None else value for value in column]
        lowest = min((value for value in column if value is not None), default=0)
        if lowest > _NOTHING and max(numbers) < _LIMIT:
            return "ints" if types == {int} else "ints or none", eights("q", numbers)
    if types == {float}:
        return "floats", eights("d", column)
    if types == {str} and not any(BETWEEN in text for text in column):
        return "texts", BETWEEN.join(column).encode("utf-8", "surrogatepass")
    return "json", json_text(list(column)).encode()


def unpacked(parts: Sequence[Packed]) -> Sequence[Any]:
    """The rows of parts that follow each other, as lists or arrays.

    Args:
        parts: One or more, each as `packed` gave it.

    Raises:
        ValueError, LookupError, TypeError: If it gave no such part.
    """
    kinds = {kind for kind, _ in parts}
    if len(kinds) > 1:
        return list(chain.from_iterable(unpacked([part]) for part in parts))
    (kind,) = kinds
    data = [data for _, data in parts]
    if kind == "texts":
        return _BETWEEN.join(data).decode("utf-8", "surrogatepass").split(BETWEEN)
    if kind == "codes":
        return _decoded(data)
    if kind == "json":
        return list(chain.from_iterable(json_value(each.decode()) for each in data))
    numbers = from_eights(_TYPE_CODES[kind], b"".join(data))
    if kind != "ints or none":
        return numbers
    return [None if number == _NOTHING else number for number in numbers]


def bundle(header: object, columns: Sequence[Packed]) -> bytes:
    """Columns, and a plain value that tells what they are."""
    kinds = [[kind, len(data)] for kind, data in columns]
    return b"".join([json_text([header, kinds]).encode(), b"\n", *(data for _, data in columns)])


def unbundle(data: bytes) -> tuple[Any, list[Packed]]:
    """What `bundle` was given.

    Raises:
        ValueError, LookupError, TypeError: If it gave no such data.
    """
    end = data.index(b"\n")
    header, kinds = json_value(data[:end].decode())
    columns = []
    start = end + 1
    for kind, length in kinds:
        columns.append((kind, data[start : start + length]))
        start += length
    if start != len(data):
        raise ValueError("columns have too many bytes, or too few")
    return header, columns


def _are_told_apart(column: Sequence[Any], types: set[type]) -> bool:
    """Whether values are equal if and only if they are the same.

    1, 1.0 and True are equal, and zeros of both signs are; nan does not even equal itself.
    """
    if len(types & {int, float, bool}) > 1:
        return False
    return float not in types or not any(value == 0 or value != value for value in column)


def _decoded(data: Iterable[bytes]) -> Sequence[Any]:
    """Rows of parts that are codes; of those that follow each other most have the same values."""
    rows_by_values: list[tuple[bytes, list[bytes]]] = []
    for each in data:
        end = each.index(b"\n")
        values, rows = each[:end], each[end + 1 :]
        if not rows_by_values or rows_by_values[-1][0] != values:
            rows_by_values.append((values, []))
        rows_by_values[-1][1].append(rows)
    found: list[Any] = []
    for text, several in rows_by_values:
        values, rows = json_value(text.decode()), b"".join(several)
        if len(values) == 1:
            found += values * len(rows)
        else:
            found += map(values.__getitem__, rows)
    return found


def eights(type_code: str, numbers: Sequence[float]) -> bytes:
    """Numbers of eight bytes each, of which the lowest comes first. See `from_eights`."""
    return _in_order(array(type_code, numbers)).tobytes()


def from_eights(type_code: str, data: bytes) -> array[Any]:
    """What `eights` was given.

    Args:
        type_code: As for `array`: `d` for real numbers, `q` for whole ones.
        data: Their bytes.

    Raises:
        ValueError: If they end within a number.
    """
    numbers = array(type_code)
    numbers.frombytes(data)
    return _in_order(numbers)


def _in_order(numbers: array[Any]) -> array[Any]:
    """The same with the lowest byte first, or as the machine has it."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
