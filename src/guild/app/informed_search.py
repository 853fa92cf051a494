"""A search that is told what earlier trials found, and what is said of its suggestions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from guild.domain.lognote import LogNote

if TYPE_CHECKING:
    from guild.app.ports.optimizer import Observation, Search, Suggestion
    from guild.app.trial_history import TrialHistory
    from guild.domain.flags import FlagValue

__all__ = ["InformedSearch", "starts_of"]


class InformedSearch:
    """Asks a search, told of all trials that ended by then.

    Args:
        search: The search.
        history: The trials that it learns from.
        column: What is to be small or large, as messages call it.
        starts: How many trials are drawn at random before the search uses what it knows.
    """

    def __init__(self, search: Search, history: TrialHistory, *, column: str, starts: int) -> None:
        self._search = search
        self._history = history
        self._column = column
        self._starts = starts

    def suggest(
        self, pending: Sequence[Mapping[str, FlagValue]], completed: int
    ) -> tuple[Suggestion, list[LogNote]]:
        """What the next trial is to try, and what is to be logged of how that was found.

        Args:
            pending: Flags of the trials that run now.
            completed: How many trials ended well.
        """
        past = self._history.observations()
        suggestion = self._search.suggest(past, pending)
        notes = [LogNote(level="INFO", text=self._line(suggestion, past, completed))]
        if suggestion.notice:
            notes.append(LogNote(level="WARNING", text=suggestion.notice))
        return suggestion, notes

    def _line(self, suggestion: Suggestion, past: Sequence[Observation], completed: int) -> str:
        if not suggestion.random_start:
            return f"Found {len(past)} previous trial(s) for use in optimization"
        if completed < self._starts:
            why = f"{completed + 1} of {self._starts}"
        elif not past:
            why = "missing previous trials"
        elif any(seen.value is not None for seen in past):
            why = "too few previous trials"
        else:
            why = f"cannot find objective '{self._column}'"
        return f"Random start for optimization ({why})"


def starts_of(options: Mapping[str, FlagValue], max_trials: int) -> int:
    """How many trials a search draws at random first, by its options; 0 if it has no such."""
    starts = options.get("random-starts")
    return min(starts, max_trials) if isinstance(starts, int) else 0
