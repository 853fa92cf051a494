"""Port: how processes are started, watched and stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from guild.domain.process import Exit, Job, Stream

__all__ = ["Launcher", "ProcessObserver", "Processes"]


class ProcessObserver(Protocol):
    """What a launcher tells of its process, in this order.

    The calls come one after another, but possibly in another process than the one that
    called `launch` (a fork of it made at that moment), so that they go on when that one dies:
    an observer keeps what it learns in the run, not in memory.
    """

    def started(self, pid: int) -> None:
        """The process exists."""
        ...

    def output(self, stream: Stream, data: bytes) -> None:
        """It wrote something: any number of bytes, not cut at lines."""
        ...

    def idle(self) -> None:
        """It has written nothing for a while: a moment to flush. At least once a second."""
        ...

    def ended(self, exit: Exit) -> None:
        """It ended and all of its output was told. Not called if it never started."""
        ...


class Launcher(Protocol):
    """Starts a process and sees it through.

    While `launch` waits, an interrupt, a termination or a hangup of this process is passed on
    to the whole process tree of the job; within ten seconds none of it is left.
    """

    def launch(self, job: Job, observer: ProcessObserver, interrupted: Callable[[], None]) -> Exit:
        """Start the job and wait for its end; with `Job.background`, only for its start.

        `interrupted` is called when the job was told to stop and has not after a moment.

        Raises:
            GuildError: If it could not be started. A job's own failure is an `Exit`.
        """
        ...


class Processes(Protocol):
    """Processes of runs that somebody else started."""

    def stop(self, run_id: str, pid: int, *, timeout_s: float, force: bool) -> list[int]:
        """Ask a run's process tree to end and wait for it.

        Args:
            run_id: The run: processes that left the tree are recognised by it.
            pid: The process its lock names.
            timeout_s: Seconds to wait; 0 to return at once.
            force: Whether what is left then is killed.

        Returns:
            Ids of the processes that are left.
        """
        ...
