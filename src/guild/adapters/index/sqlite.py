"""The runs of a home in an SQLite file: a cache in front of their directories."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.run import Run
from guild.domain.selection import RunFilter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    # Where there are no runs, nothing of all this is needed.
    from guild.adapters.index.answers import Answers
    from guild.adapters.index.scalars import ReadScalars
    from guild.app.ports.recording import Clock
    from guild.app.ports.run_changes import Progress, RunChanges
    from guild.app.ports.run_index import RunIndex
    from guild.domain.runattrs import FormatTime
    from guild.domain.runcolumns import RunColumns, ScalarTable
    from guild.domain.scalarsummary import ScalarSummary

    _T = TypeVar("_T")

__all__ = ["SqliteRunIndex"]

_REBUILDS = 3
_TIMEOUT_S = 20.0


class SqliteRunIndex:
    """Answers from an SQLite file in the home's cache, after bringing in what has changed.

    A damaged file is thrown away and made anew. Where there can be none, runs are read.

    Args:
        home: Absolute path of the Guild home.
        roots: Directories of its runs and of its trash.
        changes: Tells what has changed.
        read_scalars: Reads what is new of the scalars of a run directory.
        reading: Answers where there can be no index.
        format_time: Writes times as text, for filters.
        clock: The present, likewise.
        warn: Is told, a sentence, that there can be no index.
        progress: Passes names of runs through as they are read, and shows how far they are.
        looks: How often to look, before an answer, at runs that should be as they were.
        timeout_s: How long to wait for another process that writes.
    """

    def __init__(
        self,
        *,
        home: str,
        roots: tuple[str, str],
        changes: RunChanges,
        read_scalars: ReadScalars,
        reading: RunIndex,
        format_time: FormatTime,
        clock: Clock,
        warn: Callable[[str], None],
        progress: Progress,
        looks: int,
        timeout_s: float = _TIMEOUT_S,
    ) -> None:
        self._home = home
        self._roots = roots
        self._changes = changes
        self._read_scalars = read_scalars
        self._reading = reading
        self._format_time = format_time
        self._clock = clock
        self._warn = warn
        self._progress = progress
        self._timeout_s = timeout_s
        self._looks = looks
        self._answers: Answers | None = None
        self._identity: int | None = None
        self._is_off = False

    def page(
        self,
        wanted: RunFilter,
        *,
        start: int = 0,
        count: int | None = None,
        deleted: bool = False,
    ) -> tuple[list[RunId], int]:
        """See `RunIndex.page`."""
        if self._changes.place(deleted=deleted) is None:
            return [], 0
        found = self._tried(lambda known: known.page(wanted, start, count, deleted))
        if found is None:
            return self._reading.page(wanted, start=start, count=count, deleted=deleted)
        return found

    def every(self, wanted: RunFilter, *, deleted: bool = False) -> list[Run]:
        """See `RunIndex.every`."""
        if self._changes.place(deleted=deleted) is None:
            return []
        found = self._tried(lambda known: known.every(wanted, deleted))
        return self._reading.every(wanted, deleted=deleted) if found is None else found

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
        from guild.adapters.index.columns import Wanted  # few ask for many runs by columns
        from guild.domain.runcolumns import CORE

        core = CORE if core is None else core
        wanted = Wanted(batches=batches, core=core, flags=flags, scalars=scalars)
        if self._changes.place(deleted=deleted) is not None:
            found = self._tried(lambda known: known.columns(which, deleted, wanted))
            if found is not None:
                return found
        return self._reading.columns(
            which, deleted=deleted, batches=batches, core=core, flags=flags, scalars=scalars
        )

    def scalar_table(self, ids: Sequence[RunId], *, deleted: bool = False) -> ScalarTable:
        """See `RunIndex.scalar_table`."""
        if self._changes.place(deleted=deleted) is not None:
            found = self._tried(lambda known: known.scalar_table(ids, deleted))
            if found is not None:
                return found
        return self._reading.scalar_table(ids, deleted=deleted)

    def runs(self, ids: Sequence[RunId], *, deleted: bool = False) -> list[Run]:
        """See `RunIndex.runs`."""
        found = self._tried(lambda known: known.runs(ids, deleted)) if ids else []
        return self._reading.runs(ids, deleted=deleted) if found is None else found

    def ids_of(self, matches: Callable[[str], bool]) -> list[RunId]:
        """See `RunIndex.ids_of`."""
        if self._changes.place(deleted=False) is None:
            return []
        found = self._tried(lambda known: known.ids_of(matches))
        return self._reading.ids_of(matches) if found is None else found

    def runs_of(self, opref: OpRef) -> list[Run]:
        """See `RunIndex.runs_of`."""
        if self._changes.place(deleted=False) is None:
            return []
        found = self._tried(lambda known: known.runs_of(opref))
        return self._reading.runs_of(opref) if found is None else found

    def summaries(self, runs: Sequence[Run]) -> Mapping[RunId, Sequence[ScalarSummary]]:
        """See `RunIndex.summaries`. Runs of other places than the home are read."""
        return self._of_runs(
            runs,
            lambda known, some, deleted: known.summaries(some, deleted),
            lambda rest: self._reading.summaries(rest),
        )

    def attr(self, runs: Sequence[Run], name: str) -> Mapping[RunId, object]:
        """See `RunIndex.attr`. Runs of other places than the home are read."""
        return self._of_runs(
            runs,
            lambda known, some, deleted: known.attr(some, name, deleted),
            lambda rest: self._reading.attr(rest, name),
        )

    def _of_runs(
        self,
        runs: Sequence[Run],
        known: Callable[[Answers, Sequence[Run], bool], Mapping[RunId, _T]],
        read: Callable[[Sequence[Run]], Mapping[RunId, _T]],
    ) -> Mapping[RunId, _T]:
        """What is known of runs of the two places, and read of all others."""
        found: dict[RunId, _T] = {}
        for deleted in (False, True):
            root = self._roots[deleted]
            here = [run for run in runs if run.path == f"{root}/{run.id}"]
            if here:
                found |= self._tried(lambda answers: known(answers, here, deleted)) or {}  # noqa: B023
        rest = [run for run in runs if run.id not in found]
        return {**found, **read(rest)} if rest else found

    def _tried(self, answer: Callable[[Answers], _T]) -> _T | None:
        """An answer from the index; None if there can be none."""
        import sqlite3

        from guild.adapters.index.database import IndexUnavailable, is_damage

        for _ in range(_REBUILDS):
            try:
                return answer(self._opened())
            except IndexUnavailable as error:
                self._off(str(error))
                return None
            except OSError as error:
                self._off(error.strerror or str(error))
                return None
            except (sqlite3.DatabaseError, ValueError, TypeError, LookupError) as error:
                if _asks_too_much(error):
                    return None
                if not is_damage(error):
                    self._off(str(error))
                    return None
                self._throw_away()
        self._off("it is damaged again and again")
        return None

    def _off(self, why: str) -> None:
        if not self._is_off:
            self._is_off = True
            self.close()
            self._warn(f"cannot keep an index of runs, so all are read: {why}")

    def _opened(self) -> Answers:
        from guild.adapters.index.answers import Answers
        from guild.adapters.index.database import IndexUnavailable, connect, identity

        if self._is_off:
            raise IndexUnavailable("")
        if self._answers is None:
            self._identity = identity(self._home)
            self._answers = Answers(
                connect(self._home, self._timeout_s),
                roots=self._roots,
                changes=self._changes,
                read_scalars=self._read_scalars,
                format_time=self._format_time,
                clock=self._clock,
                progress=self._progress,
                looks=self._looks,
            )
        return self._answers

    def _throw_away(self) -> None:
        from guild.adapters.index.database import remove

        self.close()
        remove(self._home, self._identity)

    def close(self) -> None:
        """Give the file back. The next question opens it again."""
        if self._answers is not None:
            self._answers.close()
            self._answers = None


def _asks_too_much(error: Exception) -> bool:
    """Whether a filter is more than SQLite takes, who could as well pass it to the domain."""
    return any(told in str(error) for told in ("too large", "too many", "stack overflow"))
