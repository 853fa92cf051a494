"""Port: single files that are written for a run beside its attributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from guild.domain.run import Run

__all__ = ["RunFiles"]


class RunFiles(Protocol):
    """Files for other programs."""

    def write_staged_env(self, run: Run, env: Mapping[str, str]) -> None:
        """Write the environment of a staged run's process so that a shell can read it."""
        ...

    def write_pidfile(self, path: str | None, pid: int) -> str:
        """Write a process id to a file, a new temporary one if `path` is None.

        Returns:
            The file's path.
        """
        ...

    def remove_pidfile(self, path: str, pid: int) -> None:
        """Remove a file that holds this process id; one that holds another, or none, stays."""
        ...

    def reserve(self, run: Run) -> None:
        """Take some room on the disk, so that the end of the run can be written in any case."""
        ...

    def free(self, run: Run) -> None:
        """Give back what `reserve` took; nothing happens if that was done."""
        ...

    def is_there(self, run: Run) -> bool:
        """Whether the run's directory still exists."""
        ...
