"""Port: finding runs among many without reading them all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.run import Run
from guild.domain.runcolumns import RunColumns, ScalarTable
from guild.domain.scalarsummary import ScalarSummary
from guild.domain.selection import RunFilter

__all__ = ["RunIndex"]


class RunIndex(Protocol):
    """What is known of the runs of a home, asked for as a whole.

    It stands in front of the run directories, which are the truth: `page`, `every`, `columns`,
    `ids_of` and `runs_of` answer as if they were read at that moment. `runs`, `summaries` and
    `attr` may answer as of the last of those, which found the runs. What an implementation keeps
    is a cache; without it the answers are the same and take longer. Only what other programs
    changed in runs that ended long ago may be seen some questions later, in homes of many hundred
    runs.
    """

    def page(
        self,
        wanted: RunFilter,
        *,
        start: int = 0,
        count: int | None = None,
        deleted: bool = False,
    ) -> tuple[list[RunId], int]:
        """Some of the runs that pass a filter, newest first (`newest_first`).

        Args:
            wanted: What they must have.
            start: How many to leave out before the first.
            count: How many to return at most; None for all.
            deleted: Whether runs of the trash are meant.

        Returns:
            Their ids, and how many pass the filter in all.
        """
        ...

    def every(self, wanted: RunFilter, *, deleted: bool = False) -> list[Run]:
        """The runs that pass a filter, newest first: `runs` of all that `page` finds, at once."""
        ...

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
        """What is known of many runs, column by column, as it is at this moment.

        Args:
            which: A filter, for the runs that pass it, newest first; or ids, each once, for
                those of them that are there, in this order.
            deleted: Whether runs of the trash are meant.
            batches: Whether runs of batches are among them.
            core: Names of the columns of `runcolumns.CORE` that are wanted; None for all.
            flags, scalars: Whether those are wanted.
        """
        ...

    def scalar_table(self, ids: Sequence[RunId], *, deleted: bool = False) -> ScalarTable:
        """The scalars of runs, as `summaries` has them, column by column.

        Args:
            ids: The runs, each once, in the order that `ScalarTable.run` counts; those that
                are gone have no rows.
            deleted: Whether runs of the trash are meant.
        """
        ...

    def runs(self, ids: Sequence[RunId], *, deleted: bool = False) -> list[Run]:
        """The runs of these ids, in this order, without those that are gone."""
        ...

    def ids_of(self, matches: Callable[[str], bool]) -> list[RunId]:
        """Ids of the runs whose operation has a name that matches, newest first."""
        ...

    def runs_of(self, opref: OpRef) -> list[Run]:
        """The runs of an equal operation, newest first."""
        ...

    def summaries(self, runs: Sequence[Run]) -> Mapping[RunId, Sequence[ScalarSummary]]:
        """The scalars of runs, folded as `summarize` does, by run; sorted by prefix, then tag.

        Every one of `runs` has an entry, if only an empty one.
        """
        ...

    def attr(self, runs: Sequence[Run], name: str) -> Mapping[RunId, object]:
        """A stored attribute of runs, by run; None if one has none, or none that can be read.

        Every one of `runs` has an entry.
        """
        ...

    def close(self) -> None:
        """Give back what is open. What is asked after that opens it again."""
        ...
