"""Carry out a pipeline: its steps run from the process that asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from guild.app.check_steps import CheckSteps, check_no_cycle
from guild.app.notify import ignore
from guild.app.pipeline_work import PipelineWork
from guild.app.run_plan import RunPlan
from guild.app.step_restart import RESTARTED_BATCH_FLAGS
from guild.domain.errors import NoSuchRun
from guild.domain.pipeline import LinkKind, ReadWords, Step, parse_steps
from guild.domain.process import Exit, Stream
from guild.domain.run import Run
from guild.domain.stepflags import check_references

if TYPE_CHECKING:
    from guild.app.outcomes import Outcome
    from guild.app.plan_run import PlanRun
    from guild.app.ports.recording import Notify
    from guild.app.ports.steps import StepFiles, StepLinks
    from guild.app.run_batch import Detach
    from guild.app.start_run import StartRun
    from guild.app.step_restart import RestartedBatchFlags
    from guild.app.step_tools import Within
    from guild.domain.opref import OpRef

__all__ = ["RunPipeline", "Tell"]

Tell = Callable[["Outcome"], None]
"""Is told what came of a step, to say what there is to say of it."""


class RunPipeline:
    """Makes runs of pipelines and sees their steps through.

    Attributes:
        start: Makes the run of the pipeline.
        links, files: Links to the runs of steps, and what checks look at.
        within: Gives steps the use cases that they need.
        planner_at: Gives what plans runs from an absolute directory, and tells nothing.
        detach: Leaves a pipeline in the background.
        absolute: Gives an absolute path, by the directory and a path that may be relative to it.
        around: The operations of the pipelines whose step this is, the outermost first.
        restarted_batch_flags: Which flags batches have that are started again.
    """

    def __init__(
        self,
        *,
        start: StartRun,
        links: StepLinks,
        files: StepFiles,
        within: Within,
        planner_at: Callable[[str], PlanRun],
        detach: Detach,
        absolute: Callable[[str, str], str],
        around: tuple[OpRef, ...] = (),
        restarted_batch_flags: RestartedBatchFlags = RESTARTED_BATCH_FLAGS,
    ) -> None:
        self.start = start
        self.links = links
        self.files = files
        self.within = within
        self.planner_at = planner_at
        self.detach = detach
        self.absolute = absolute
        self.around = around
        self.restarted_batch_flags = restarted_batch_flags

    def __call__(self, plan: RunPlan, read: ReadWords, notify: Notify, tell: Tell) -> Outcome:
        """Make the planned run, or take the one to start again, and run its steps.

        Args:
            plan: The run, with steps.
            read: Understands the words of steps.
            notify: Is told what happens.
            tell: Is told what came of each step.

        Raises:
            GuildError: If the steps can't be understood or name what is not there, then there
                is no run; or if it or a step can't be prepared or started, then the run stays,
                as failed.
        """
        steps = self.steps(plan, read)
        plan = _keeping(plan, self._check(plan, plan.restart, steps, read))

        def work(plan: RunPlan, run: Run) -> Exit:
            return self._work(plan, run, steps, read, notify, tell)

        return self.start(plan, notify, work=work)

    def steps(self, plan: RunPlan, read: ReadWords) -> tuple[Step, ...]:
        """The steps of a planned run.

        Raises:
            GuildError: If one can't be understood, or they lead back to themselves.
        """
        assert plan.pipeline is not None
        check_no_cycle(plan.opref, plan.name, self.around)
        steps = parse_steps(plan.pipeline.steps, read)
        for step in steps:
            check_references(step, plan.flags)
        return steps

    def _check(
        self, plan: RunPlan, run: Run | None, steps: tuple[Step, ...], read: ReadWords
    ) -> set[str]:
        """Check those steps that have a run made; returns what their operations keep secret."""

        def is_new(step: Step) -> bool:
            if run is None:
                return True
            if self.links.state(run, step.link).kind is LinkKind.OTHER:
                return False
            return self.made(run, step) is None

        directory = plan.project_dir or self.start.make.settings.cwd
        check = CheckSteps(self.planner_at(directory), read)
        check(steps, plan.name, plan.flags, (*self.around, plan.opref), is_new=is_new)
        return check.secrets

    def made(self, pipeline: Run, step: Step) -> Run | None:
        """The run of a step that is to be started again; None if one is to be made.

        What was killed before it could start is not started again, but made anew.

        Raises:
            GuildError: If there is something else where its link is to be.
        """
        path = self.links.state(pipeline, step.link).run_path
        if path is None:
            return None
        try:
            run = self.start.make.store.at(path)
        except NoSuchRun:
            return None
        return run if self.start.make.was_prepared(run) else None

    def inside(self, plan: RunPlan, run: Run, read: ReadWords, notify: Notify, tell: Tell) -> int:
        """Run the steps of a run whose process this is: another one records what it does.

        Args:
            plan: The run's.
            run: The run, which is started already.
            read, notify, tell: As for a pipeline that is made here.

        Returns:
            How it ended: an exit status, negative for a signal.

        Raises:
            GuildError: If a step can't be understood, prepared or started.
        """
        steps = self.steps(plan, read)
        self._check(plan, run, steps, read)
        return (
            PipelineWork(
                plan=plan,
                run=run,
                steps=steps,
                recorder=_RecordedByAnother(),
                read=read,
                notify=notify,
                tell=tell,
                pid=None,
                tools=self,
            )
            .run()
            .status
        )

    def _work(
        self,
        plan: RunPlan,
        run: Run,
        steps: tuple[Step, ...],
        read: ReadWords,
        notify: Notify,
        tell: Tell,
    ) -> Exit:
        job = self.start.job(plan, run)
        recorder = self.start.recorder(plan, run, job)
        recorder.scanner = None  # its scalars are those of the steps

        def work(notify: Notify, tell: Tell, pid: int | None = None) -> Exit:
            return PipelineWork(
                plan=plan,
                run=run,
                steps=steps,
                recorder=recorder,
                read=read,
                notify=notify,
                tell=tell,
                pid=pid,
                tools=self,
            ).run()

        if not plan.start.background:
            return work(notify, tell)

        def detached(pid: int) -> None:
            recorder.started(pid)
            if work(ignore, lambda _outcome: None, pid).status == 0 and plan.delete_on_success:
                self.start.make.store.delete([run])

        return Exit(status=0, running=True, pid=self.detach(detached))


def _keeping(plan: RunPlan, secrets: set[str]) -> RunPlan:
    """The plan, with what its steps keep secret: their environment is the pipeline's."""
    own = plan.operation.env_secrets
    if secrets <= set(own):
        return plan

    operation = plan.operation.replaced(env_secrets=(*own, *sorted(secrets.difference(own))))
    return plan.replaced(operation=operation)


class _RecordedByAnother:
    """Keeps nothing."""

    def output(self, stream: Stream, data: bytes) -> None:
        pass

    def ended(self, exit: Exit) -> None:
        pass
