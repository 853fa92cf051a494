"""Data frames of what runs were told and what they reported, made column by column."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from guild.adapters.ipy.cells import column_of, durations, local_times, objects, table
from guild.adapters.ipy.runindex import SHOWN, run_cells
from guild.domain.compare import operation_parts
from guild.domain.runcolumns import ends

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from guild.bootstrap import Guild
    from guild.domain.ids import RunId
    from guild.domain.run import Run
    from guild.domain.runcolumns import RunColumns, ScalarTable

__all__ = ["comparison", "flags_table", "scalars_table", "values_table"]


def flags_table(guild: Guild, ids: Sequence[RunId], *, deleted: bool) -> pd.DataFrame:
    """See `RunsDataFrame.guild_flags`. Of a flag that a run does not have it has nan."""
    runs = guild.index.columns(ids, deleted=deleted, core=(), flags=True)
    columns: dict[str, Any] = {}
    for name in sorted(runs.flags):
        columns[name] = column_of(len(runs.ids), [runs.flags[name]])
    heading = "run"
    while heading in columns:
        heading = f"_{heading}"
    columns[heading] = objects(runs.ids)
    return table(columns)


def scalars_table(guild: Guild, ids: Sequence[RunId], *, deleted: bool) -> pd.DataFrame:
    """See `RunsDataFrame.scalars`. Runs in the order of `ids`, of each by prefix and tag."""
    import numpy as np

    found = guild.index.scalar_table(ids, deleted=deleted)
    order = _order(found)

    def texts(values: Sequence[str]) -> np.ndarray[Any, Any]:
        return objects(np.array(values, dtype=object)[order] if len(values) else [])

    def numbers(values: Sequence[float]) -> np.ndarray[Any, Any]:
        return np.asarray(np.array(values, dtype=np.float64)[order])

    def steps(values: Sequence[int]) -> np.ndarray[Any, Any]:
        return np.asarray(np.array(values, dtype=np.int64)[order])

    total, count = numbers(found.total), steps(found.count)
    return table(
        {
            "run": texts([ids[row] for row in found.run]),
            "prefix": texts(found.prefix),
            "tag": texts(found.tag),
            "first_val": numbers(found.first),
            "first_step": steps(found.first_step),
            "last_val": numbers(found.last),
            "last_step": steps(found.last_step),
            "min_val": numbers(found.min),
            "min_step": steps(found.min_step),
            "max_val": numbers(found.max),
            "max_step": steps(found.max_step),
            "avg_val": total / count,
            "count": count,
            "total": total,
        }
    )


def _order(found: ScalarTable) -> np.ndarray[Any, Any]:
    """Row numbers in the order of runs, prefixes and tags."""
    import numpy as np
    import pandas as pd

    def ranks(values: Sequence[str]) -> np.ndarray[Any, Any]:
        return np.asarray(pd.factorize(np.array(values, dtype=object), sort=True)[0])

    if not found.run:
        return np.zeros(0, dtype=np.int64)
    return np.lexsort((ranks(found.tag), ranks(found.prefix), np.array(found.run)))


def values_table(guild: Guild, runs: Sequence[Run]) -> pd.DataFrame:
    """See `RunsDataFrame.scalars_detail`."""
    import numpy as np

    ids: list[str] = []
    paths: list[str] = []
    tags: list[str] = []
    values: list[float] = []
    steps: list[int] = []
    for run in runs:
        for point in guild.scalars.points(run):
            ids.append(run.id)
            paths.append(point.prefix or os.curdir)
            tags.append(point.tag)
            values.append(point.value)
            steps.append(point.step)
    return table(
        {
            "run": objects(ids),
            "path": objects(paths),
            "tag": objects(tags),
            "val": np.array(values, dtype=np.float64),
            "step": np.array(steps, dtype=np.int64),
        }
    )


def comparison(guild: Guild, ids: Sequence[RunId], *, deleted: bool) -> pd.DataFrame:
    """See `RunsDataFrame.compare`."""
    import pandas as pd

    runs = guild.index.columns(ids, deleted=deleted, core=SHOWN, flags=True, scalars=True)
    columns = _core(guild, runs, deleted=deleted)
    count = len(runs.ids)
    for heading, parts in operation_parts(runs, grouped=True).items():
        if heading in columns:  # a flag or scalar that is called like it counts
            parts = [*parts, (range(count), pd.Series(columns[heading]).tolist())]
        columns[heading] = column_of(count, parts)
    return table(columns)


def _core(guild: Guild, runs: RunColumns, *, deleted: bool) -> dict[str, Any]:
    cells = run_cells(runs, guild.settings.home, deleted=deleted)
    return {
        "run": objects(cells),
        "operation": objects(runs.operation),
        "started": local_times(runs.started),
        "time": durations(runs.started, ends(runs, guild.clock())),
        "status": objects(runs.status),
        "label": objects(runs.label),
    }
