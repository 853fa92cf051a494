"""Stop runs that are running."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from guild.domain.errors import NoSuchRun, RunIsRunning
from guild.domain.owner import Owner, Reach
from guild.domain.record import Record
from guild.domain.run import Run

if TYPE_CHECKING:
    from guild.app.ports.processes import Processes
    from guild.app.ports.recording import Clock
    from guild.app.ports.run_store import RunLocks, RunStore

__all__ = ["StopRequest", "StopResult", "StopRuns", "Stopping"]

_TERMINATED = -15


class StopRequest(Record):
    """Which runs to stop and how long to wait.

    Attributes:
        wait: Whether to wait until they have stopped.
        timeout_s: Seconds to wait for each.
        force: Whether what is left then is killed.
    """

    runs: Sequence[Run]
    wait: bool = True
    timeout_s: float = 30
    force: bool = False


class Stopping(Record, kw_only=False):
    """A run is about to be stopped, if its owner is here; otherwise it is left alone."""

    run: Run
    owner: Owner


class StopResult(Record, kw_only=False):
    """What came of it.

    Attributes:
        stopped: Runs that were running and were told to stop.
        survivors: Processes that have not stopped in time.
        out_of_reach: Runs that may be running and were left alone: their owners are
            elsewhere, or not proven.
    """

    stopped: tuple[Run, ...]
    survivors: tuple[int, ...]
    out_of_reach: tuple[Stopping, ...] = ()


class StopRuns:
    """Stops the process trees of runs. Each run is then terminated."""

    def __init__(
        self,
        store: RunStore,
        processes: Processes,
        locks: RunLocks,
        clock: Clock,
    ) -> None:
        self.store = store
        self.processes = processes
        self.locks = locks
        self.clock = clock

    def owner(self, run: Run) -> Owner:
        """Who owns the run now, whatever its status says: also who only prepares it."""
        if run.remote is not None:
            return Owner(Reach.ELSEWHERE, host=run.remote)
        return self.processes.owner(run)

    def __call__(
        self, request: StopRequest, notify: Callable[[Stopping], None] = lambda _event: None
    ) -> StopResult:
        """Stop the runs one after another; those that aren't running here are only notified."""
        stopped: list[Run] = []
        survivors: list[int] = []
        out_of_reach: list[Stopping] = []
        for told in request.runs:
            run = self.store.at(told.path)
            event = Stopping(run, self.owner(run))
            notify(event)
            if event.owner.reach is Reach.HERE:
                stopped.append(run)
                survivors += self._stop(run, event.owner, request)
            elif event.owner.reach is not Reach.NOBODY:
                out_of_reach.append(event)
        return StopResult(tuple(stopped), tuple(survivors), tuple(out_of_reach))

    def _stop(self, run: Run, owner: Owner, request: StopRequest) -> list[int]:
        timeout_s = request.timeout_s if request.wait else 0
        while True:
            left = self.processes.stop(run, timeout_s=timeout_s, force=request.force)
            if left:
                return left
            former, owner = owner, self.owner(run)
            # Who prepared the run may have handed it over to its process just before.
            if owner.reach is not Reach.HERE:
                self._record_end(run)
                return []
            if owner == former:
                return []

    def _record_end(self, run: Run) -> None:
        """Say how the run ended where nobody is left who could."""
        try:
            if self.store.at(run.path).exit_status is not None:
                return
            self.locks.claim(run)
        except (NoSuchRun, RunIsRunning):
            return  # It is not ours any more.
        try:
            if self.store.at(run.path).exit_status is None:
                self.store.set_mark(run, None)
                self.store.finish(run, stopped=self.clock(), exit_status=_TERMINATED)
        finally:
            self.locks.release(run)
