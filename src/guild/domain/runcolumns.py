"""What is known of many runs, column by column: a row for each run, in one order for all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from guild.domain.record import Record
from guild.domain.status import Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from guild.domain.flags import FlagValue
    from guild.domain.ids import RunId
    from guild.domain.run import Run
    from guild.domain.scalarsummary import ScalarSummary
    from guild.domain.timestamps import Timestamp

__all__ = [
    "CORE",
    "LastValues",
    "RunColumns",
    "ScalarColumns",
    "ScalarTable",
    "columns_of",
    "ends",
    "scalar_table_of",
]

_RUNNING = Status.RUNNING.value

LastValues: TypeAlias = tuple[Sequence[int], Sequence[float], Sequence[int]]
"""Of one scalar: rows that have it, the last value in each, and the step of that."""

ScalarColumns: TypeAlias = Mapping[tuple[str, str], LastValues]
"""Scalars by prefix and tag."""


CORE = (
    "operation",
    "started",
    "stopped",
    "status",
    "label",
    "digest",
    "marked",
    "is_batch",
    "project",
    "remote",
)
"""Columns of runs themselves, beside their ids."""


class RunColumns(Record):
    """Runs by columns, each as long as there are runs, or empty if it is not wanted.

    Attributes:
        ids: Their ids.
        operation: Names of operations, as listings show them.
        started, stopped: Times; None where unknown.
        status: Texts of `Status`.
        label: Labels; empty for none.
        digest: Digests of source code; None for none.
        marked: Whether they are marked.
        is_batch: Whether they are those of batches.
        project: Directories of their projects; None where unknown.
        remote: Names of the remotes that run them; None for none.
        flags: Flags by name: rows that have the flag, and its value in each.
        scalars: Last values of scalars.
    """

    ids: Sequence[RunId] = ()
    operation: Sequence[str] = ()
    started: Sequence[Timestamp | None] = ()
    stopped: Sequence[Timestamp | None] = ()
    status: Sequence[str] = ()
    label: Sequence[str] = ()
    digest: Sequence[str | None] = ()
    marked: Sequence[bool] = ()
    is_batch: Sequence[bool] = ()
    project: Sequence[str | None] = ()
    remote: Sequence[str | None] = ()
    flags: Mapping[str, tuple[Sequence[int], Sequence[FlagValue]]] = {}  # nobody changes it
    scalars: ScalarColumns = {}  # noqa: RUF012

    def without(self, names: Iterable[str]) -> RunColumns:
        """The same, but for some columns."""
        return self.replaced(**dict.fromkeys(names, ()))


def columns_of(
    runs: Sequence[Run], summaries: Iterable[Sequence[ScalarSummary]] = ()
) -> RunColumns:
    """Runs by columns.

    Args:
        runs: The runs, in the order of the rows.
        summaries: Scalars of each of them; none if they are not wanted.
    """
    flags: dict[str, tuple[list[int], list[FlagValue]]] = {}
    for row, run in enumerate(runs):
        for name, value in run.flags.items():
            its_rows, its_values = flags.setdefault(name, ([], []))
            its_rows.append(row)
            its_values.append(value)
    scalars: dict[tuple[str, str], tuple[list[int], list[float], list[int]]] = {}
    for row, found in enumerate(summaries):
        for each in found:
            rows, values, steps = scalars.setdefault((each.prefix, each.tag), ([], [], []))
            rows.append(row)
            values.append(each.last)
            steps.append(each.last_step)
    return RunColumns(
        ids=[run.id for run in runs],
        operation=[run.operation for run in runs],
        started=[run.started for run in runs],
        stopped=[run.stopped for run in runs],
        status=[run.status.value for run in runs],
        label=[run.label for run in runs],
        digest=[run.sourcecode_digest for run in runs],
        marked=[run.marked for run in runs],
        is_batch=[run.is_batch for run in runs],
        project=[run.project_dir for run in runs],
        remote=[run.remote for run in runs],
        flags=flags,
        scalars=scalars,
    )


class ScalarTable(Record):
    """Scalars of many runs, column by column: a row for each scalar of a run, in no order.

    Attributes:
        run: Number of the run, in the order that was asked for.
        prefix, tag, first, first_step, last, last_step, min, min_step, max, max_step: See
            `ScalarSummary`.
        total, count: Likewise.
    """

    run: Sequence[int] = ()
    prefix: Sequence[str] = ()
    tag: Sequence[str] = ()
    first: Sequence[float] = ()
    first_step: Sequence[int] = ()
    last: Sequence[float] = ()
    last_step: Sequence[int] = ()
    min: Sequence[float] = ()
    min_step: Sequence[int] = ()
    max: Sequence[float] = ()
    max_step: Sequence[int] = ()
    total: Sequence[float] = ()
    count: Sequence[int] = ()


def scalar_table_of(summaries: Iterable[Sequence[ScalarSummary]]) -> ScalarTable:
    """Scalars by columns.

    Args:
        summaries: Those of each run, in the order of the runs.
    """
    found = [(row, each) for row, of_run in enumerate(summaries) for each in of_run]
    names = list(ScalarTable().values())[1:]
    columns = {name: [getattr(each, name) for _, each in found] for name in names}
    return ScalarTable(run=[row for row, _ in found], **columns)


def ends(runs: RunColumns, now: Timestamp) -> list[Timestamp | None]:
    """Until when each run took time: the present if it is running."""
    return [
        now if status == _RUNNING else stopped
        for status, stopped in zip(runs.status, runs.stopped, strict=True)
    ]
