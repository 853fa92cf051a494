"""Delete runs: to the trash, back, and for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from guild.domain.errors import GuildError
from guild.domain.owner import Owner, Reach
from guild.domain.run import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.app.ports.processes import Processes
    from guild.app.ports.run_store import RunStore
    from guild.app.stop_runs import StopRuns

__all__ = ["DeleteRuns"]


class DeleteRuns:
    """Deletes runs, restores deleted ones and purges them."""

    def __init__(
        self,
        store: RunStore,
        processes: Processes,
        stop: Callable[[], StopRuns],
    ) -> None:
        self.store = store
        self.processes = processes
        self.stop = stop

    def delete(self, runs: Sequence[Run], *, permanent: bool = False) -> list[Run]:
        """Delete runs; those that are running are stopped first.

        Args:
            runs: Runs that are not deleted; their ids and paths are enough.
            permanent: Whether they are removed for good instead of moved to the trash.

        Returns:
            Those that were deleted by this call.

        Raises:
            GuildError: If a run doesn't stop, or can't be stopped from here; no run is deleted
                then.
        """
        owned = self._owned(runs)
        if owned:
            from guild.app.stop_runs import StopRequest  # most runs that are deleted have ended

            result = self.stop()(StopRequest(runs=owned, force=True))
            if result.survivors:
                pids = " ".join(map(str, result.survivors))
                raise GuildError(f"cannot delete runs: processes did not stop: {pids}")
            self._owned(owned, still=True)
        return self.store.delete(runs, permanent=permanent)

    def _owned(self, runs: Sequence[Run], *, still: bool = False) -> list[Run]:
        """Those that somebody on this host works on. What remotes run are copies to them."""
        owned = []
        for run in runs:
            owner = self.processes.owner(run)
            if owner.reach is Reach.NOBODY or self.store.at(run.path).remote is not None:
                continue
            if still or owner.reach is not Reach.HERE:
                raise GuildError(_refusal(run, owner))
            owned.append(run)
        return owned

    def restore(self, runs: Sequence[Run]) -> list[Run]:
        """Bring runs back from the trash. Returns those that were."""
        return self.store.restore(runs)

    def purge(self, runs: Sequence[Run]) -> list[Run]:
        """Remove deleted runs for good, and what removals left that were cut short.

        Returns the runs that were removed.
        """
        return self.store.purge(runs)


def _refusal(run: Run, owner: Owner) -> str:
    why = {
        Reach.ELSEWHERE: f"it is running on {owner.host}: stop it there",
        Reach.UNPROVEN: f"process {owner.pid}, which its lock names, may belong to it"
        " (remove the LOCK if it does not)",
    }
    about = why.get(owner.reach, f"it is running (pid {owner.pid})")
    return f"cannot delete run {run.id}: {about}"
