"""The process that starts a job, reads its output and sees it through.

It is a fork of the `guild` process and outlives it: what the job writes after `guild` was
killed is not lost, and how it ended is recorded. It has a process group of its own, so that
keys pressed in the terminal don't reach it.
"""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable, Iterable

from guild.adapters.process import messages
from guild.adapters.process.pump import Pump
from guild.adapters.process.spawn import spawn
from guild.adapters.process.stopping import Patience, Stopping
from guild.adapters.process.table import start_of
from guild.adapters.process.tree import Tree, ancestors, supervisor_name
from guild.domain.errors import GuildError, RunIsRunning
from guild.domain.process import Exit, Job, Stream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.app.ports.launcher import ProcessObserver

__all__ = ["STOP_SIGNALS", "Supervisor"]

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
"""What is passed on to the job as a request to stop."""

_JOB_CONTROL = (signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)
_FROM_TERMINAL = (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP)
_NEVER = float("inf")

_FLUSH_S = 0.2
_IDLE_S = 1.0
# For the last output, once all that could write is gone or given up.
_DRAIN_STOPPED_S = 0.5


class Supervisor:
    """Sees one job through. Made and run in the process that was forked for it.

    What the job leaves behind when it ends by itself lives on; its output is read for five
    more seconds at most.

    Args:
        job: What to start.
        observer: Told of it. What it raises is reported and does not stop the job.
        reports: Descriptor the front process reads from.
        control: Descriptor the front process writes to.
        mask: Signals that are blocked in the job.
        patience: How long it is waited for.
    """

    def __init__(
        self,
        job: Job,
        observer: ProcessObserver,
        reports: int,
        control: int,
        mask: Iterable[int],
        patience: Patience,
    ) -> None:
        self._patience = patience
        self._job = job
        self._observer = observer
        self._reports = reports
        self._control = control
        self._mask = frozenset(mask)
        self._poll = select.poll()
        echo = job.echo and not job.background
        self._pump = Pump(self._poll, self._tell_output, echo=echo, lost=self._warn_of_output)
        self._stopping: Stopping | None = None
        self._status: int | None = None
        self._shares_terminal = False
        self._suspended = False
        self._told_before_end: int | None = None
        self._warned: set[str] = set()
        self._idle_at = _NEVER
        self._last_idle = 0.0
        self._stop_at = _NEVER
        self._began_at = _NEVER
        self._drained_at = _NEVER

    def run(self) -> None:
        """Start the job and see it through."""
        self._leave_front()
        ignored = _take_signals()
        self._wakeups = _wakeup_pipe()
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)
        try:
            self._pid = self._spawn(ignored)
        except (OSError, ValueError) as exc:
            messages.report(self._reports, messages.FAILED, exc)
            return
        self._start = start_of(self._pid)
        messages.report(self._reports, messages.STARTED, self._pid, self._start or "")
        if not self._tell_start():
            messages.report(self._reports, messages.TAKEN)
            return
        if self._job.background:
            messages.report(self._reports, messages.READY)
        self._watch()
        self._pump.close()
        status = self._final_status()
        self._observe(lambda: self._observer.ended(Exit(status=status, pid=self._pid)))
        messages.report(self._reports, messages.ENDED, status)

    def _tell_start(self) -> bool:
        """Tell the observer of the job; kill it if the run got another owner meanwhile."""
        try:
            self._observer.started(self._pid)
        except RunIsRunning:
            # By its marks the tree would hold the other owner's processes too.
            Tree(self._pid, self._start, "").kill()
            return False
        except Exception as exc:
            self._warn_of(exc)
        return True

    def _leave_front(self) -> None:
        if self._job.background:
            os.setsid()
            null = os.open(os.devnull, os.O_RDWR)
            for fd in (0, 1, 2):
                os.dup2(null, fd)
            os.close(null)
        else:
            os.setpgid(0, 0)
        try:
            fd = os.open("/proc/self/comm", os.O_WRONLY)
        except OSError:
            return  # Another system: who stops the run from elsewhere asks the job itself.
        os.write(fd, os.fsencode(supervisor_name(self._job.run_id)))
        os.close(fd)

    def _spawn(self, ours: Iterable[int]) -> int:
        if not self._job.capture:
            return spawn(self._job, None, None, self._mask, ours)
        stdout = self._pump.add(Stream.STDOUT)
        stderr = stdout if self._job.merge_streams else self._pump.add(Stream.STDERR)
        try:
            return spawn(self._job, stdout, stderr, self._mask, ours)
        finally:
            for fd in {stdout, stderr}:
                os.close(fd)

    # The loop.

    def _watch(self) -> None:
        self._poll.register(self._control, select.POLLIN)
        self._poll.register(self._wakeups, select.POLLIN)
        now = time.monotonic()
        self._last_idle, self._idle_at = now, now + _IDLE_S
        if self._job.stop_after_s is not None:
            self._stop_at = now + self._job.stop_after_s
            self._began_at = now
        while not self._is_over(now):
            ready = self._poll.poll(self._timeout_ms(now))
            now = time.monotonic()
            for fd, _ in ready:
                if not self._pump.ready(fd, now):
                    self._hear(fd, now)
            self._do_what_is_due(now)

    def _timeout_ms(self, now: float) -> int:
        due = min(self._idle_at, self._stop_at, self._pump.due)
        if self._stopping:
            due = min(due, self._stopping.due)
        if self._drained_at > now:
            due = min(due, self._drained_at)
        return max(0, -int(-(due - now) * 1000 // 1))

    def _do_what_is_due(self, now: float) -> None:
        if now >= self._pump.due:
            self._pump.wake(now)
        if now >= self._idle_at:
            self._last_idle, self._idle_at = now, now + _IDLE_S
            self._observe(self._observer.idle)
        if now >= self._stop_at:
            self._stop_at = _NEVER
            messages.report(self._reports, messages.EARLY, now - self._began_at)
            self._stop(signal.SIGTERM, now)
        if self._status is not None and self._pump.blocked:
            # What is in the pipe is read once the terminal takes more.
            self._drained_at = max(self._drained_at, now + self._patience.drain_s)
        if self._stopping:
            self._stopping.act(now)
            if self._stopping.given_up(now):
                self._pump.stop_echo()

    def _is_over(self, now: float) -> bool:
        stopping = self._stopping
        if stopping and stopping.given_up(now - _DRAIN_STOPPED_S):
            return True
        if self._status is None or self._pump.blocked:
            return False
        if not stopping:
            return not self._pump.open or now >= self._drained_at
        if stopping.gone and self._pump.open and self._drained_at > now + _DRAIN_STOPPED_S:
            self._drained_at = now + _DRAIN_STOPPED_S
        return stopping.gone and (not self._pump.open or now >= self._drained_at)

    # What comes in.

    def _hear(self, fd: int, now: float) -> None:
        if fd == self._wakeups:
            self._hear_signals(os.read(fd, 4096), now)
        elif fd == self._control:
            words = os.read(fd, 4096)
            if not words:
                self._poll.unregister(fd)  # The front process is gone: go on without.
            for word in words:
                self._obey(word, now)

    def _hear_signals(self, numbers: bytes, now: float) -> None:
        keys = _FROM_TERMINAL if self._shares_terminal else ()
        for number in numbers:
            # The job got these as well, and may have ended of them by now.
            if number in keys:
                self._stop(number, now, reached=True)
        # Of others and the end of the job at the same moment the end came first.
        self._reap(now)
        for number in numbers:
            if number in STOP_SIGNALS and number not in keys:
                self._stop(number, now)

    def _obey(self, word: int, now: float) -> None:
        self._reap(now)
        if word == messages.RESUME:
            self._suspended = False
            self._signal_group(signal.SIGCONT)
        elif word == messages.SUSPEND:
            self._suspended = True
            self._signal_group(signal.SIGTSTP)
        else:
            self._stop(word, now)

    def _stop(self, number: int, now: float, *, reached: bool = False) -> None:
        if not self._stopping:
            run_dir = self._job.env.get("RUN_DIR")
            spared = ancestors(os.getpid())
            tree = Tree(self._pid, self._start, self._job.run_id, run_dir, spared)
            self._stopping = Stopping(
                tree, self._pid, self._patience, self._signal_group, self._late
            )
            if self._status is not None:
                self._stopping.job_ended(now)
        self._stopping.tell(number, now, reached=reached)

    def _late(self) -> None:
        messages.report(self._reports, messages.LATE)

    def _signal_group(self, number: int) -> None:
        # To share the job's group is to get what is sent to it.
        shared, self._shares_terminal = self._shares_terminal, False
        if shared:
            _move_to_group(0)
        try:
            os.killpg(self._pid, number)
        except OSError:
            pass  # All of it ended just now.
        if shared:
            self._shares_terminal = _move_to_group(self._pid)

    def _reap(self, now: float) -> None:
        while self._status is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG | os.WUNTRACED)
            if pid == 0:
                return
            if os.WIFSTOPPED(status):
                self._job_stopped(os.WSTOPSIG(status))
                continue
            self._told_before_end = self._stopping.told if self._stopping else None
            self._status = os.waitstatus_to_exitcode(status)
            self._drained_at = now + self._patience.drain_s
            self._stop_at = _NEVER
            if self._stopping:
                self._stopping.job_ended(now)

    def _job_stopped(self, number: int) -> None:
        if self._suspended or self._job.background:
            return
        if number in (signal.SIGTTIN, signal.SIGTTOU):
            # In the job's group the keys that send signals are heard here as well.
            self._shares_terminal = _move_to_group(self._pid)
            messages.report(self._reports, messages.STOPPED, number)
        elif number == signal.SIGTSTP and self._shares_terminal:
            messages.report(self._reports, messages.STOPPED, number)

    def _final_status(self) -> int:
        if self._status is None:
            told = self._stopping.told if self._stopping else None
            return -(told or signal.SIGKILL)
        told = self._told_before_end
        return -told if told is not None and self._status >= 0 else self._status

    # The observer.

    def _tell_output(self, stream: Stream, data: bytes) -> None:
        self._observe(lambda: self._observer.output(stream, data))
        self._idle_at = min(self._last_idle + _IDLE_S, time.monotonic() + _FLUSH_S)

    def _observe(self, tell: Callable[[], None]) -> None:
        try:
            tell()
        except Exception as exc:
            self._warn_of(exc)

    def _warn_of(self, exc: Exception) -> None:
        """A fault in the record of hours of work must not end the work."""
        told = exc.on_one_line if isinstance(exc, GuildError) else f"{type(exc).__name__}: {exc}"
        self._warn(told)

    def _warn_of_output(self, error: OSError) -> None:
        self._warn(f"cannot write output: {error.strerror}")

    def _warn(self, text: str) -> None:
        if text not in self._warned:
            self._warned.add(text)
            messages.report(self._reports, messages.WARNING, text)


def _take_signals() -> list[int]:
    """Have signals arrive as bytes in the wakeup pipe. Returns those ignored only here."""
    for number in (*STOP_SIGNALS, signal.SIGCHLD):
        if number == signal.SIGCHLD or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _note)
    ours: list[int] = [
        each for each in _JOB_CONTROL if signal.getsignal(each) is not signal.SIG_IGN
    ]
    for each in ours:
        signal.signal(each, signal.SIG_IGN)
    return ours


def _note(_number: int, _frame: object) -> None:
    """Nothing more: the number is in the wakeup pipe."""


def _wakeup_pipe() -> int:
    source, target = os.pipe()
    os.set_blocking(source, False)
    os.set_blocking(target, False)
    signal.set_wakeup_fd(target, warn_on_full_buffer=False)
    return source


def _move_to_group(group: int) -> bool:
    try:
        os.setpgid(0, group)
        return True
    except OSError:
        return False
