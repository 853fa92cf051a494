"""Suggestions for the next trial of a search that learns, and what is said of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from guild.app.batch_plan import BatchPlan
from guild.app.informed_search import InformedSearch, starts_of
from guild.app.trial_history import TrialHistory, relevant_runs
from guild.domain.flags import FlagSet, FlagValue
from guild.domain.lognote import LogNote
from guild.domain.run import Run
from guild.domain.trial import Trial

if TYPE_CHECKING:
    from guild.app.ports.optimizer import Search
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
        runs, counts = relevant_runs(plan, batch, template, trials.make.store, trials.batches)
        self._search = InformedSearch(
            search,
            TrialHistory(runs, counts, plan.objective, scalars),
            column=plan.objective.column,
            starts=starts_of(plan.run.flags, plan.max_trials or 0),
        )

    def suggest(
        self, pending: Sequence[Mapping[str, FlagValue]], completed: int
    ) -> tuple[Trial, list[LogNote]]:
        """The next trial, and what is to be logged of how it was found.

        Args:
            pending: Flags of the trials that run now.
            completed: How many trials of this batch ended well.
        """
        suggestion, notes = self._search.suggest(pending, completed)
        flags = self._plan.chosen(FlagSet({**self._plan.trial.flags, **suggestion.flags}))
        return Trial(flags, random_start=suggestion.random_start), notes
