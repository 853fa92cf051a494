"""Port: where runs are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from guild.domain.draft import Mark, RunDraft
from guild.domain.ids import RunId
from guild.domain.operation import RecordedOperation
from guild.domain.opref import OpRef
from guild.domain.run import Run

__all__ = ["RunLocks", "RunStore"]


class RunStore(Protocol):
    """Runs and their attributes.

    A `Run` is what was read at one moment; methods that take one go by its path and read
    anew. Every write is atomic: a reader sees the old value or the new one, also after a
    crash. Reading is lenient: what is damaged is named in `Run.damage` and left out, and never
    hides other runs. Any write may raise `StoreError`.
    """

    @property
    def parent(self) -> str | None:
        """Directory of the run, such as a pipeline's, whose runs alone are seen; None for all."""
        ...

    def ids(self, *, deleted: bool = False) -> list[RunId]:
        """Ids of all runs, or of those in the trash; in no order."""
        ...

    def located(self, *, deleted: bool = False) -> list[Run]:
        """All runs, of each only its id and path; in no order. No more is read."""
        ...

    def runs(self, *, deleted: bool = False) -> list[Run]:
        """All runs, newest first."""
        ...

    def newest_ids(self, *, deleted: bool = False) -> list[RunId]:
        """Ids of all runs, or of those in the trash, in the order of `runs`.

        Only what orders them is read.
        """
        ...

    def ids_of(self, matches: Callable[[str], bool]) -> list[RunId]:
        """Ids of the runs whose operation has a name (`Run.operation`) that matches; in no order.

        No more is read than the operation.
        """
        ...

    def runs_of(self, opref: OpRef) -> list[Run]:
        """The runs of an equal operation, newest first; only those are read in full."""
        ...

    def get(self, run_id: str, *, deleted: bool = False) -> Run:
        """The run of this id.

        Raises:
            NoSuchRun: If there is none.
        """
        ...

    def at(self, path: str) -> Run:
        """The run in this directory, which need not be among the others.

        Raises:
            NoSuchRun: If the directory holds no run.
        """
        ...

    def create(self, draft: RunDraft, *, mark: Mark = Mark.PENDING) -> Run:
        """Make a run, marked and owned by this process, in a directory nothing else made.

        A draft with a path may use an existing directory that holds no run.

        Returns:
            The run with its id, path, operation and status.

        Raises:
            RunExists: If there is a run with its id, or in its directory.
        """
        ...

    def attr(self, run: Run, name: str) -> object:
        """One attribute; None if it is missing.

        Raises:
            DamagedRun: If it can't be read.
        """
        ...

    def attrs(self, run: Run) -> dict[str, object]:
        """All attributes that can be read, by name."""
        ...

    def operation(self, run: Run) -> RecordedOperation | None:
        """What the run keeps of its operation; None if nothing.

        Raises:
            DamagedRun: If that can't be read.
        """
        ...

    def update(
        self,
        run: Run,
        attrs: Mapping[str, object],
        *,
        opref: OpRef | None = None,
        operation: RecordedOperation | None = None,
    ) -> None:
        """Write attributes, each atomically and in order; None removes one."""
        ...

    def finish(self, run: Run, *, stopped: int, exit_status: int) -> None:
        """Write how the run ended, last of all that is written of it by its owner.

        A run with an exit status is complete, also after a power cut: the exit status, and
        before it the run's operation, id, flags and `stopped`, are then on the disk for good.

        Raises:
            GuildError: If something of that failed; the rest was done.
        """
        ...

    def reopen(self, run: Run) -> None:
        """Take back how the run ended, before anything else of it changes.

        What is written after this is never found beside the former exit status.
        """
        ...

    def set_mark(self, run: Run, mark: Mark | None) -> None:
        """Put the run in a marked state, or in none."""
        ...

    def delete(self, runs: Iterable[Run], *, permanent: bool = False) -> list[Run]:
        """Move runs to the trash, or remove them for good. Returns those that were."""
        ...

    def restore(self, runs: Iterable[Run]) -> list[Run]:
        """Move runs back from the trash. Returns those that were."""
        ...

    def purge(self, runs: Iterable[Run]) -> list[Run]:
        """Remove runs of the trash for good, and what is left of removals that were cut short.

        Returns those that were.
        """
        ...


class RunLocks(Protocol):
    """Who works on a run. Of several that claim one at the same moment exactly one gets it."""

    def claim(self, run: Run) -> None:
        """Become the run's owner, before anything of it is changed.

        Raises:
            RunIsRunning: If it has a living owner.
        """
        ...

    def hand_over(self, run: Run, pid: int) -> None:
        """Name a process that this one started as the owner.

        Raises:
            RunIsRunning: If the run is another process's by now.
        """
        ...

    def release(self, run: Run) -> None:
        """Stop being the owner. A run that has none is left alone."""
        ...
