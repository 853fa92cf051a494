"""Columns of data frames, with the types that they are documented to have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from guild.domain.timestamps import Timestamp

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from guild.domain.compare import Part

__all__ = ["durations", "local_times", "objects", "series_of", "table"]

_US = 1_000_000
_DAY_S = 86_400
_LONGEST_S = 9_000_000_000
"""Seconds from 1970 that a column of nanoseconds has room for, in round numbers."""


def table(columns: dict[str, Any]) -> pd.DataFrame:
    """A data frame with these columns, of which nothing is copied or looked at again."""
    import pandas as pd

    return pd.DataFrame(columns, copy=False)


def objects(values: Sequence[object]) -> pd.Series[Any]:
    """A column of type `object`, whatever pandas would make of it."""
    import numpy as np
    import pandas as pd

    cells = np.empty(len(values), dtype=object)
    cells[:] = values
    return pd.Series(cells, dtype=object, copy=False)


def series_of(count: int, parts: Sequence[Part]) -> pd.Series[Any]:
    """A column of plain values, of which None is a missing one.

    It is `bool` or `int64` if all values are that; `float64` if they are numbers or missing; and
    else `object`, with nan for what is missing.

    Args:
        count: How many rows it has.
        parts: Its values: of several for a row the first that is not None.
    """
    import numpy as np
    import pandas as pd

    kinds = {kind for _, values in parts for kind in set(map(type, values))}
    is_complete = len(set().union(*(rows for rows, _ in parts))) == count
    if is_complete and kinds == {bool}:
        dtype: type = bool
    elif is_complete and kinds == {int} and all(_are_small(values) for _, values in parts):
        dtype = np.int64
    elif kinds and kinds <= {int, float, type(None)} and kinds != {type(None)}:
        dtype = np.float64
    else:
        dtype = object
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
    return pd.Series(column, dtype=dtype, copy=False)


def _are_small(values: Sequence[Any]) -> bool:
    limit = 1 << 63
    return -limit <= min(values, default=0) and max(values, default=0) < limit


def local_times(times: Sequence[Timestamp | None]) -> pd.Series[Any]:
    """Local times, to whole seconds: `datetime64[ns]`, NaT for None."""
    import numpy as np
    import pandas as pd

    seconds, is_known = _seconds(times)
    local = seconds + _offsets(seconds)
    found = local.astype("datetime64[s]").astype("datetime64[ns]")
    found[~is_known] = np.datetime64("NaT")
    return pd.Series(found, copy=False)


def durations(
    starts: Sequence[Timestamp | None], ends: Sequence[Timestamp | None]
) -> pd.Series[Any]:
    """Times from starts to ends, in whole seconds: `timedelta64[ns]`, NaT where one is None."""
    import numpy as np
    import pandas as pd

    first, has_first = _seconds(starts)
    last, has_last = _seconds(ends)
    found = (last - first).astype("timedelta64[s]").astype("timedelta64[ns]")
    found[~(has_first & has_last)] = np.timedelta64("NaT")
    return pd.Series(found, copy=False)


def _seconds(
    times: Sequence[Timestamp | None],
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Whole seconds, and which of them are known and within what a column can say."""
    import numpy as np

    us = np.array([0 if time is None else time for time in times], dtype=np.int64)
    seconds = us // _US
    is_known = np.array([time is not None for time in times], dtype=bool)
    is_known &= abs(seconds) < _LONGEST_S
    return np.where(is_known, seconds, 0), is_known


def _offsets(seconds: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """What local time is ahead of UTC by, in seconds, at each of these moments.

    It is looked up once for each day that has one offset, as nearly all have.
    """
    import time

    import numpy as np

    days, day_of = np.unique(seconds // _DAY_S, return_inverse=True)
    begins = [time.localtime(int(day) * _DAY_S).tm_gmtoff for day in days]
    ends = [time.localtime((int(day) + 1) * _DAY_S).tm_gmtoff for day in days]
    offsets = np.array(begins, dtype=np.int64)[day_of]
    changing = np.array([a != b for a, b in zip(begins, ends, strict=True)], dtype=bool)[day_of]
    for at in np.nonzero(changing)[0]:
        offsets[at] = time.localtime(int(seconds[at])).tm_gmtoff
    return offsets
