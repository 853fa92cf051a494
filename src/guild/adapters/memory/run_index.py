"""An index that keeps nothing: every answer is read from the runs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from guild.domain.errors import DamagedRun, NoSuchRun
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.run import Run
from guild.domain.selection import RunFilter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.app.ports.recording import Clock, ScalarSource
    from guild.app.ports.run_store import RunStore
    from guild.domain.runattrs import FormatTime
    from guild.domain.runcolumns import RunColumns, ScalarTable
    from guild.domain.scalarsummary import ScalarSummary

__all__ = ["ReadingRunIndex"]


class ReadingRunIndex:
    """Answers by reading all runs. See `RunIndex`.

    Args:
        store: The runs.
        scalars: Their scalars.
        format_time: Writes times as text, for filters.
        clock: The present, likewise.
        warn: Is told, a sentence each, which attributes that are asked for the system fails to
            read.
    """

    def __init__(
        self,
        store: RunStore,
        scalars: Callable[[], ScalarSource],
        format_time: FormatTime,
        clock: Clock,
        warn: Callable[[str], None] = lambda _sentence: None,
    ) -> None:
        self._store = store
        self._scalars = scalars
        self._format_time = format_time
        self._clock = clock
        self._warn = warn

    def page(
        self,
        wanted: RunFilter,
        *,
        start: int = 0,
        count: int | None = None,
        deleted: bool = False,
    ) -> tuple[list[RunId], int]:
        """See `RunIndex.page`."""
        if wanted.passes_all:
            ids = self._store.newest_ids(deleted=deleted)
        else:
            ids = [
                run.id for run in self._store.runs(deleted=deleted) if self._passes(wanted, run)
            ]
        return ids[start : None if count is None else start + count], len(ids)

    def every(self, wanted: RunFilter, *, deleted: bool = False) -> list[Run]:
        """See `RunIndex.every`."""
        return self.runs(self.page(wanted, deleted=deleted)[0], deleted=deleted)

    def columns(
        self,
        which: RunFilter | Sequence[RunId],
        *,
        deleted: bool = False,
        batches: bool = True,
        core: Collection[str] | None = None,
        flags: bool = False,
        scalars: bool = False,
    ) -> RunColumns:
        """See `RunIndex.columns`."""
        from guild.domain.runcolumns import CORE, columns_of  # few ask for many runs by columns

        ids = self.page(which, deleted=deleted)[0] if isinstance(which, RunFilter) else which
        runs = [run for run in self.runs(ids, deleted=deleted) if batches or not run.is_batch]
        found = columns_of(runs, self.summaries(runs).values() if scalars else ())
        unwanted = set() if core is None else set(CORE) - set(core)
        return found.without(unwanted).replaced(flags=found.flags if flags else {})

    def scalar_table(self, ids: Sequence[RunId], *, deleted: bool = False) -> ScalarTable:
        """See `RunIndex.scalar_table`."""
        from guild.domain.runcolumns import scalar_table_of

        found = self.summaries(self.runs(ids, deleted=deleted))
        return scalar_table_of([found.get(run_id, ()) for run_id in ids])

    def runs(self, ids: Sequence[RunId], *, deleted: bool = False) -> list[Run]:
        """See `RunIndex.runs`."""
        found = []
        for run_id in ids:
            try:
                found.append(self._store.get(run_id, deleted=deleted))
            except NoSuchRun:
                continue
        return found

    def ids_of(self, matches: Callable[[str], bool]) -> list[RunId]:
        """See `RunIndex.ids_of`."""
        wanted = set(self._store.ids_of(matches))
        return [run_id for run_id in self._store.newest_ids() if run_id in wanted]

    def runs_of(self, opref: OpRef) -> list[Run]:
        """See `RunIndex.runs_of`."""
        return self._store.runs_of(opref)

    def summaries(self, runs: Sequence[Run]) -> Mapping[RunId, Sequence[ScalarSummary]]:
        """See `RunIndex.summaries`."""
        return {run.id: self._scalars().read(run.path).summaries for run in runs}

    def attr(self, runs: Sequence[Run], name: str) -> Mapping[RunId, object]:
        """See `RunIndex.attr`."""
        return {run.id: self._told_attr(run, name) for run in runs}

    def close(self) -> None:
        """See `RunIndex.close`."""

    def _passes(self, wanted: RunFilter, run: Run) -> bool:
        if wanted.expression is None:
            return wanted.matches(run)
        from guild.domain.runattrs import run_lookup  # few filters have an expression

        lookup = run_lookup(
            run,
            lambda name: self._attr(run, name),
            lambda run: self._scalars().read(run.path).summaries,
            self._format_time,
            self._clock(),
        )
        return wanted.matches(run, lookup)

    def _told_attr(self, run: Run, name: str) -> object:
        try:
            return self._store.attr(run, name)
        except DamagedRun as error:
            if isinstance(error.__cause__, OSError):  # else `guild check` tells of it
                self._warn(error.message)
            return None

    def _attr(self, run: Run, name: str) -> object:
        try:
            return self._store.attr(run, name)
        except DamagedRun:
            return None
