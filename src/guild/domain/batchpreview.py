"""What is said of a batch before it starts.

Source: reference 20-batches-and-optimizers, section 11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from guild.domain.batchrule import GRID, RANDOM, shown_name

if TYPE_CHECKING:
    from guild.domain.objective import Objective

__all__ = ["FROM_ROWS", "MANY_TRIALS", "batch_phrase", "batch_verb", "trials_text"]

FROM_ROWS = " (flags below used unless specified in batch trial)"
"""Follows the phrase where a batch has both rows of batch files and flags."""

MANY_TRIALS = 10_000
"""From this many trials on, a batch is likely a mistake: somebody should be asked first."""


def batch_phrase(optimizer: str, trials: int | None, objective: Objective | None) -> str:
    """How the trials are chosen: ` with skopt:gp optimizer (20 trials, minimize loss)`.

    Args:
        optimizer: As it is shown: `+`, `random`, `skopt:gp`, ...
        trials: How many there will be at most; None if that is not known.
        objective: What the search is for, if it is known; it is not said of grids and random
            search.
    """
    counted = [] if trials is None else [trials_text(trials)]
    if optimizer == GRID:
        return " as a batch" + _in_brackets(counted)
    if shown_name(optimizer) == shown_name(RANDOM):
        return " with random search" + _in_brackets(counted)
    aim = [] if objective is None else [objective.aim]
    return f" with {optimizer} optimizer" + _in_brackets([*counted, *aim])


def batch_verb(*, stage: bool = False, stage_trials: bool = False, restart: bool = False) -> str:
    """What is about to be done with the operation: `run`, `stage`, ..."""
    if stage:
        return "stage"
    if stage_trials:
        return "stage trials for"
    return "start" if restart else "run"


def trials_text(count: int) -> str:
    """`1 trial`, `2 trials`."""
    return f"{count} {'trial' if count == 1 else 'trials'}"


def _in_brackets(parts: list[str]) -> str:
    return f" ({', '.join(parts)})" if parts else ""
