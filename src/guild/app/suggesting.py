"""Suggestions for the next trial of a search that learns, and what is said of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from guild.app.batch_plan import BatchPlan
from guild.app.trial_history import TrialHistory, relevant_runs
from guild.domain.flags import FlagSet, FlagValue
from guild.domain.lognote import LogNote
from guild.domain.run import Run
from guild.domain.trial import Trial

if TYPE_CHECKING:
    from guild.app.ports.optimizer import Observation, Search
    from guild.app.ports.recording import ScalarSource
    from guild.app.trial_runs import TrialRuns

__all__ = ["Suggesting"]


class Suggesting:
    """Asks the search of a batch, told of all that ended by then.

    Args:
        plan: The batch.
        search: Its search.
        batch, template: Its run, and the one its trials are copied from.
        trials: Its store and its links.
        scalars: Scalars of runs.

    Raises:
        GuildError: If it is not known which runs the search may learn from.
    """

    def __init__(
        self,
        plan: BatchPlan,
        search: Search,
        batch: Run,
        template: Run,
        trials: TrialRuns,
        scalars: ScalarSource,
    ) -> None:
        self._plan = plan
        self._search = search
        runs, counts = relevant_runs(plan, batch, template, trials.make.store, trials.batches)
        self._history = TrialHistory(runs, counts, plan.objective, scalars)
        self._starts = _random_starts(plan)

    def suggest(
        self, pending: Sequence[Mapping[str, FlagValue]], completed: int
    ) -> tuple[Trial, list[LogNote]]:
        """The next trial, and what is to be logged of how it was found.

        Args:
            pending: Flags of the trials that run now.
            completed: How many trials of this batch ended well.
        """
        past = self._history.observations()
        suggestion = self._search.suggest(past, pending)
        flags = self._plan.chosen(FlagSet({**self._plan.trial.flags, **suggestion.flags}))
        trial = Trial(flags, random_start=suggestion.random_start)
        notes = [LogNote(level="INFO", text=self._line(trial, past, completed))]
        if suggestion.notice:
            notes.append(LogNote(level="WARNING", text=suggestion.notice))
        return trial, notes

    def _line(self, trial: Trial, past: Sequence[Observation], completed: int) -> str:
        if not trial.random_start:
            return f"Found {len(past)} previous trial(s) for use in optimization"
        if completed < self._starts:
            why = f"{completed + 1} of {self._starts}"
        elif not past:
            why = "missing previous trials"
        elif any(seen.value is not None for seen in past):
            why = "too few previous trials"
        else:
            why = f"cannot find objective '{self._plan.objective.column}'"
        return f"Random start for optimization ({why})"


def _random_starts(plan: BatchPlan) -> int:
    starts = plan.run.flags.get("random-starts")
    limit = plan.max_trials or 0
    return min(starts, limit) if isinstance(starts, int) else 0
