"""Trials of a batch that are still to be run: which there are, and how they are made."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import count
from typing import TYPE_CHECKING

from guild.app.batch_trials import planned_trials, search_arguments
from guild.app.suggesting import Suggesting
from guild.app.trial_runs import described
from guild.domain.record import Record
from guild.domain.status import Status

if TYPE_CHECKING:
    from guild.app.batch_plan import BatchPlan
    from guild.app.batch_report import BatchReport
    from guild.app.batch_tools import BatchTools
    from guild.app.run_plan import RunPlan
    from guild.domain.flags import FlagSet
    from guild.domain.run import Run

__all__ = ["BatchRuns", "UpcomingTrials"]


class BatchRuns(Record):
    """What a batch is made of.

    Attributes:
        batch: Its run.
        template: The run that trials are copied from.
        trial: What trials are like.
    """

    batch: Run
    template: Run
    trial: RunPlan


class UpcomingTrials:
    """Makes the trials of a batch.

    Args:
        plan: The batch.
        runs: What it is made of.
        report: Where it is said what is made and what is not.
        tools: What the batch works with.
        is_told: Whether the batch is asked to stop.
        pending: The flags of the trials that run now.
    """

    def __init__(
        self,
        plan: BatchPlan,
        runs: BatchRuns,
        report: BatchReport,
        tools: BatchTools,
        *,
        is_told: Callable[[], bool],
        pending: Callable[[], Sequence[FlagSet]],
    ) -> None:
        self._plan = plan
        self._runs = runs
        self._report = report
        self._tools = tools
        self._is_told = is_told
        self._pending = pending
        self._staged: dict[FlagSet, list[Run]] | None = None
        self._available: set[FlagSet] | None = None

    def made(self) -> Generator[tuple[Run, RunPlan]]:
        """Trials that are made, each with its plan, one after another as they are wanted.

        There are none to be run where they are only staged.

        Raises:
            GuildError: If no more can be made.
        """
        if self._plan.sequential:
            yield from self._suggested()
            return
        flags = planned_trials(self._plan, self._tools.sampler, self._tools.searches)
        if self._plan.needed:
            flags = [each for each in flags if not self._is_there(each)]
        self._report.expect(len(flags))
        made = []
        for each in flags:
            if self._is_told():
                return
            made.append(self._made(each))
        if not self._plan.stage_trials:
            yield from made

    def _suggested(self) -> Iterator[tuple[Run, RunPlan]]:
        optimizer, tools = self._plan.optimizer, self._tools
        assert optimizer is not None
        arguments = search_arguments(self._plan)
        with tools.searches.begin(optimizer, *arguments, stopped=self._is_told) as search:
            suggesting = Suggesting(
                self._plan,
                search,
                self._runs.batch,
                self._runs.template,
                tools.trials,
                tools.scalars,
            )
            limit = self._plan.max_trials
            for _ in count() if limit is None else range(limit):
                trial, notes = suggesting.suggest(self._pending(), self._report.succeeded)
                for note in notes:
                    self._report.note(note.level, note.text)
                yield self._made(trial.flags)

    def _made(self, flags: FlagSet) -> tuple[Run, RunPlan]:
        """A trial with these flags: one of this batch that was left, or a new one."""
        trials = self._tools.trials
        plan = trials.of_flags(self._runs.trial, flags)
        left = self._left(flags)
        source = self._plan.trial.source
        if left is not None and source is not None:
            left = trials.renewed(plan.replaced(source=source), left)
        run = left or trials.staged(plan, self._runs.batch)
        if self._plan.stage_trials:
            self._report.note("INFO", f"Staging trial {described(run, plan)}")
        return run, plan

    def _left(self, flags: FlagSet) -> Run | None:
        """A trial that the batch made and did not start before it was stopped."""
        left = self._leftovers.get(flags)
        return left.pop() if left else None

    @property
    def _leftovers(self) -> dict[FlagSet, list[Run]]:
        """By their flags, the oldest one last."""
        if self._staged is None:
            again = self._plan.run.restart is not None
            linked = self._tools.trials.batches.trials(self._runs.batch) if again else []
            self._staged = {}
            for run in reversed(linked):
                if run.status is Status.STAGED:
                    self._staged.setdefault(run.flags, []).append(run)
        return self._staged

    def _is_there(self, flags: FlagSet) -> bool:
        trial = self._runs.trial
        if self._available is None:
            store = self._tools.trials.make.store
            runs = store.runs_of(trial.opref)
            self._available = {run.flags for run in runs if run.status is Status.COMPLETED}
        if flags not in self._available:
            self._available.add(flags)  # the same need not be run twice
            return False
        name = described(self._runs.template, trial.replaced(flags=flags)).partition(": ")[2]
        self._report.note("INFO", f"Skipping trial because there is a run of it: {name}")
        return True
