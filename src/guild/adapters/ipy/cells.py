"""Columns of data frames, with the types that they are documented to have."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from guild.domain.timestamps import Timestamp

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from guild.domain.compare import Part

__all__ = ["column_of", "durations", "local_times", "objects", "table"]

_US = 1_000_000
_DAY_S = 86_400
_LONGEST_S = 9_000_000_000
"""Seconds from 1970 that a column of nanoseconds has room for, in round numbers."""


def table(columns: dict[str, np.ndarray[Any, Any]]) -> pd.DataFrame:
    """A data frame with these columns, of their types, of which nothing is copied."""
    import pandas as pd

    index = pd.RangeIndex(max(map(len, columns.values()), default=0))
    # Series that have the index of the frame are taken as they are.
    series = {
        name: pd.Series(column, index=index, dtype=column.dtype, copy=False)
        for name, column in columns.items()
    }
    return pd.DataFrame(series, index=index, copy=False)


def objects(values: Sequence[object]) -> np.ndarray[Any, Any]:
    """A column of type `object`, whatever pandas would make of it."""
    import numpy as np

    cells = np.empty(len(values), dtype=object)
    cells[:] = values
    return cells


def column_of(count: int, parts: Sequence[Part]) -> np.ndarray[Any, Any]:
    """A column of plain values, of which None is a missing one.

    It is `bool` or `int64` if all values are that; `float64` if they are numbers or missing; and
    else, also for whole numbers that need more bits, `object`, with nan for what is missing.

    Args:
        count: How many rows it has.
        parts: Its values: of several for a row the first that is not None.
    """
    import numpy as np

    kinds = set().union(*(_types(values) for _, values in parts))
    is_complete = _are_all(parts, count)
    dtype: type = object
    if is_complete and kinds == {bool}:
        dtype = bool
    elif kinds <= {int, float, type(None)} and all(_are_small(values) for _, values in parts):
        if is_complete and kinds == {int}:
            dtype = np.int64
        elif kinds - {type(None)}:
            dtype = np.float64
    if len(parts) == 1 and _are_in_order(parts[0][0], count) and dtype is not object:
        return np.array(parts[0][1], dtype=dtype)
    column: np.ndarray[Any, Any] = np.full(
        count, np.nan if dtype in (np.float64, object) else 0, dtype=dtype
    )
    for rows, values in reversed(parts):
        if len(parts) > 1 and None in values:
            told = [pair for pair in zip(rows, values, strict=True) if pair[1] is not None]
            rows, values = [row for row, _ in told], [each for _, each in told]
        cells: np.ndarray[Any, Any] = np.empty(len(values), dtype=dtype)
        cells[:] = values
        column[np.asarray(rows, dtype=np.int64)] = cells
    if dtype is object:
        column[[cell is None for cell in column]] = np.nan
    return column


def _are_all(parts: Sequence[Part], count: int) -> bool:
    """Whether each row has a value."""
    return (
        any(_are_in_order(rows, count) for rows, _ in parts)
        or len(set().union(*(rows for rows, _ in parts))) == count
    )


def _are_in_order(rows: Sequence[int], count: int) -> bool:
    """Whether it is quickly seen that these are all rows, from the first to the last."""
    return isinstance(rows, range) and rows == range(count)


def _types(values: Sequence[object]) -> set[type]:
    """Types of the values."""
    if isinstance(values, array):
        return {type(value) for value in values[:1]}
    return set(map(type, values))


def _are_small(values: Sequence[object]) -> bool:
    """Whether all whole numbers have 64 bits at most."""
    if isinstance(values, array):
        return True
    limit = 1 << 63
    whole = [value for value in values if isinstance(value, int)]
    return -limit <= min(whole, default=0) and max(whole, default=0) < limit


def local_times(times: Sequence[Timestamp | None]) -> np.ndarray[Any, Any]:
    """Local times, to whole seconds: `datetime64[ns]`, NaT for None."""
    import numpy as np

    seconds, is_known = _seconds(times)
    local = seconds + _offsets(seconds)
    found = local.astype("datetime64[s]").astype("datetime64[ns]")
    found[~is_known] = np.datetime64("NaT")
    return np.asarray(found)


def durations(
    starts: Sequence[Timestamp | None], ends: Sequence[Timestamp | None]
) -> np.ndarray[Any, Any]:
    """Times from starts to ends, in whole seconds: `timedelta64[ns]`, NaT where one is None."""
    import numpy as np

    first, has_first = _seconds(starts)
    last, has_last = _seconds(ends)
    taken = last - first
    is_known = has_first & has_last & (np.abs(taken) < _LONGEST_S)
    found = np.where(is_known, taken, 0).astype("timedelta64[s]").astype("timedelta64[ns]")
    found[~is_known] = np.timedelta64("NaT")
    return np.asarray(found)


def _seconds(
    times: Sequence[Timestamp | None],
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Whole seconds, and which of them are known and within what a column can say."""
    import numpy as np

    # Which a floating-point number holds exactly for all that a column can say.
    us = np.array(times, dtype=np.float64)
    is_known = np.abs(us) < _LONGEST_S * _US
    return np.where(is_known, us // _US, 0).astype(np.int64), is_known


def _offsets(seconds: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """What local time is ahead of UTC by, in seconds, at each of these moments.

    It is looked up once for each day that has one offset, as nearly all have.
    """
    import time

    import numpy as np

    if not len(seconds):
        return seconds
    days = seconds // _DAY_S
    first = int(days.min())
    day_of = days - first
    changing: list[int] = []
    offset_of = np.zeros(int(day_of.max()) + 1, dtype=np.int64)
    for day in np.nonzero(np.bincount(day_of))[0].tolist():
        begin = (first + day) * _DAY_S
        offset_of[day] = time.localtime(begin).tm_gmtoff
        if time.localtime(begin + _DAY_S).tm_gmtoff != offset_of[day]:
            changing.append(day)
    offsets: np.ndarray[Any, Any] = offset_of[day_of]
    for at in np.nonzero(np.isin(day_of, changing))[0] if changing else ():
        offsets[at] = time.localtime(int(seconds[at])).tm_gmtoff
    return offsets
