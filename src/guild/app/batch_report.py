"""What is told of a batch while it works: its log, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from guild.app.trial_history import objective_value
from guild.domain.batchevents import BatchProgress
from guild.domain.errors import GuildError
from guild.domain.lognote import LogNote
from guild.domain.process import Stream

if TYPE_CHECKING:
    from guild.app.batch_plan import BatchPlan
    from guild.app.batch_tools import BatchTools
    from guild.app.ports.recording import Notify
    from guild.app.record_run import RunRecorder
    from guild.domain.flags import FlagSet, FlagValue
    from guild.domain.run import Run

__all__ = ["BatchReport"]


class BatchReport:
    """Keeps the log of a batch, counts its trials and tells who wants to know.

    Args:
        plan: The batch.
        recorder: Keeps its log.
        notify: Is told what happens.
        progress: Whether it is told how far the batch is.
        tools: What the batch works with.
    """

    def __init__(
        self,
        plan: BatchPlan,
        recorder: RunRecorder,
        notify: Notify,
        *,
        progress: bool,
        tools: BatchTools,
    ) -> None:
        self._recorder = recorder
        self._notify = notify
        self._progress = progress
        self._tools = tools
        self._objective = plan.objective
        self._wants_objective = plan.seeks
        self._has_objective = False
        self._began = tools.trials.make.clock()
        self._state = BatchProgress(total=plan.batch.size, objective=plan.objective.column)

    @property
    def succeeded(self) -> int:
        """How many trials ended well."""
        return self._state.done - self._state.failed

    @property
    def elapsed_s(self) -> float:
        """Seconds since the batch began."""
        return (self._tools.trials.make.clock() - self._began) / 1e6

    def expect(self, trials: int) -> None:
        """So many trials there will be."""
        self._state = self._state.replaced(total=trials)

    def note(self, level: str, text: str) -> None:
        """Say and log a line."""
        note = LogNote(level=level, text=text)
        self.keep(note)
        self._notify(note)

    def keep(self, note: LogNote) -> None:
        """Log it. As with runs, what can't be written is told once, and stops nothing."""
        try:
            self._recorder.output(Stream.STDERR, f"{note}\n".encode())
        except GuildError as error:
            self._tools.trials.make.warn(error.on_one_line)

    def count(self, *, failed: bool = False) -> None:
        """A trial ended, or need not be run."""
        state = self._state
        self._state = state.replaced(done=state.done + 1, failed=state.failed + failed)

    def completed(self, trial: Run, flags: FlagSet) -> None:
        """A trial ended well: it may be the best one."""
        self.count()
        if not (self._progress or self._wants_objective):
            return
        objective, best = self._objective, self._state.best
        try:
            value = objective_value(trial, objective, self._tools.scalars)
        except GuildError:
            return  # a batch of a grid need not have any
        if value is None:
            return
        self._has_objective = True
        value *= objective.sign
        if best is None or value * objective.sign < best * objective.sign:
            self._state = self._state.replaced(best=value, best_flags=flags)

    def ended(self) -> None:
        """No further trial is run: say so if what was looked for was never found."""
        if self._wants_objective and self.succeeded and not self._has_objective:
            self.note("WARNING", self._objective.missing)

    def tell_progress(self, running: Mapping[str, Mapping[str, FlagValue]]) -> None:
        """Tell how far the batch is.

        Args:
            running: Flags of the trials that run now, by run id, the longest running first.
        """
        if self._progress:
            self._notify(self._state.replaced(running=running, elapsed_s=self.elapsed_s))
