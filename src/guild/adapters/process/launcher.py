"""Runs as processes: the side of the launch that stays in the `guild` process."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

from guild.adapters.process import messages
from guild.adapters.process.stopping import Patience
from guild.adapters.process.supervisor import STOP_SIGNALS, Supervisor
from guild.adapters.process.terminal import Terminal
from guild.adapters.process.tree import Tree, ancestors
from guild.domain.errors import GuildError, RunIsRunning
from guild.domain.operation import RUNNER
from guild.domain.process import Exit, Job

if TYPE_CHECKING:
    from guild.app.ports.launcher import ProcessObserver

__all__ = ["SubprocessLauncher"]

_HANDLED = (*STOP_SIGNALS, signal.SIGTSTP)
_FAULT = 70
_GARBAGE = 50_000
"""After how many new objects a supervisor looks for garbage: it makes hardly any in cycles."""
_PATIENCE = Patience()


def _keep_silent(warning: str) -> None:
    """Nobody asked to be warned."""


def _keep_silent_of_time(pid: int, elapsed_s: float) -> None:
    """Nobody asked to be told of the time."""


class SubprocessLauncher:
    """Starts each job as a process, watched by a second process forked from this one.

    Args:
        warn: Is given a sentence for each thing that can't be recorded of a job. The job
            goes on, also if this raises.
        runner: Absolute path of the module that `RUNNER` names, if there is such a file: by
            it, programs start without what Python imports to find a module.
        patience: How long a job is waited for that is to stop.
    """

    def __init__(
        self,
        warn: Callable[[str], None] = _keep_silent,
        runner: str = "",
        patience: Patience = _PATIENCE,
    ) -> None:
        self._warn = warn
        self._runner = runner
        self._patience = patience

    def launch(
        self,
        job: Job,
        observer: ProcessObserver,
        interrupted: Callable[[], None],
        timed_out: Callable[[int, float], None] = _keep_silent_of_time,
    ) -> Exit:
        """Start the job and wait for its end; with `Job.background`, only for its start.

        Args:
            job: What to start.
            observer: Told of it, in the forked process.
            interrupted: Called two seconds after the job was told to stop, if it lives. What
                this, `timed_out` or `warn` raises is raised once the job has ended and is
                recorded; not of a job in the background, which goes on.
            timed_out: Called when the job's time is up.

        Returns:
            How the job ended, with its pid; in the background, that it runs.

        Raises:
            RunIsRunning: If its run got another owner first. Nothing of the job is left.
            GuildError: If it could not be started.
        """
        _open_standard_streams()
        _flush_standard_streams()
        job = self._by_path(job)
        try:
            front = _Front(job, observer, interrupted, timed_out, self._warn, self._patience)
            return front.run()
        except OSError as exc:
            raise _not_started(job, str(exc)) from exc

    def _by_path(self, job: Job) -> Job:
        if job.args[1:3] != RUNNER or not os.path.isfile(self._runner):
            return job
        return job.replaced(args=(job.args[0], "-u", self._runner, *job.args[3:]))


class _Front:
    """One launch."""

    def __init__(
        self,
        job: Job,
        observer: ProcessObserver,
        interrupted: Callable[[], None],
        timed_out: Callable[[int, float], None],
        warn: Callable[[str], None],
        patience: Patience,
    ) -> None:
        self._patience = patience
        self._job = job
        self._observer = observer
        self._interrupted = interrupted
        self._timed_out = timed_out
        self._warn = warn
        self._terminal = Terminal()
        self._pid: int | None = None
        self._start: str | None = None
        self._failure: Exception | None = None

    def run(self) -> Exit:
        # Held back until there is somebody to pass them on to.
        mask = set[int](signal.pthread_sigmask(signal.SIG_BLOCK, _HANDLED))
        try:
            reports, self._control, supervisor = self._fork(mask)
            try:
                with _Handlers(self._pass_on):
                    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
                    return self._see_through(reports, supervisor)
            finally:
                os.close(reports)
                os.close(self._control)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)

    def _fork(self, mask: set[int]) -> tuple[int, int, int]:
        fds: list[int] = []
        try:
            fds += os.pipe()
            fds += os.pipe()
            supervisor = os.fork()
        except OSError:
            for fd in fds:
                os.close(fd)
            raise
        reports, reports_end, control_end, control = fds
        if supervisor == 0:
            os.close(reports)
            os.close(control)
            self._supervise(reports_end, control_end, mask)
        os.close(reports_end)
        os.close(control_end)
        return reports, control, supervisor

    def _supervise(self, reports: int, control: int, mask: set[int]) -> NoReturn:
        status = _FAULT
        gc.freeze()  # what is there stays: looking at it would only copy shared pages
        gc.set_threshold(_GARBAGE)
        gc.enable()
        try:
            # What it starts in the background outlives this process, which leaves no zombie.
            if not self._job.background or os.fork() == 0:
                supervisor = Supervisor(
                    self._job, self._observer, reports, control, mask, self._patience
                )
                supervisor.run()
            status = 0
        except OSError as exc:
            messages.report(reports, messages.FAILED, exc)
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            # Nothing of the state that was copied from the other process is to be used.
            os._exit(status)

    def _see_through(self, reports: int, supervisor: int) -> Exit:
        try:
            exit = self._follow(reports)
        except BaseException:
            self._control_job(signal.SIGTERM)
            raise
        finally:
            self._terminal.take_back()
            _reap(supervisor)
        if self._failure is not None and not exit.running:
            raise self._failure
        return exit

    def _follow(self, reports: int) -> Exit:
        for kind, words in messages.read_reports(reports):
            match kind:
                case messages.STARTED:
                    pid, _, start = words.partition(" ")
                    self._pid, self._start = int(pid), start or None
                case messages.READY:
                    return Exit(status=0, running=True, pid=self._pid)
                case messages.FAILED:
                    raise _not_started(self._job, words)
                case messages.TAKEN:
                    raise RunIsRunning(self._job.run_id)
                case messages.EARLY:
                    self._tell(self._timed_out, self._pid or 0, float(words))
                case messages.LATE:
                    self._tell(self._interrupted)
                case messages.STOPPED:
                    self._job_stopped(int(words))
                case messages.WARNING:
                    self._tell(self._warn, words)
                case messages.ENDED:
                    return Exit(status=int(words), pid=self._pid)
        return self._end_without_supervisor()

    def _end_without_supervisor(self) -> Exit:
        """Nobody reads what the job writes any more: end it."""
        run_dir = self._job.env.get("RUN_DIR")
        spared = ancestors(os.getpid())
        tree = Tree(self._pid or 0, self._start, self._job.run_id, run_dir, spared)
        tree.kill()
        if self._pid is None:
            raise _not_started(self._job, "the process that watches it was killed")
        exit = Exit(status=-signal.SIGKILL, pid=self._pid)
        if not self._job.background:
            try:
                self._observer.ended(exit)
            except GuildError as exc:
                self._tell(self._warn, exc.on_one_line)
        return exit

    def _tell(self, callback: Callable[..., None], *about: object) -> None:
        """Call back; what that raises waits, since the job is worth more than a message."""
        try:
            callback(*about)
        except Exception as exc:
            self._failure = self._failure or exc

    # Signals and job control.

    def _pass_on(self, number: int, _frame: object) -> None:
        if number == signal.SIGTSTP:
            self._suspend()
        else:
            self._control_job(number)

    def _suspend(self) -> None:
        self._control_job(messages.SUSPEND)
        self._terminal.suspend()
        self._control_job(messages.RESUME)

    def _job_stopped(self, number: int) -> None:
        if number == signal.SIGTSTP:
            self._terminal.suspend()
            self._control_job(messages.RESUME)
        elif self._pid is not None and self._terminal.lend(self._pid):
            self._control_job(messages.RESUME)
        else:
            self._control_job(signal.SIGHUP)

    def _control_job(self, word: int) -> None:
        try:
            os.write(self._control, bytes([word]))
        except OSError:
            pass  # The supervisor is gone, which its reports tell.


class _Handlers:
    """Handlers of signals while a job runs. Only the main thread may have any."""

    def __init__(self, handler: Callable[[int, object], None]) -> None:
        self._handler = handler
        self._before: list[tuple[int, object]] = []

    def __enter__(self) -> None:
        for number in _HANDLED:
            before = signal.getsignal(number)
            # What is ignored, as with nohup, is ignored by the job as well.
            if before not in (signal.SIG_IGN, None):
                try:
                    signal.signal(number, self._handler)
                except ValueError:
                    return
                self._before.append((number, before))

    def __exit__(self, *exc: object) -> None:
        for number, before in self._before:
            signal.signal(number, before)  # type: ignore[arg-type]  # It came from there.


def _not_started(job: Job, why: str) -> GuildError:
    return GuildError(f"error running {job.name or job.args[0]}: {why}")


def _reap(pid: int) -> None:
    try:
        os.waitpid(pid, 0)
    except ChildProcessError:
        pass  # This process was started with SIGCHLD ignored.


def _open_standard_streams() -> None:
    """Keep the descriptors of closed standard streams from being used for anything else."""
    for fd in (0, 1, 2):
        try:
            os.fstat(fd)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _flush_standard_streams() -> None:
    """Leave nothing in buffers, of which the fork would have a copy."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, ValueError, OSError):
            pass  # None, closed, or nobody reads it.
