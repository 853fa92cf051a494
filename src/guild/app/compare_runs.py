"""Runs side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from guild.domain.compare import Table, compare_table
from guild.domain.record import Record
from guild.domain.run import Run
from guild.domain.scalarsummary import ScalarSummary
from guild.domain.timestamps import Timestamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.app.ports.recording import Clock
    from guild.app.ports.run_index import RunIndex
    from guild.domain.ids import RunId
    from guild.domain.selection import RunFilter

__all__ = ["CompareRequest", "CompareRuns"]


class CompareRequest(Record):
    """What to compare, and how.

    Attributes:
        which: A filter, or ids in the order of the rows.
        deleted: Whether runs of the trash are meant.
        skip_core: Leave out the core columns but `run`.
        skip_op_cols: Leave out flags and scalars.
        extra_cols: Add the digest of the source code.
        all_scalars: Show scalars of the system, too.
        skip_unchanged: Leave out columns that are the same in all of several rows.
        min_by, max_by: Column to sort by.
        limit: How many rows are wanted after sorting.
        include_batch: Whether runs of batches get a row.
    """

    which: RunFilter | Sequence[RunId]
    deleted: bool = False
    skip_core: bool = False
    skip_op_cols: bool = False
    extra_cols: bool = False
    all_scalars: bool = False
    skip_unchanged: bool = False
    min_by: str | None = None
    max_by: str | None = None
    limit: int | None = None
    include_batch: bool = False


class CompareRuns:
    """Puts runs into a table by what they were told and what they reported."""

    def __init__(
        self,
        index: RunIndex,
        clock: Clock,
        format_time: Callable[[Timestamp], str],
    ) -> None:
        self.index = index
        self.clock = clock
        self.format_time = format_time

    def __call__(self, request: CompareRequest) -> Table:
        """The table.

        Raises:
            GuildError: If there is no such column to sort by.
        """
        wants_operation = not request.skip_op_cols
        runs = self.index.columns(
            request.which,
            deleted=request.deleted,
            batches=request.include_batch,
            flags=wants_operation,
            scalars=wants_operation,
        )
        table = compare_table(
            runs,
            format_time=self.format_time,
            now=self.clock(),
            core=not request.skip_core,
            sourcecode=request.extra_cols,
            operation=wants_operation,
            all_scalars=request.all_scalars,
        )
        if request.min_by or request.max_by:
            heading = request.min_by or request.max_by or ""
            table = table.sorted_by(heading, descending=request.min_by is None)
        if request.limit is not None:
            table = table.top(request.limit)
        return table.without_unchanged() if request.skip_unchanged else table

    def summaries(self, run: Run) -> Sequence[ScalarSummary]:
        """Summaries of all scalars of a run."""
        return self.index.summaries([run])[run.id]
