"""Carry out a plan: the one place where a run becomes real."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

from guild.app.notify import ignore
from guild.app.record_run import RunRecorder
from guild.app.run_plan import Finished, RunPlan
from guild.app.run_process import command, environment
from guild.domain.command import is_secret, shadowed_flags
from guild.domain.draft import Mark
from guild.domain.errors import GuildError, RunIsRunning
from guild.domain.operation import STEPS_RUNNER
from guild.domain.outputscan import OutputScanner
from guild.domain.process import ASKED_TO_STOP, Exit, Job
from guild.domain.run import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from guild.app.make_run import MakeRun
    from guild.app.outcomes import Outcome, Staged
    from guild.app.ports.launcher import Launcher
    from guild.app.ports.recording import (
        Notify,
        OutputLogs,
        ScalarLogs,
    )
    from guild.app.ports.run_files import RunFiles
    from guild.app.resolve_deps import ResolveDeps
    from guild.app.settings import Settings
    from guild.domain.flags import FlagSet
    from guild.domain.operation import OutputScalars

__all__ = ["StartRun"]


class StartRun:
    """Makes runs and starts them.

    Attributes:
        make: Makes what they are.
        launcher: Starts their processes.
        outputs, scalars, files: Where they are recorded.
        warn: Is told, a sentence each, what could not be done on the way.
        resolve_deps: Gives what resolves dependencies; None where no operation has any.
        interruptible: While it is entered, requests to stop are raised as `ToldToStop`.
    """

    def __init__(
        self,
        *,
        make: MakeRun,
        launcher: Launcher,
        outputs: OutputLogs,
        scalars: ScalarLogs,
        files: RunFiles,
        warn: Callable[[str], None],
        resolve_deps: Callable[[], ResolveDeps] | None = None,
        interruptible: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self.make = make
        self.launcher = launcher
        self.outputs = outputs
        self.scalars = scalars
        self.files = files
        self.warn = warn
        self.resolve_deps = resolve_deps
        self.interruptible = interruptible

    def __call__(
        self,
        plan: RunPlan,
        notify: Notify = ignore,
        *,
        prepare: Callable[[Run], Run] | None = None,
        work: Callable[[RunPlan, Run], Exit] | None = None,
    ) -> Outcome:
        """Make the planned run, or take the one to start again, and see it through.

        Args:
            plan: The run.
            notify: Is told what happens meanwhile.
            prepare: Adds to the run, once it is made, what else belongs to it, and gives it as
                it is then.
            work: Does what the run is for, instead of a process, and records how it ended.

        Raises:
            RunIsRunning: If another process started it in the meantime.
            GuildError: If it can't be prepared or started. The run stays, as failed.
        """
        for warning in shadowed_flags(plan.operation.command, plan.flags):
            self.warn(warning)
        run = self.make.taken(plan) if plan.restart else self.make.made(plan)
        try:
            self.make.source(plan, run, notify)
            if prepare is not None:
                run = prepare(run)
            self.resolve(plan, run, notify)
            if plan.start.stage:
                return self._staged(plan, run)
            self.make.ready(plan, run)
            plan = self._with_pidfile(plan)
            try:
                exit = work(plan, run) if work else self._launched(plan, run, notify)
            except BaseException:
                self._without_pidfile(plan, 0)
                raise
        except RunIsRunning:
            raise  # it is another process's by now: not ours to say how it ended
        except BaseException as error:
            self.give_up(run, error)
            if isinstance(error, Exception):
                raise
            exit = _stopped(error)
        return self._outcome(plan, run, exit)

    def resolve(self, plan: RunPlan, run: Run, notify: Notify, *, progress: bool = True) -> None:
        """Bring what the operation needs into the run: see `ResolveDeps`.

        Raises:
            ToldToStop: If this process is asked to stop meanwhile.
        """
        if plan.operation.requires:
            assert self.resolve_deps is not None
            resolve = self.resolve_deps()
            with self.interruptible():
                resolve(plan, run, notify, progress=progress)

    def give_up(self, run: Run, error: BaseException) -> None:
        """Leave a run that could not be started as what it is: see `MakeRun.give_up`."""
        try:
            self.files.free(run)
        except GuildError:
            pass  # the error that is on its way matters more
        self.make.give_up(run, error)

    def _staged(self, plan: RunPlan, run: Run) -> Staged:
        env = environment(plan, run, self.make.settings)
        secrets = plan.operation.env_secrets
        shown = {name: value for name, value in env.items() if not is_secret(name, secrets)}
        self.files.write_staged_env(run, shown)
        self.make.store.update(run, {"started": self.make.clock()})
        self.make.store.set_mark(run, Mark.STAGED)
        self.make.locks.release(run)
        from guild.app.outcomes import Staged

        return Staged(run, tuple(command(plan, self.make.settings)))

    def _with_pidfile(self, plan: RunPlan) -> RunPlan:
        """The plan with a file that a process id can be written to, if one is needed."""
        if not plan.start.background:
            return plan
        pidfile = self.files.write_pidfile(plan.start.pidfile, 0)
        return plan.replaced(start=plan.start.replaced(pidfile=pidfile))

    def _without_pidfile(self, plan: RunPlan, pid: int) -> None:
        """Remove the file of a process that never ran, or ended without anybody to see it."""
        if plan.start.pidfile is not None:
            self.files.remove_pidfile(plan.start.pidfile, pid)

    def _launched(self, plan: RunPlan, run: Run, notify: Notify) -> Exit:
        job = self.job(plan, run)

        def interrupted() -> None:
            from guild.domain.interruption import RunInterrupted

            notify(RunInterrupted(run))

        def timed_out(pid: int, elapsed_s: float) -> None:
            from guild.domain.interruption import RunTimedOut

            notify(RunTimedOut(run, pid, elapsed_s))

        return self.launcher.launch(job, self.recorder(plan, run, job), interrupted, timed_out)

    def _outcome(self, plan: RunPlan, run: Run, exit: Exit) -> Outcome:
        if exit.running:
            from guild.app.outcomes import Background

            return Background(run, plan.start.pidfile or "")
        self._without_pidfile(plan, exit.pid or 0)
        deleted = plan.delete_on_success and exit.status == 0
        if deleted:
            self.make.store.delete([run])
        return Finished(
            run=run,
            exit_status=exit.status,
            deleted=deleted,
            accepted=plan.operation.stoppable and exit.status in ASKED_TO_STOP,
        )

    def job(self, plan: RunPlan, run: Run) -> Job:
        """The process of a planned run."""
        env = environment(plan, run, self.make.settings)
        return Job(
            args=_words(plan, self.make.settings),
            env=env,
            directory=run.path,
            name=plan.name,
            run_id=run.id,
            capture=env.get("NO_RUN_OUTPUT", "") in ("", "0"),
            merge_streams=env.get("SYNC_RUN_OUTPUT", "") not in ("", "0"),
            echo=not plan.start.quiet,
            background=plan.start.background,
            stop_after_s=plan.start.stop_after_s,
        )

    def recorder(self, plan: RunPlan, run: Run, job: Job) -> RunRecorder:
        """What keeps what the process of a planned run says and does."""
        return self.recorder_of(
            run,
            job,
            flags=plan.flags,
            output_scalars=plan.operation.output_scalars,
            pidfile=plan.start.pidfile,
        )

    def recorder_of(
        self,
        run: Run,
        job: Job,
        *,
        flags: FlagSet,
        output_scalars: OutputScalars,
        pidfile: str | None = None,
    ) -> RunRecorder:
        """What keeps what a job says and does; room on the disk is taken for its end.

        Args:
            run: The run that it works for.
            job: The job.
            flags: Flags of the run.
            output_scalars: Patterns of scalars in its output.
            pidfile: File with the process id of the job, as long as it runs.
        """
        self.files.reserve(run)
        return RunRecorder(
            run=run,
            store=self.make.store,
            locks=self.make.locks,
            files=self.files,
            clock=self.make.clock,
            output_log=self.outputs.open(run) if job.capture else None,
            scalar_log=self.scalars.open(run),
            scanner=self._scanner(output_scalars, flags) if job.capture else None,
            pidfile=pidfile,
        )

    def _scanner(self, configured: OutputScalars, flags: FlagSet) -> OutputScanner | None:
        if configured is None:
            return OutputScanner(None, flags)
        from guild.domain.outputpatterns import compile_patterns

        patterns = compile_patterns(configured)
        for warning in patterns.warnings:
            self.warn(warning)
        return None if patterns.disabled else OutputScanner(patterns, flags)


def _stopped(error: BaseException) -> Exit:
    """How a run ended that was being prepared when this process was asked to stop.

    Raises:
        BaseException: The error, if it is another one.
    """
    from guild.domain.interruption import ToldToStop

    if not isinstance(error, ToldToStop):
        raise error
    return Exit(status=-error.number)


def _words(plan: RunPlan, settings: Settings) -> tuple[str, ...]:
    """Words of the process: of a pipeline, those that run its steps in the run that is there."""
    if plan.pipeline is not None:
        return settings.python_exe, *STEPS_RUNNER
    return tuple(command(plan, settings))
