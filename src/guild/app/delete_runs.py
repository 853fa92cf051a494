"""Delete runs: to the trash, back, and for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from guild.app.stop_runs import StopRequest, StopRuns
from guild.domain.errors import GuildError
from guild.domain.run import Run
from guild.domain.status import Status

if TYPE_CHECKING:
    from guild.app.ports.run_store import RunStore

__all__ = ["DeleteRuns"]


@frozen(eq=False, repr=False)
class DeleteRuns:
    """Deletes runs, restores deleted ones and purges them."""

    store: RunStore
    stop: StopRuns

    def delete(self, runs: Sequence[Run], *, permanent: bool = False) -> list[Run]:
        """Delete runs; those that are running are stopped first.

        Args:
            runs: Runs that are not deleted.
            permanent: Whether they are removed for good instead of moved to the trash.

        Returns:
            Those that were deleted by this call.

        Raises:
            GuildError: If a run doesn't stop; no run is deleted then.
        """
        running = [run for run in runs if run.status is Status.RUNNING and run.remote is None]
        if running:
            result = self.stop(StopRequest(runs=running, force=True))
            if result.survivors:
                pids = " ".join(map(str, result.survivors))
                raise GuildError(f"cannot delete runs: processes did not stop: {pids}")
        return self.store.delete(runs, permanent=permanent)

    def restore(self, runs: Sequence[Run]) -> list[Run]:
        """Bring runs back from the trash. Returns those that were."""
        return self.store.restore(runs)

    def purge(self, runs: Sequence[Run]) -> list[Run]:
        """Remove deleted runs for good. Returns those that were."""
        return self.store.purge(runs)
