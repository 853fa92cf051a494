"""Runs as processes: the side of the launch that stays in the `guild` process."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable

from guild.adapters.process import messages
from guild.adapters.process.spawn import fork_apart, reap, settle_streams
from guild.adapters.process.stopping import Patience
from guild.adapters.process.supervisor import Supervisor
from guild.adapters.process.terminal import HANDLED, Handlers, Terminal
from guild.adapters.process.tree import Tree, ancestors
from guild.domain.errors import GuildError, RunIsRunning
from guild.domain.operation import RUNNER
from guild.domain.process import Exit, Job

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.adapters.process.crew import SubprocessCrew
    from guild.app.ports.launcher import ProcessObserver

__all__ = ["Front", "SubprocessLauncher", "not_started", "pass_on"]

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
        terminal = Terminal()
        front = self._front(job, observer, interrupted, timed_out, terminal)
        # Held back until there is somebody to pass them on to.
        mask = set[int](signal.pthread_sigmask(signal.SIG_BLOCK, HANDLED))
        try:
            front.start(mask)
            with Handlers(lambda number, _frame: pass_on(number, (front,), terminal)):
                signal.pthread_sigmask(signal.SIG_SETMASK, mask)
                front.see_through()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if front.failure is not None and not (front.exit and front.exit.running):
            raise front.failure
        assert front.exit is not None
        return front.exit

    def crew(self, *, alone: bool) -> SubprocessCrew:
        """A crew of jobs. See `Launcher.crew`."""
        from guild.adapters.process.crew import SubprocessCrew  # Only batches need it.

        return SubprocessCrew(self._front, alone=alone)

    def _front(
        self,
        job: Job,
        observer: ProcessObserver,
        interrupted: Callable[[], None],
        timed_out: Callable[[int, float], None],
        terminal: Terminal | None,
    ) -> Front:
        settle_streams()
        if job.args[1:3] == RUNNER and os.path.isfile(self._runner):
            job = job.replaced(args=(job.args[0], "-u", self._runner, *job.args[3:]))
        return Front(job, observer, interrupted, timed_out, self._warn, self._patience, terminal)


class Front:
    """One launch: it is started, then heard until it is over, then closed.

    Its arguments are those of `SubprocessLauncher` and of its `launch`, but for one.

    Args:
        terminal: What the job may be lent when it wants to read; without, it has to end then.
    """

    def __init__(
        self,
        job: Job,
        observer: ProcessObserver,
        interrupted: Callable[[], None],
        timed_out: Callable[[int, float], None],
        warn: Callable[[str], None],
        patience: Patience,
        terminal: Terminal | None,
    ) -> None:
        self._patience = patience
        self._job = job
        self._observer = observer
        self._interrupted = interrupted
        self._timed_out = timed_out
        self._warn = warn
        self._terminal = terminal
        self._pid: int | None = None
        self._start: str | None = None
        self._half = b""
        self._control = -1
        self.reports = -1
        """Descriptor that can be read when there is something to hear."""
        self.exit: Exit | None = None
        """How the job ended, once it did."""
        self.failure: Exception | None = None
        """Why it could not be started, or what a callback raised first."""

    @property
    def descriptors(self) -> tuple[int, int]:
        """What no other supervisor may hold open: the ends of pipes to this one."""
        return self.reports, self._control

    def start(self, mask: set[int], others: Iterable[int] = ()) -> None:
        """Fork the supervisor, with the signals in `HANDLED` blocked.

        Args:
            mask: Signals that are blocked in the job.
            others: Descriptors that are of no concern to it.

        Raises:
            GuildError: If that can't be done.
        """
        try:
            forked = fork_apart(
                lambda reports, control: self._supervise(reports, control, mask), others
            )
        except OSError as exc:
            raise not_started(self._job, str(exc)) from exc
        self._supervisor, self.reports, self._control = forked

    def _supervise(self, reports: int, control: int, mask: set[int]) -> None:
        try:
            # What it starts in the background outlives this process, which leaves no zombie.
            if not self._job.background or os.fork() == 0:
                supervisor = Supervisor(
                    self._job, self._observer, reports, control, mask, self._patience
                )
                supervisor.run()
        except OSError as exc:
            messages.report(reports, messages.FAILED, exc)

    def see_through(self) -> None:
        """Hear it until it is over."""
        try:
            while not self.hear():
                pass
        except BaseException:
            self.tell(signal.SIGTERM)
            raise
        finally:
            self.close()

    def hear(self) -> bool:
        """Act on what the supervisor reports, waiting for it. Whether the launch is over."""
        try:
            data = os.read(self.reports, 4096)
            if not data:
                self._end_without_supervisor()
                return True
            reports, self._half = messages.split_reports(self._half + data)
            return any(self._follow(kind, words) for kind, words in reports)
        except OSError as exc:
            self.tell(signal.SIGTERM)
            self.failure = not_started(self._job, str(exc))
            return True

    def tell(self, word: int) -> None:
        """Pass a signal on, or one of the words in `messages`; nothing once this is closed."""
        try:
            os.write(self._control, bytes([word]))
        except OSError:
            pass  # The supervisor is gone, which its reports tell.

    def close(self) -> None:
        """Take leave of the supervisor, waiting for its end."""
        if self._terminal:
            self._terminal.take_back()
        reap(self._supervisor)
        fds = self.descriptors
        # A handler may write to it at any time, also when it is another's descriptor.
        self.reports = self._control = -1
        for fd in fds:
            os.close(fd)

    def _follow(self, kind: str, words: str) -> bool:
        match kind:
            case messages.STARTED:
                pid, _, start = words.partition(" ")
                self._pid, self._start = int(pid), start or None
            case messages.READY:
                self.exit = Exit(status=0, running=True, pid=self._pid)
            case messages.FAILED:
                self.failure = not_started(self._job, words)
                return True
            case messages.TAKEN:
                self.failure = RunIsRunning(self._job.run_id)
                return True
            case messages.EARLY:
                self._call(self._timed_out, self._pid or 0, float(words))
            case messages.LATE:
                self._call(self._interrupted)
            case messages.STOPPED:
                self._job_stopped(int(words))
            case messages.WARNING:
                self._call(self._warn, words)
            case messages.ENDED:
                self.exit = Exit(status=int(words), pid=self._pid)
        return self.exit is not None

    def _end_without_supervisor(self) -> None:
        """Nobody reads what the job writes any more: end it."""
        run_dir = self._job.env.get("RUN_DIR")
        spared = ancestors(os.getpid())
        tree = Tree(self._pid or 0, self._start, self._job.run_id, run_dir, spared)
        tree.kill()
        if self._pid is None:
            self.failure = not_started(self._job, "the process that watches it was killed")
            return
        self.exit = Exit(status=-signal.SIGKILL, pid=self._pid)
        if not self._job.background:
            try:
                self._observer.ended(self.exit)
            except GuildError as exc:
                self._call(self._warn, exc.on_one_line)

    def _call(self, callback: Callable[..., None], *about: object) -> None:
        """Call back; what that raises waits, since the job is worth more than a message."""
        try:
            callback(*about)
        except Exception as exc:
            self.failure = self.failure or exc

    def _job_stopped(self, number: int) -> None:
        if self._terminal and number == signal.SIGTSTP:
            self._terminal.suspend()
            self.tell(messages.RESUME)
        elif self._terminal and self._pid is not None and self._terminal.lend(self._pid):
            self.tell(messages.RESUME)
        else:
            self.tell(signal.SIGHUP)


def pass_on(number: int, fronts: tuple[Front, ...], terminal: Terminal) -> None:
    """Pass a signal that this process got on to jobs; suspend it together with them."""
    suspended = number == signal.SIGTSTP
    for front in fronts:
        front.tell(messages.SUSPEND if suspended else number)
    if suspended:
        terminal.suspend()
        for front in fronts:
            front.tell(messages.RESUME)


def not_started(job: Job, why: str) -> GuildError:
    """The error for a job that could not be started."""
    return GuildError(f"error running {job.name or job.args[0]}: {why}")
