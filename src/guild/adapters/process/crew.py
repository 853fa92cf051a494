"""Several jobs at a time, all started and watched from one thread."""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from guild.adapters.process.launcher import Front, not_started, pass_on
from guild.adapters.process.terminal import HANDLED, Handlers, Terminal
from guild.app.ports.launcher import Ended
from guild.domain.errors import GuildError
from guild.domain.process import Job

if TYPE_CHECKING:
    from guild.app.ports.launcher import ProcessObserver

    Make = Callable[
        [Job, ProcessObserver, Callable[[], None], Callable[[int, float], None], Terminal | None],
        Front,
    ]

__all__ = ["SubprocessCrew"]


def _keep_silent_of_time(pid: int, elapsed_s: float) -> None:
    """Nobody asked to be told of the time."""


class SubprocessCrew:
    """See `Crew`. It is entered once.

    In another thread than the main one no signal reaches it.

    Args:
        make: Makes a launch, not started yet, of a job, what is told of it, and the terminal
            that it may be lent.
        alone: Whether there is one job at a time.
    """

    def __init__(self, make: Make, *, alone: bool) -> None:
        self._make = make
        self._alone = alone
        self._terminal = Terminal()
        self._handlers = Handlers(self._signalled)
        self._poll = select.poll()
        self._under_way: dict[int, tuple[Job, Front]] = {}
        self._ended: deque[Ended] = deque()
        self._told: int | None = None
        self._wakeups: tuple[int, ...] = ()

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._wakeups = os.pipe()
            for fd in self._wakeups:
                os.set_blocking(fd, False)
            self._poll.register(self._wakeups[0], select.POLLIN)
            # Threads of numeric libraries take signals too, which does not end a wait here.
            self._woken = signal.set_wakeup_fd(self._wakeups[1], warn_on_full_buffer=False)
        self._handlers.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        try:
            if self._told is None:  # Else a second signal would disturb what they save.
                self.stop()
            while self._under_way:
                self._hear(None)
        finally:
            self._handlers.__exit__()
            if self._wakeups:
                signal.set_wakeup_fd(self._woken)
            for fd in self._wakeups:
                os.close(fd)

    @property
    def told(self) -> int | None:
        """See `Crew.told`."""
        return self._told

    @property
    def size(self) -> int:
        """See `Crew.size`."""
        return len(self._under_way) + len(self._ended)

    def start(
        self,
        job: Job,
        observer: ProcessObserver,
        interrupted: Callable[[], None],
        timed_out: Callable[[int, float], None] = _keep_silent_of_time,
    ) -> None:
        """See `Crew.start`."""
        if self._alone and self._under_way:
            raise ValueError("a job is under way that is to be alone")
        terminal = self._terminal if self._alone else None
        used = job if self._alone else job.replaced(stdin=False)
        front = self._make(used, observer, interrupted, timed_out, terminal)
        # Held back until the job is among those they are passed on to.
        mask = set[int](signal.pthread_sigmask(signal.SIG_BLOCK, HANDLED))
        try:
            self._start(job, front, mask)
        except GuildError as exc:
            self._ended.append(Ended(job=job, failure=exc))
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)

    def wait(self, timeout_s: float | None = None) -> Ended | None:
        """See `Crew.wait`."""
        if not self.size:
            raise ValueError("no job is under way")
        end = None if timeout_s is None else time.monotonic() + timeout_s
        while not self._ended:
            if not self._hear(None if end is None else end - time.monotonic()):
                return None
        return self._ended.popleft()

    def pause(self, seconds: float) -> None:
        """See `Crew.pause`."""
        if self.size:
            raise ValueError("a job is under way")
        end = time.monotonic() + seconds
        while self._told is None and time.monotonic() < end:
            self._hear(end - time.monotonic())

    def stop(self) -> None:
        """See `Crew.stop`."""
        for front in self._fronts():
            front.tell(signal.SIGTERM)

    def _start(self, job: Job, front: Front, mask: set[int]) -> None:
        # What came before is known by now, also if it came a moment ago.
        if self._told is not None:
            raise not_started(job, f"told to stop by signal {self._told}")
        front.start(mask, [fd for each in self._fronts() for fd in each.descriptors])
        self._under_way[front.reports] = job, front
        self._poll.register(front.reports, select.POLLIN)
        if self._told is not None:
            # Another thread took the signal, for which it is not held back.
            front.tell(self._told)

    def _hear(self, seconds: float | None) -> bool:
        """Hear all that have something to tell; false if none had in that time."""
        ready = self._poll.poll(None if seconds is None else max(0.0, seconds) * 1000)
        for fd, _ in ready:
            if fd in self._wakeups:
                os.read(fd, 4096)  # The handler was called on the way here.
                continue
            job, front = self._under_way[fd]
            if front.hear():
                self._poll.unregister(fd)
                del self._under_way[fd]
                front.close()
                self._ended.append(_outcome(job, front))
        return bool(ready)

    def _fronts(self) -> tuple[Front, ...]:
        return tuple(front for _, front in self._under_way.values())

    def _signalled(self, number: int, _frame: object) -> None:
        if self._told is None and number != signal.SIGTSTP:
            self._told = number
        pass_on(number, self._fronts(), self._terminal)


def _outcome(job: Job, front: Front) -> Ended:
    in_background = front.exit is not None and front.exit.running
    return Ended(job=job, exit=front.exit, failure=None if in_background else front.failure)
