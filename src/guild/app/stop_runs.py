"""Stop runs that are running."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from guild.domain.run import Run
from guild.domain.status import Status

if TYPE_CHECKING:
    from guild.app.ports.launcher import Processes
    from guild.app.ports.run_store import RunStore

__all__ = ["StopRequest", "StopResult", "StopRuns", "Stopping"]


@frozen(kw_only=True, eq=False, repr=False)
class StopRequest:
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


@frozen(eq=False, repr=False)
class Stopping:
    """A run is about to be stopped; `pid` is None if it is not running here."""

    run: Run
    pid: int | None


@frozen(eq=False, repr=False)
class StopResult:
    """What came of it.

    Attributes:
        stopped: Runs that were running and were told to stop.
        survivors: Processes that have not stopped in time.
    """

    stopped: tuple[Run, ...]
    survivors: tuple[int, ...]


@frozen(eq=False, repr=False)
class StopRuns:
    """Stops the process trees of runs. Each run is then terminated."""

    store: RunStore
    processes: Processes

    def __call__(
        self, request: StopRequest, notify: Callable[[Stopping], None] = lambda _event: None
    ) -> StopResult:
        """Stop the runs one after another; those that aren't running are only notified."""
        stopped: list[Run] = []
        survivors: list[int] = []
        for told in request.runs:
            run = self.store.at(told.path)
            pid = run.pid if run.status is Status.RUNNING and run.remote is None else None
            notify(Stopping(run, pid))
            if pid is None:
                continue
            stopped.append(run)
            timeout_s = request.timeout_s if request.wait else 0
            survivors += self.processes.stop(run.id, pid, timeout_s=timeout_s, force=request.force)
        return StopResult(tuple(stopped), tuple(survivors))
