"""The work of one batch: its trials are made, started and watched until all are done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from guild.app.batch_plan import BatchPlan
from guild.app.batch_report import BatchReport
from guild.app.run_plan import RunPlan
from guild.app.trial_runs import described
from guild.app.upcoming_trials import BatchRuns, UpcomingTrials
from guild.domain.errors import GuildError, RunIsRunning
from guild.domain.flags import FlagSet
from guild.domain.interruption import ToldToStop
from guild.domain.lognote import LogNote
from guild.domain.process import ASKED_TO_STOP, Exit
from guild.domain.run import Run

if TYPE_CHECKING:
    from guild.app.batch_tools import BatchTools
    from guild.app.ports.launcher import Crew, Ended
    from guild.app.ports.recording import Notify
    from guild.app.record_run import RunRecorder

__all__ = ["BatchWork"]

_TICK_S = 1.0
_STOP = "Stopping batch (pending trials can be started as needed)"
_STOP_FAILED = "Stopping batch because a trial failed (pending trials can be started as needed)"


class BatchWork:
    """Runs the trials of one batch.

    Args:
        plan: The batch.
        runs: What it is made of. Its run is ours.
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
        runs: BatchRuns,
        recorder: RunRecorder,
        notify: Notify,
        pid: int | None,
        progress: bool,
        tools: BatchTools,
    ) -> None:
        self._plan = plan
        self._batch = runs.batch
        self._recorder = recorder
        self._notify = notify
        self._pid = pid
        self._tools = tools
        self._report = BatchReport(plan, recorder, notify, progress=progress, tools=tools)
        self._upcoming = UpcomingTrials(
            plan, runs, self._report, tools, is_told=self._is_told, pending=self._pending
        )
        self._running: dict[str, tuple[Run, RunPlan, RunRecorder]] = {}
        self._stopped: int | None = None
        self._timed_out = False
        self._crew: Crew | None = None

    def run(self) -> Exit:
        """Run all trials. How the batch ended is recorded."""
        try:
            status = self._status()
        except GuildError as error:
            self._report.keep(LogNote(level="ERROR", text=error.on_one_line))
            self._recorder.ended(Exit(status=1, pid=self._pid))
            raise
        exit = Exit(status=status, pid=self._pid)
        self._recorder.ended(exit)
        return exit

    def _status(self) -> int:
        alone = self._plan.jobs == 1
        # The crew is left first: a search ends only once no trial has a part in its pipes.
        with (
            closing(self._upcoming.made()) as upcoming,
            self._tools.launcher.crew(alone=alone) as crew,
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
            self._report.ended()
            if crew.told is not None:
                self._report.note("INFO", _STOP)
                return -crew.told
            if failure is not None:
                raise failure
        return self._stopped or 0

    def _fill(self, crew: Crew, upcoming: Iterator[tuple[Run, RunPlan]]) -> None:
        """Start trials until as many run as may."""
        while crew.size < self._plan.jobs and self._goes_on(crew):
            following = next(upcoming, None)
            if following is None or not self._goes_on(crew):
                return
            self._begin(crew, *following)

    def _is_told(self) -> bool:
        """Whether this process was asked to stop."""
        return self._crew is not None and self._crew.told is not None

    def _pending(self) -> list[FlagSet]:
        return [plan.flags for _, plan, _ in self._running.values()]

    def _goes_on(self, crew: Crew) -> bool:
        return crew.told is None and self._stopped is None

    def _begin(self, crew: Crew, trial: Run, plan: RunPlan) -> None:
        refusal = self._tools.trials.take(trial)
        if refusal is not None:
            self._report.note(refusal.level, refusal.text)
            self._report.count()
            return
        try:
            self._report.note("INFO", f"Running trial {described(trial, plan)}")
        except BaseException:  # such as nobody being there any more to be told
            self._tools.trials.put_back(trial)
            raise
        try:
            job, recorder = self._tools.trials.ready(plan, trial, self._notify)
        except GuildError as error:
            self._failed(trial, 1, f": {error.on_one_line}")
            return
        except ToldToStop:
            self._terminated(trial)
            return
        if self._plan.jobs > 1:
            job = job.replaced(echo=False)
        self._running[trial.id] = trial, plan, recorder
        self._tell_progress()
        crew.start(job, recorder, lambda: self._interrupted(trial))

    def _interrupted(self, trial: Run) -> None:
        from guild.domain.interruption import RunInterrupted

        self._notify(RunInterrupted(trial))

    def _ended(self, crew: Crew, ended: Ended) -> None:
        trial, plan, recorder = self._running.pop(ended.job.run_id)
        recorder.dismissed()
        if ended.exit is None:
            self._not_started(crew, trial, ended.failure)
        elif ended.exit.status == 0:
            self._report.completed(trial, plan.flags)
        elif ended.exit.status in ASKED_TO_STOP or (crew.told and ended.exit.status < 0):
            self._terminated(trial)
        else:
            status = ended.exit.status
            self._failed(trial, status, f" ({status}) - see log for details")

    def _terminated(self, trial: Run) -> None:
        self._report.note("INFO", f"Trial {trial.id} was terminated")
        self._report.count(failed=True)

    def _not_started(self, crew: Crew, trial: Run, why: Exception | None) -> None:
        if crew.told is not None:
            self._tools.trials.put_back(trial)
            return
        told = why.on_one_line if isinstance(why, GuildError) else str(why)
        if why is not None and not isinstance(why, RunIsRunning):
            self._tools.trials.start.give_up(trial, why)
        self._failed(trial, 1, f": {told}")

    def _failed(self, trial: Run, status: int, why: str) -> None:
        self._report.note("ERROR", f"Trial {trial.id} exited with an error{why}")
        self._report.count(failed=True)
        if self._plan.fail_on_trial_error and self._stopped is None:
            self._stopped = status
            self._report.note("ERROR", _STOP_FAILED)

    def _check_time(self, crew: Crew) -> None:
        """Stop the batch once its time is up."""
        limit = self._plan.run.start.stop_after_s
        if limit is None or self._timed_out or self._report.elapsed_s < limit:
            return
        from guild.domain.interruption import RunTimedOut

        self._timed_out = True
        self._stopped = -15
        pid = self._tools.trials.make.store.at(self._batch.path).pid
        self._notify(RunTimedOut(self._batch, pid or 0, self._report.elapsed_s))
        crew.stop()

    def _tell_progress(self) -> None:
        running = {run_id: plan.flags for run_id, (_, plan, _) in self._running.items()}
        self._report.tell_progress(running)
