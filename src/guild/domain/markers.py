"""The rule that infers the status of a run from evidence."""

from __future__ import annotations

from guild.domain.record import Record
from guild.domain.status import Liveness, Status

__all__ = ["Markers", "status_of"]


class Markers(Record, kw_only=False):
    """What a run directory shows of its run's status.

    Attributes:
        exit_status: Exit code; negative for a signal; None while there is none.
        pending: Whether the run is marked as being made.
        staged: Whether the run is marked as staged.
        remote: Name of the remote that runs it, if any.
        owner: What is known of the process named by the run's lock.
    """

    exit_status: int | None = None
    pending: bool = False
    staged: bool = False
    remote: str | None = None
    owner: Liveness = Liveness.NO_LOCK


def status_of(markers: Markers) -> Status:
    """Status of a run from what its directory shows.

    A remote lock, then a pending mark, then a staged mark decide before the exit status
    does. Without an exit status a run is running only while its lock's owner lives. The marks
    of a dead owner don't count: whoever wrote them can't fulfil them any more.

    Source: spec "Run as needed", section "Run status and restarts".
    """
    if markers.remote is not None:
        return Status.RUNNING
    if markers.owner is not Liveness.DEAD:
        if markers.pending:
            return Status.PENDING
        if markers.staged:
            return Status.STAGED
    return _status_of_exit(markers)


def _status_of_exit(markers: Markers) -> Status:
    if markers.exit_status is None:
        return Status.RUNNING if markers.owner is Liveness.ALIVE else Status.ERROR
    if markers.exit_status == 0:
        return Status.COMPLETED
    return Status.TERMINATED if markers.exit_status < 0 else Status.ERROR
