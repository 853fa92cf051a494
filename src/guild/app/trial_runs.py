"""The runs of a batch's trials: made from its template, staged, and taken to be started."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from guild.app.notify import ignore
from guild.app.plan_run import with_named
from guild.app.run_plan import RunPlan
from guild.domain.draft import Mark
from guild.domain.errors import GuildError, NoSuchRun, RunIsRunning
from guild.domain.flags import FlagSet
from guild.domain.flagtext import format_value
from guild.domain.interruption import ToldToStop
from guild.domain.lognote import LogNote
from guild.domain.process import Exit, Job
from guild.domain.run import Run
from guild.domain.status import Status

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from guild.app.make_run import MakeRun
    from guild.app.ports.batches import Batches
    from guild.app.ports.recording import Notify
    from guild.app.record_run import RunRecorder
    from guild.app.start_run import StartRun
    from guild.domain.events import Event

__all__ = ["TrialRuns", "described"]


class TrialRuns:
    """Makes trials and takes them.

    Attributes:
        make, start: Make and start any runs.
        batches: Templates and links.
        label: Gives the label of a run by its template and its flags.
    """

    def __init__(
        self,
        *,
        make: MakeRun,
        start: StartRun,
        batches: Batches,
        label: Callable[[str | None, FlagSet], str],
    ) -> None:
        self.make = make
        self.start = start
        self.batches = batches
        self.label = label

    def plan_like(self, trial: RunPlan, template: Run) -> RunPlan:
        """What trials are like once their template is there: copies of it."""
        return trial.replaced(
            source=None,
            restart=None,
            proto=template,
            inherited=self.make.inherited(template),
        )

    def of_flags(self, trial: RunPlan, flags: FlagSet) -> RunPlan:
        """The plan of the trial with these flags, and with what they name that it needs."""
        return trial.replaced(
            flags=flags,
            label=self.label(trial.label_template, flags),
            operation=with_named(trial.operation, flags, trial.name),
        )

    def staged(self, plan: RunPlan, batch: Run) -> Run:
        """Make a trial and leave it staged.

        Args:
            plan: Of the trial, with its flags; its `start` may say where it is made.
            batch: The run of its batch.

        Raises:
            GuildError: If it can't be made. What there is of it stays, as failed.
        """
        run = self.make.made(plan)
        try:
            self.make.source(plan, run, ignore)
            self.batches.link(batch, run)
            self.make.store.update(run, {"started": self.make.clock()})
            self.make.store.set_mark(run, Mark.STAGED)
        except BaseException as error:
            self.make.give_up(run, error)
            raise
        self.make.locks.release(run)
        return run

    def take(
        self, trial: Run, lock: AbstractContextManager[object] | None = None
    ) -> LogNote | None:
        """Own a trial to start it, if it is still staged. Of several that try, one gets it.

        Args:
            trial: The trial.
            lock: Of the status of runs; the home's if None.

        Returns:
            None if it is ours; else why it isn't.

        Raises:
            LockTimeout: If the status of runs can't be looked at.
        """
        with lock or self.batches.status_lock():
            status = self._status(trial)
            if status is Status.STAGED:
                try:
                    self.make.locks.claim(trial)
                except RunIsRunning:
                    status = Status.RUNNING
                else:
                    status = self._status(trial)  # who started it by its id needs no lock
                    if status is Status.STAGED:
                        self.make.store.set_mark(trial, Mark.PENDING)
                        return None
                    self.make.locks.release(trial)
        shown = "deleted" if status is None else status.value
        text = f"Skipping {trial.id} - status is '{shown}' but expected 'staged'"
        return LogNote(level="WARNING", text=text)

    def renewed(self, plan: RunPlan, trial: Run) -> Run | None:
        """A staged trial with its operation and its source as they are in the project now.

        None if it is not staged any more.
        """
        if self.take(trial) is not None:
            return None
        try:
            self.make.store.update(trial, {}, opref=plan.opref, operation=plan.operation)
            self.make.source(plan, trial, ignore)
        finally:
            self.put_back(trial)
        return trial

    def put_back(self, trial: Run) -> None:
        """Leave a trial staged again that is ours and was not started."""
        self.start.files.free(trial)
        self.make.store.set_mark(trial, Mark.STAGED)
        self.make.locks.release(trial)

    def ready(self, plan: RunPlan, trial: Run, notify: Notify = ignore) -> tuple[Job, RunRecorder]:
        """What to launch for a trial that is ours, with what it depends on.

        Raises:
            GuildError: If it can't be prepared. The run stays, as failed.
        """
        try:
            self.start.resolve(plan, trial, notify, progress=False)
            self.make.ready(plan, trial)
            job = self.start.job(plan, trial)
            return job, self.start.recorder(plan, trial, job)
        except BaseException as error:
            self.start.give_up(trial, error)
            raise

    def run(
        self,
        plan: RunPlan,
        trial: Run,
        tell: Callable[[LogNote], None],
        lock: AbstractContextManager[object] | None = None,
    ) -> tuple[Exit | None, int | None]:
        """Take a trial, start it and wait for its end.

        Args:
            plan: Of the trial, with its flags.
            trial: The trial.
            tell: Is told that it runs, or why not.
            lock: Of the status of runs; the home's if None.

        Returns:
            How it ended, None if it was not ours to start; and the signal by which this process
            was asked to stop meanwhile, which was passed on to the trial, None if it was not.

        Raises:
            GuildError: If it can't be started. The run stays, as failed.
        """
        refusal = self.take(trial, lock)
        if refusal is not None:
            tell(refusal)
            return None, None
        tell(LogNote(level="INFO", text=f"Running trial {described(trial, plan)}"))
        notify = _as_log(tell) if plan.operation.requires else ignore
        try:
            job, recorder = self.ready(plan, trial, notify)
        except ToldToStop as stop:
            return Exit(status=-stop.number), stop.number
        try:
            with self.start.launcher.crew(alone=True) as crew:
                crew.start(job, recorder, lambda: None)
                ended = crew.wait()
                told = crew.told
        finally:
            recorder.dismissed()
        assert ended is not None
        if ended.exit is not None:
            return ended.exit, told
        if told is not None:
            self.put_back(trial)
            return None, told
        failure = ended.failure or GuildError(f"trial {trial.id} could not be started")
        if not isinstance(failure, RunIsRunning):
            self.start.give_up(trial, failure)
        raise failure

    def _status(self, trial: Run) -> Status | None:
        try:
            return self.make.store.at(trial.path).status
        except NoSuchRun:
            return None


def _as_log(tell: Callable[[LogNote], None]) -> Notify:
    """Tells what is resolved in the log of the batch."""
    from guild.domain.depevents import DependencyNote

    def hear(event: Event) -> None:
        if isinstance(event, DependencyNote):
            tell(LogNote(level="WARNING" if event.warning else "INFO", text=event.text))

    return hear


def described(trial: Run, plan: RunPlan) -> str:
    """A trial in log lines: `ID: train.py (lr=0.1, x=2)`; null flags are left out."""
    flags = ", ".join(
        f"{name}={format_value(value)}" for name, value in plan.flags.items() if value is not None
    )
    return f"{trial.id}: {plan.name} ({flags})" if flags else f"{trial.id}: {plan.name}"
