"""The work of one pipeline: its steps are started, one after another, and seen through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from guild.app.batch_plan import BatchPlan
from guild.app.check_step import CheckStep
from guild.app.outcomes import SAID_SKIPPED, SAID_UNCHANGED, Finished, Skipped, Unchanged
from guild.app.run_plan import RunPlan
from guild.app.run_process import environment
from guild.app.step_request import StepRequest, step_spec
from guild.app.step_restart import settled
from guild.app.step_tools import StepPlace
from guild.domain.errors import GuildError
from guild.domain.lognote import LogNote, PlainNote
from guild.domain.process import Exit, Stream
from guild.domain.run import Run

if TYPE_CHECKING:
    from guild.app.outcomes import Outcome
    from guild.app.ports.launcher import Crew
    from guild.app.ports.recording import Notify
    from guild.app.run_pipeline import RunPipeline, Tell
    from guild.app.step_tools import UseCases
    from guild.domain.events import Event
    from guild.domain.pipeline import ReadWords, Step

__all__ = ["PipelineWork", "Recorder"]


class Recorder(Protocol):
    """Keeps what a pipeline says and how it ended: such as `RunRecorder`."""

    def output(self, stream: Stream, data: bytes) -> None:
        """It said something."""
        ...

    def ended(self, exit: Exit) -> None:
        """It ended."""
        ...


_CHECK_FAILED = 3
_TIME_IS_UP = -15
_SECOND = 1_000_000
_NOT_PASSED_ON = ("FLAGS_DEST", "PROJECT_DIR", "PYTHONPATH")


class PipelineWork:
    """Runs the steps of one pipeline.

    Args:
        plan: Of the pipeline.
        run: The pipeline's, which is ours.
        steps: What is to be done.
        recorder: Keeps the output of the pipeline and how it ended.
        read: Understands the words of steps.
        notify: Is told what happens.
        tell: Is told what came of each step.
        pid: The process of the pipeline, if the user's terminal is left to go on.
        tools: What it works with.
    """

    def __init__(
        self,
        *,
        plan: RunPlan,
        run: Run,
        steps: tuple[Step, ...],
        recorder: Recorder,
        read: ReadWords,
        notify: Notify,
        tell: Tell,
        pid: int | None,
        tools: RunPipeline,
    ) -> None:
        self._plan = plan
        self._run = run
        self._steps = steps
        self._recorder = recorder
        self._read = read
        self._notify = notify
        self._tell = tell
        self._pid = pid
        self._tools = tools
        self._began = tools.start.make.clock()
        self._completed: Run | None = None

    def run(self) -> Exit:
        """Run all steps. How the pipeline ended is recorded."""
        try:
            # Nothing is started by this crew: it is how signals are heard between the steps.
            with self._tools.start.launcher.crew(alone=True) as crew:
                status = self._status(crew)
        except GuildError as error:
            for line in f"guild: {error}".split("\n"):
                self._keep_line(line)
            self._recorder.ended(Exit(status=1, pid=self._pid))
            raise
        exit = Exit(status=status, pid=self._pid)
        self._recorder.ended(exit)
        return exit

    def _status(self, crew: Crew) -> int:
        if not self._steps:
            self._say(LogNote(level="WARNING", text=f"no steps defined for run {self._run.id}"))
        for step in self._steps:
            for warning in step.warnings:
                self._say(LogNote(level="WARNING", text=warning))
        for step in self._steps:
            status = self._step(step, crew)
            if crew.told is not None:
                return -crew.told
            if status != 0:
                self._tell_apart(crew)
                return status
        return 0

    def _tell_apart(self, crew: Crew) -> None:
        """Let the second pass in which the last step that completed was started.

        What a restart runs again is told from what it leaves alone by times of whole seconds,
        as in `guild runs --started 'after TIME'`, and a short pipeline is over within one.
        """
        if self._completed is None:
            return
        started = self._tools.start.make.store.at(self._completed.path).started or 0
        left = (started // _SECOND + 1) * _SECOND - self._tools.start.make.clock()
        if left > 0:
            crew.pause(left / _SECOND)

    def _step(self, step: Step, crew: Crew) -> int:
        use = self._tools.within(self._place(step, crew))
        try:
            run, status = self._carried_out(step, use)
        except GuildError:
            if crew.told is not None:
                return -crew.told  # what was asked to stop is no failure
            raise
        if status == 0 and step.checks and run is not None:
            return self._checked(step, run, use)
        return status

    def _carried_out(self, step: Step, use: UseCases) -> tuple[Run | None, int]:
        """The step's run, None if it was not made or is not there any more, and its status."""
        left_s = self._left_s()
        if left_s is not None and left_s <= 0:
            return None, _TIME_IS_UP
        asked = self._asked(step, use)
        action = "running" if asked.restart is None else "restarting"
        words = " ".join((asked.restart_id or asked.opspec, *asked.words))
        self._say(LogNote(level="INFO", text=f"{action} {step.name}: {words}"))
        outcome = self._outcome(use, asked, left_s)
        self._told(outcome)
        if isinstance(outcome, Finished):
            run = None if outcome.deleted else outcome.run
            if outcome.code == 0 and run is not None:
                self._completed = run
            return run, outcome.code
        return None, 0

    def _asked(self, step: Step, use: UseCases) -> StepRequest:
        """What is asked for of a step, whose link is there by now."""
        make = self._tools.start.make
        made = self._tools.made(self._run, step)
        run_id = None
        if made is None:
            run_id = make.ids()
            self._tools.links.link(self._run, step.link, run_id)
        assert self._plan.pipeline is not None
        opspec = step_spec(step.opspec, self._plan.opref.model, use.plan_run.catalog)
        return StepRequest.of_step(
            step.typed(self._types(opspec)) if step.assignments else step,
            opspec=opspec,
            flags=self._plan.flags,
            params=self._plan.params,
            pipeline=self._plan.pipeline,
            run_id=run_id,
            restart=made.path if made else None,
            status=made.status if made else None,
            quiet=self._plan.start.quiet,
        )

    def _types(self, opspec: str) -> dict[str, str | None]:
        """Types of an operation's flags; none if it is not there any more."""
        directory = self._plan.project_dir or self._tools.start.make.settings.cwd
        try:
            operation = self._tools.planner_at(directory).catalog.find(opspec)
        except GuildError:
            return {}
        types = {flag.name: flag.type for flag in operation.flags}
        return {**{flag.alias: flag.type for flag in operation.flags if flag.alias}, **types}

    def _outcome(self, use: UseCases, asked: StepRequest, left_s: float | None) -> Outcome:
        plan = use.plan_run(asked.request)
        if isinstance(plan, Skipped | Unchanged):
            return plan
        if isinstance(plan, RunPlan):
            plan = _limited(plan, left_s)
            if plan.pipeline is not None:
                return use.run_pipeline(plan, self._read, self._heard, self._told)
            return use.start_run(plan, self._heard)
        if plan.template is not None and not asked.request.force_sourcecode:
            plan = settled(plan, self._tools.restarted_batch_flags)
        if asked.stage_trials:
            plan = use.plan_run.plan_batch().checked(plan.replaced(stage_trials=True))
        return use.run_batch(_kept(plan, left_s), self._heard)

    def _place(self, step: Step, crew: Crew) -> StepPlace:
        make = self._tools.start.make
        env = environment(self._plan, self._run, make.settings)
        own = {*self._plan.operation.command.env, *self._plan.start.env}
        return StepPlace(
            pipeline=self._run,
            around=(*self._tools.around, self._plan.opref),
            directory=self._plan.project_dir or make.settings.cwd,
            env={name: env[name] for name in own if name in env and name not in _NOT_PASSED_ON},
            isolated=step.isolated,
            keep=self._recorder.output,
            told=lambda: crew.told,
            warn=self._warned,
        )

    def _checked(self, step: Step, run: Run, use: UseCases) -> int:
        settings = use.plan_run.settings
        check = CheckStep(
            files=self._tools.files,
            absolute=lambda path: self._tools.absolute(settings.cwd, path),
            env=settings.env,
            tell=self._say,
        )
        if check(run, step.checks):
            return 0
        text = "guild: stopping because a check failed - see above for details"
        self._say(PlainNote(text=text))
        return _CHECK_FAILED

    def _left_s(self) -> float | None:
        """Seconds that are left for the pipeline; None if there is no limit."""
        limit = self._plan.start.stop_after_s
        if limit is None:
            return None
        return limit - (self._tools.start.make.clock() - self._began) / 1e6

    # What is said, here and in the pipeline's output.

    def _say(self, note: LogNote | PlainNote) -> None:
        self._keep_line(str(note))
        self._notify(note)

    def _heard(self, event: Event) -> None:
        """A step tells something."""
        if isinstance(event, LogNote | PlainNote):
            self._keep_line(str(event))
        self._notify(event)

    def _warned(self, text: str) -> None:
        self._keep_line(f"WARNING: {text}")
        self._tools.start.warn(text)

    def _told(self, outcome: Outcome) -> None:
        """Something came of a step."""
        if isinstance(outcome, Unchanged):
            self._keep_line(SAID_UNCHANGED)
        elif isinstance(outcome, Skipped):
            self._keep_line(SAID_SKIPPED)
        self._tell(outcome)

    def _keep_line(self, line: str) -> None:
        """Log it. As with runs, what can't be written is told once, and stops nothing."""
        try:
            self._recorder.output(Stream.STDERR, f"{line}\n".encode(errors="replace"))
        except GuildError as error:
            self._tools.start.warn(error.on_one_line)


def _limited(plan: RunPlan, left_s: float | None) -> RunPlan:
    """The plan with no more time than is left."""
    own = plan.start.stop_after_s
    if left_s is None or (own is not None and own < left_s):
        return plan
    return plan.replaced(start=plan.start.replaced(stop_after_s=left_s))


def _kept(plan: BatchPlan, left_s: float | None) -> BatchPlan:
    """The plan of a batch that stays, also when it is started again: the pipeline links to it."""

    operation = plan.run.operation.replaced(delete_on_success=False)
    run = _limited(plan.run, left_s).replaced(operation=operation, delete_on_success=False)
    return plan.replaced(run=run)
