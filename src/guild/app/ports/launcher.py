"""Port: how processes are started and watched."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from guild.domain.process import Exit, Job, Stream
from guild.domain.record import Record

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

__all__ = ["Crew", "Ended", "JobLauncher", "Launcher", "ProcessObserver"]


class ProcessObserver(Protocol):
    """What a launcher tells of its process, in this order.

    The calls come one after another, but possibly in another process than the one that
    called `launch` (a fork of it made at that moment), so that they go on when that one dies:
    an observer keeps what it learns in the run, not in memory.
    """

    def started(self, pid: int) -> None:
        """The process exists.

        Raises:
            RunIsRunning: If its run got another owner meanwhile; the process is killed then.
        """
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


class JobLauncher(Protocol):
    """Starts a job and sees it through."""

    def launch(
        self,
        job: Job,
        observer: ProcessObserver,
        interrupted: Callable[[], None],
        timed_out: Callable[[int, float], None] = ...,
    ) -> Exit:
        """Start the job and wait for its end; with `Job.background`, only for its start.

        `interrupted` is called when the job was told to stop and has not after a moment;
        `timed_out`, with the job's pid and the seconds since its start, when it is stopped for
        `Job.stop_after_s`. What they raise is raised once the job has ended and the observer
        was told.

        Raises:
            RunIsRunning: If the run got another owner before the process was known.
            GuildError: If it could not be started. A job's own failure is an `Exit`.
        """
        ...


class Launcher(JobLauncher, Protocol):
    """Starts processes and sees them through.

    While `launch` waits, an interrupt, a termination or a hangup of this process is passed on
    to the whole process tree of the job; within ten seconds none of it is left.
    """

    def crew(self, *, alone: bool) -> AbstractContextManager[Crew]:
        """A crew of jobs; to leave it stops those that are under way, and waits for them.

        Args:
            alone: Whether there is one job at a time, which may have the terminal then; of
                several none reads from it.
        """
        ...


class Ended(Record):
    """What came of a job of a crew.

    Attributes:
        job: The one that was given to `start`.
        exit: How it ended; None if it could not be started.
        failure: Why it could not be started, or what a callback raised meanwhile.
    """

    job: Job
    exit: Exit | None = None
    failure: Exception | None = None


class Crew(Protocol):
    """Processes side by side, all started and watched from one thread.

    While it is entered, an interrupt, a termination or a hangup of this process is passed on
    to the process trees of all its jobs, as `Launcher` says of one.
    """

    @property
    def told(self) -> int | None:
        """The first signal by which this process was asked to stop since the crew was entered.

        It stays known when the crew is left. Nothing more is started then, see `start`.
        """
        ...

    @property
    def size(self) -> int:
        """How many jobs were started whose end `wait` has not told yet."""
        ...

    def start(
        self,
        job: Job,
        observer: ProcessObserver,
        interrupted: Callable[[], None],
        timed_out: Callable[[int, float], None] = ...,
    ) -> None:
        """Start a job. Its callbacks are called, as `Launcher.launch` says, by `wait`.

        One that can't be started is told of by `wait`. So is one that comes when `told` is
        set: nothing of it is started, and the observer is told nothing.

        Raises:
            ValueError: If the crew's jobs are to be alone and one is under way.
        """
        ...

    def wait(self, timeout_s: float | None = None) -> Ended | None:
        """Wait for the next job to end, be it one that could not be started.

        Args:
            timeout_s: Seconds to wait at most; None for no limit.

        Returns:
            The job; None if none ended in that time.

        Raises:
            ValueError: If no job is under way.
        """
        ...

    def pause(self, seconds: float) -> None:
        """Let time pass while no job is under way; less of it if `told` is set meanwhile.

        Raises:
            ValueError: If a job is under way.
        """
        ...

    def stop(self) -> None:
        """Ask all jobs to stop, as a termination of this process would."""
        ...
