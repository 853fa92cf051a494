"""What happens in a batch while its trials run."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from guild.domain.flags import FlagValue
from guild.domain.record import Record

__all__ = ["BatchNote", "BatchProgress"]


class BatchNote(Record):
    """Something to be said, now and in the log of the batch.

    Attributes:
        level: `INFO`, `WARNING` or `ERROR`.
        text: One line.
    """

    level: str
    text: str

    def __str__(self) -> str:
        """The line as it is logged: `INFO: [guild] Running trial ...`."""
        return f"{self.level}: [guild] {self.text}"


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
