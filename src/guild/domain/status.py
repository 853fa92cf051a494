"""The status of a run."""

from __future__ import annotations

import enum

__all__ = ["Liveness", "Status"]


class Status(enum.Enum):
    """What has become of a run."""

    PENDING = "pending"
    """Being made, or made by a batch that has not started it yet."""
    STAGED = "staged"
    """Ready to be started by a later command."""
    RUNNING = "running"
    """Its process lives, here or on another host."""
    COMPLETED = "completed"
    """Its process ended with exit status 0."""
    TERMINATED = "terminated"
    """It was stopped: by a signal, the user or a limit (a negative exit status)."""
    ERROR = "error"
    """It failed, or ended without a word of how."""

    @property
    def satisfies_needed(self) -> bool:
        """Whether a run of this status makes another like it unneeded.

        Source: spec "Run as needed": completed and terminated runs are available.
        """
        return self in (Status.COMPLETED, Status.TERMINATED)


class Liveness(enum.Enum):
    """What is known of the process that a run's lock names."""

    NO_LOCK = "no lock"
    ALIVE = "alive"
    """It lives, or it is on a host where this one can't look: never called dead."""
    DEAD = "dead"
    """It ended, its host was started anew, or another process has its number now."""
