"""What happens in a batch while its trials run."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from guild.domain.flags import FlagValue
from guild.domain.record import Record

__all__ = ["BatchProgress"]


class BatchProgress(Record):
    """How far a batch is: told whenever that changes, and about once a second.

    Attributes:
        total: How many trials there will be; None if that is not known.
        done: How many ended, however they did, or needed not be run.
        failed: How many of those failed or were terminated.
        running: Flags of the trials that run now, by run id, the longest running first.
        best: The best objective so far, as the scalar has it; None if there is none, or none
            is looked for.
        best_flags: The flags that gave it.
        objective: Whose it is, such as `loss`.
        elapsed_s: Seconds since the first trial was started.
    """

    total: int | None
    done: int = 0
    failed: int = 0
    running: Mapping[str, Mapping[str, FlagValue]] = MappingProxyType({})
    best: float | None = None
    best_flags: Mapping[str, FlagValue] | None = None
    objective: str = ""
    elapsed_s: float = 0.0
