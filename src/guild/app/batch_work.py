"""The work of one batch: its trials are made, started and watched until all are done."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import count
from typing import TYPE_CHECKING

from guild.app.batch_plan import BatchPlan
from guild.app.batch_trials import planned_trials, search_arguments
from guild.app.run_plan import RunPlan
from guild.app.suggesting import Suggesting
from guild.app.trial_runs import described
from guild.domain.batchevents import BatchNote, BatchProgress
from guild.domain.errors import GuildError, RunIsRunning
from guild.domain.flags import FlagSet
from guild.domain.process import Exit, Stream
from guild.domain.run import Run
from guild.domain.status import Status

if TYPE_CHECKING:
    from guild.app.batch_tools import BatchTools
    from guild.app.ports.launcher import Crew, Ended
    from guild.app.ports.recording import Notify
    from guild.app.record_run import RunRecorder

__all__ = ["BatchWork"]

_TICK_S = 1.0
_ASKED_TO_STOP = (-15, -2, -1)
_STOP = "Stopping batch (pending trials can be started as needed)"
_STOP_FAILED = "Stopping batch because a trial failed (pending trials can be started as needed)"


class BatchWork:
    """Runs the trials of one batch.

    Attributes:
        plan: The batch.
        batch: Its run, which is ours.
        template: The run that trials are copied from.
        trial: What trials are like.
        recorder: Keeps the log of the batch and how it ended.
        notify: Is told what happens.
        pid: The process of the batch, if the user's terminal is left to go on.
        progress: Whether it is told how far the batch is.
        tools: What it works with.
    """

    def __init__(
        self,
        *,
        plan: BatchPlan,
        batch: Run,
        template: Run,
        trial: RunPlan,
        recorder: RunRecorder,
        notify: Notify,
        progress: bool,
        tools: BatchTools,
    ) -> None:
        self.plan = plan
        self.batch = batch
        self.template = template
        self.trial = trial
        self.recorder = recorder
        self.notify = notify
        self.pid: int | None = None
        self.progress = progress
        self.tools = tools
        self._began = tools.trials.make.clock()
        self._running: dict[str, tuple[Run, RunPlan, RunRecorder]] = {}
        self._state = BatchProgress(total=plan.batch.size, objective=plan.objective.column)
        self._stopped: int | None = None
        self._timed_out = False
        self._crew: Crew | None = None
        self._staged: dict[FlagSet, list[Run]] | None = None
        self._available: set[FlagSet] | None = None

    def run(self) -> Exit:
        """Run all trials. How the batch ended is recorded."""
        try:
            status = self._status()
        except GuildError as error:
            self._keep(BatchNote(level="ERROR", text=error.on_one_line))
            self.recorder.ended(Exit(status=1, pid=self.pid))
            raise
        exit = Exit(status=status, pid=self.pid)
        self.recorder.ended(exit)
        return exit

    def _status(self) -> int:
        alone = self.plan.jobs == 1
        # The crew is left first: a search ends only once no trial has a part in its pipes.
        with (
            closing(self._trials()) as upcoming,
            self.tools.launcher.crew(alone=alone) as crew,
        ):
            self._crew = crew
            failure: GuildError | None = None
            while True:
                try:
                    self._fill(crew, upcoming)
                except GuildError as error:
                    failure, self._stopped = error, 1  # what runs is worth to be seen through
                if not crew.size:
                    break
                ended = crew.wait(_TICK_S)
                if ended is not None:
                    self._ended(crew, ended)
                self._check_time(crew)
                self._tell_progress()
            if crew.told is not None:
                self._note("INFO", _STOP)
                return -crew.told
            if failure is not None:
                raise failure
        return self._stopped or 0

    def _fill(self, crew: Crew, upcoming: Iterator[tuple[Run, RunPlan]]) -> None:
        """Start trials until as many run as may."""
        while crew.size < self.plan.jobs and self._goes_on(crew):
            following = next(upcoming, None)
            if following is None or not self._goes_on(crew):
                return
            self._begin(crew, *following)

    def _goes_on(self, crew: Crew) -> bool:
        return crew.told is None and self._stopped is None

    # Trials to come.

    def _trials(self) -> Generator[tuple[Run, RunPlan]]:
        """Trials that are made, each with its plan, one after another as they are wanted."""
        if self.plan.sequential:
            yield from self._suggested()
            return
        flags = planned_trials(self.plan, self.tools.sampler, self.tools.searches)
        if self.plan.needed:
            flags = [each for each in flags if not self._is_there(each)]
        self._state = self._state.replaced(total=len(flags))
        made = []
        for each in flags:
            if self._is_told():
                return
            made.append(self._made(each))
        if not self.plan.stage_trials:
            yield from made

    def _is_told(self) -> bool:
        """Whether this process was asked to stop."""
        return self._crew is not None and self._crew.told is not None

    def _suggested(self) -> Iterator[tuple[Run, RunPlan]]:
        optimizer, tools = self.plan.optimizer, self.tools
        assert optimizer is not None
        arguments = search_arguments(self.plan)
        with tools.searches.begin(optimizer, *arguments, stopped=self._is_told) as search:
            suggesting = Suggesting(
                self.plan, search, self.batch, self.template, tools.trials, tools.scalars
            )
            limit = self.plan.max_trials
            for _ in count() if limit is None else range(limit):
                pending = [plan.flags for _, plan, _ in self._running.values()]
                trial, line = suggesting.suggest(pending, self._state.done - self._state.failed)
                self._note("INFO", line)
                yield self._made(trial.flags)

    def _made(self, flags: FlagSet) -> tuple[Run, RunPlan]:
        """A trial with these flags: one of this batch that was left, or a new one."""
        trials = self.tools.trials
        plan = trials.of_flags(self.trial, flags)
        left = self._left(flags)
        run = left or trials.staged(plan, self.batch)
        if self.plan.stage_trials:
            self._note("INFO", f"Staging trial {described(run, plan)}")
        return run, plan

    def _left(self, flags: FlagSet) -> Run | None:
        """A trial that the batch made and did not start before it was stopped."""
        left = self._leftovers.get(flags)
        return left.pop() if left else None

    @property
    def _leftovers(self) -> dict[FlagSet, list[Run]]:
        """By their flags, the oldest one last."""
        if self._staged is None:
            again = self.plan.run.restart is not None
            linked = self.tools.trials.batches.trials(self.batch) if again else []
            self._staged = {}
            for run in reversed(linked):
                if run.status is Status.STAGED:
                    self._staged.setdefault(run.flags, []).append(run)
        return self._staged

    def _is_there(self, flags: FlagSet) -> bool:
        if self._available is None:
            store = self.tools.trials.make.store
            runs = store.runs_of(self.trial.opref)
            self._available = {run.flags for run in runs if run.status.satisfies_needed}
        if flags not in self._available:
            return False
        name = described(self.template, self.trial.replaced(flags=flags)).partition(": ")[2]
        self._note("INFO", f"Skipping trial because there is a run of it: {name}")
        return True

    # Trials that run.

    def _begin(self, crew: Crew, trial: Run, plan: RunPlan) -> None:
        refusal = self.tools.trials.take(trial)
        if refusal is not None:
            self._note(refusal.level, refusal.text)
            self._count()
            return
        try:
            self._note("INFO", f"Running trial {described(trial, plan)}")
        except BaseException:  # such as nobody being there any more to be told
            self.tools.trials.put_back(trial)
            raise
        try:
            job, recorder = self.tools.trials.ready(plan, trial)
        except GuildError as error:
            self._failed(trial, 1, f": {error.on_one_line}")
            return
        if self.plan.jobs > 1:
            job = job.replaced(echo=False)
        self._running[trial.id] = trial, plan, recorder
        self._tell_progress()
        crew.start(job, recorder, lambda: self._interrupted(trial))

    def _interrupted(self, trial: Run) -> None:
        from guild.domain.interruption import RunInterrupted

        self.notify(RunInterrupted(trial))

    def _ended(self, crew: Crew, ended: Ended) -> None:
        trial, plan, recorder = self._running.pop(ended.job.run_id)
        recorder.dismissed()
        if ended.exit is None:
            self._not_started(crew, trial, ended.failure)
        elif ended.exit.status == 0:
            self._count()
            self._note_best(trial, plan)
        elif ended.exit.status in _ASKED_TO_STOP or (crew.told and ended.exit.status < 0):
            self._note("INFO", f"Trial {trial.id} was terminated")
            self._count(failed=True)
        else:
            status = ended.exit.status
            self._failed(trial, status, f" ({status}) - see log for details")

    def _not_started(self, crew: Crew, trial: Run, why: Exception | None) -> None:
        if crew.told is not None:
            self.tools.trials.put_back(trial)
            return
        told = why.on_one_line if isinstance(why, GuildError) else str(why)
        if why is not None and not isinstance(why, RunIsRunning):
            self.tools.trials.start.give_up(trial, why)
        self._failed(trial, 1, f": {told}")

    def _failed(self, trial: Run, status: int, why: str) -> None:
        self._note("ERROR", f"Trial {trial.id} exited with an error{why}")
        self._count(failed=True)
        if self.plan.fail_on_trial_error and self._stopped is None:
            self._stopped = status
            self._note("ERROR", _STOP_FAILED)

    def _check_time(self, crew: Crew) -> None:
        """Stop the batch once its time is up."""
        limit = self.plan.run.start.stop_after_s
        if limit is None or self._timed_out or self._elapsed_s() < limit:
            return
        from guild.domain.interruption import RunTimedOut

        self._timed_out = True
        self._stopped = -15
        pid = self.tools.trials.make.store.at(self.batch.path).pid
        self.notify(RunTimedOut(self.batch, pid or 0, self._elapsed_s()))
        crew.stop()

    # What is told.

    def _note(self, level: str, text: str) -> None:
        note = BatchNote(level=level, text=text)
        self._keep(note)
        self.notify(note)

    def _keep(self, note: BatchNote) -> None:
        """Log it. As with runs, what can't be written is told once, and stops nothing."""
        try:
            self.recorder.output(Stream.STDERR, f"{note}\n".encode())
        except GuildError as error:
            self.tools.trials.make.warn(error.on_one_line)

    def _count(self, *, failed: bool = False) -> None:
        state = self._state
        self._state = state.replaced(done=state.done + 1, failed=state.failed + failed)

    def _note_best(self, trial: Run, plan: RunPlan) -> None:
        if not self.progress:
            return
        from guild.app.trial_history import objective_value

        objective, best = self.plan.objective, self._state.best
        try:
            value = objective_value(trial, objective, self.tools.scalars)
        except GuildError:
            return  # a batch of a grid need not have any
        if value is None:
            return
        value *= objective.sign
        if best is None or value * objective.sign < best * objective.sign:
            self._state = self._state.replaced(best=value, best_flags=plan.flags)

    def _tell_progress(self) -> None:
        if self.progress:
            running = {run_id: plan.flags for run_id, (_, plan, _) in self._running.items()}
            self.notify(self._state.replaced(running=running, elapsed_s=self._elapsed_s()))

    def _elapsed_s(self) -> float:
        return (self.tools.trials.make.clock() - self._began) / 1e6
