"""Experiments from a notebook: functions as operations, runs as data frames."""

from __future__ import annotations

try:
    import pandas  # noqa: F401  # asked for here, so that its lack has one clear message
except ImportError as _error:
    raise RuntimeError(
        "guild.ipy requires pandas - install it first before using this module"
        " (pip install 'guild[ipy]')"
    ) from _error

from guild.adapters.ipy.batches import (
    DEFAULT_MAX_TRIALS,
    Batch,
    RangeFunction,
    loguniform,
    uniform,
)
from guild.adapters.ipy.exceptions import RunError, RunException, RunTerminated
from guild.adapters.ipy.frames import RunsDataFrame, RunsSeries
from guild.adapters.ipy.listing import runs
from guild.adapters.ipy.runindex import RUN_DETAIL, RunIndex
from guild.adapters.ipy.running import run
from guild.config import guild_home, set_guild_home
from guild.domain.errors import GuildError, MissingSearchDimension

__all__ = [
    "DEFAULT_MAX_TRIALS",
    "RUN_DETAIL",
    "Batch",
    "GuildError",
    "MissingSearchDimension",
    "RangeFunction",
    "RunError",
    "RunException",
    "RunIndex",
    "RunTerminated",
    "RunsDataFrame",
    "RunsSeries",
    "guild_home",
    "loguniform",
    "run",
    "runs",
    "set_guild_home",
    "uniform",
]
