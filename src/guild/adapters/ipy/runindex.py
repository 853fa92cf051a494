"""The cell of a data frame that stands for a run."""

from __future__ import annotations

from functools import total_ordering
from itertools import count, repeat
from typing import Any

from guild.adapters.fsstore.layout import runs_dir, trash_dir
from guild.domain.ids import short_id
from guild.domain.runcolumns import RunColumns
from guild.run import Run

__all__ = ["RUN_DETAIL", "SHOWN", "RunIndex", "run_cells"]

SHOWN = ("operation", "started", "stopped", "status", "label")
"""Columns of runs that their cells tell: see `runcolumns.CORE`."""

RUN_DETAIL = ("id", "operation", "status", "started", "stopped", "label", "run_dir")
"""What `info` says of each run first, in order."""


class RunsRead:
    """Runs as they were read.

    Args:
        home: Absolute path of the Guild home.
        deleted: Whether they are in its trash.
        columns: What is shown of them.
    """

    __slots__ = ("columns", "deleted", "home")

    def __init__(self, home: str, deleted: bool, columns: RunColumns) -> None:
        self.home = home
        self.deleted = deleted
        self.columns = columns


@total_ordering
class RunIndex:
    """A run in a data frame. It is shown as its short id, and equals its id as a text.

    Args:
        run_id: Id of the run.
        row: Its row in `frame`.
        frame: The runs that it was read with.
    """

    __slots__ = ("_row", "frame", "id")

    def __init__(self, run_id: str, row: int, frame: RunsRead) -> None:
        self.id = run_id
        self._row = row
        self.frame = frame

    @property
    def path(self) -> str:
        """Absolute path of its directory."""
        frame = self.frame
        root = trash_dir(frame.home) if frame.deleted else runs_dir(frame.home)
        return f"{root}/{self.id}"

    @property
    def run(self) -> Run:
        """The run."""
        return Run(self.id, self.path)

    @property
    def value(self) -> Run:
        """The run."""
        return self.run

    @property
    def fmt(self) -> dict[str, str]:
        """What listings show of the run, as it was when the frame was made."""
        from guild.adapters.system.localtime import format_time

        columns, row = self.frame.columns, self._row
        return {
            "id": self.id,
            "short_id": short_id(self.id),
            "operation": columns.operation[row],
            "status": columns.status[row],
            "started": format_time(columns.started[row]),
            "stopped": format_time(columns.stopped[row]),
            "label": columns.label[row],
            "run_dir": self.path,
        }

    def __str__(self) -> str:
        return short_id(self.id)

    def __repr__(self) -> str:
        return short_id(self.id)

    def __eq__(self, other: object) -> bool:
        found = _id_of(other)
        return NotImplemented if found is None else self.id == found

    def __lt__(self, other: object) -> bool:
        found = _id_of(other)
        return NotImplemented if found is None else self.id < found

    def __hash__(self) -> int:
        return hash(self.id)

    def __reduce__(self) -> tuple[Any, ...]:
        # Not with all other runs of its frame.
        columns, row = self.frame.columns, self._row
        one = RunColumns(
            operation=[columns.operation[row]],
            status=[columns.status[row]],
            started=[columns.started[row]],
            stopped=[columns.stopped[row]],
            label=[columns.label[row]],
        )
        return RunIndex, (self.id, 0, RunsRead(self.frame.home, self.frame.deleted, one))


def run_cells(columns: RunColumns, home: str, *, deleted: bool) -> list[RunIndex]:
    """The cells of runs: see `RunsRead`."""
    return list(map(RunIndex, columns.ids, count(), repeat(RunsRead(home, deleted, columns))))


def _id_of(other: object) -> str | None:
    if isinstance(other, RunIndex):
        return other.id
    if isinstance(other, Run):
        return other.id
    return other if isinstance(other, str) else None
