"""What a batch is going to be, settled before anything is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from guild.app.run_plan import RunPlan
from guild.domain.batch import Batch
from guild.domain.flags import FlagSet, FlagValue, same_value
from guild.domain.objective import Objective
from guild.domain.record import Record
from guild.domain.run import Run

if TYPE_CHECKING:
    from guild.app.ports.optimizer import Optimizer

__all__ = ["BatchPlan"]


class BatchPlan(Record):
    """A batch to be made, or to be started again. Nothing has happened yet.

    Attributes:
        run: The run of the batch itself: its operation is the optimizer, its flags are the
            optimizer's.
        trial: What its trials are like. Its flags have lists and search functions among them;
            its `start` says how trials are started.
        template: The run that trials are copied from, of a batch that is there already.
        shown_as: The optimizer as it is shown: `+`, `skopt:gp`, the name of an operation.
        optimizer: What chooses the flags of trials; None for a grid, or if a program does.
        program: Whether the optimizer is an operation that makes and runs the trials itself.
        draws: Draws values for the search functions in a grid; None if it has none.
        rows: Values by flag name, of batch files that have several rows.
        given: Values that the user gave: they count more than those of rows.
        objective: What a search is for.
        max_trials: How many trials there are at most; None for no limit.
        stage_trials: Whether trials are made and left to be started later.
        can_stage_trials: Whether the program that makes the trials can do so.
        fail_on_trial_error: Whether the batch stops at the first trial that fails.
        jobs: How many trials run at a time.
        needed: Whether trials are left out of which there are available runs.
        renewed: Whether the template of a batch that is there is to be made anew.
    """

    run: RunPlan
    trial: RunPlan
    template: Run | None = None
    shown_as: str
    optimizer: Optimizer | None = None
    program: bool = False
    draws: Optimizer | None = None
    rows: tuple[Mapping[str, FlagValue], ...] = ()
    given: Mapping[str, FlagValue]
    objective: Objective
    max_trials: int | None
    stage_trials: bool = False
    can_stage_trials: bool = False
    fail_on_trial_error: bool = False
    jobs: int = 1
    needed: bool = False
    renewed: bool = False

    @property
    def batch(self) -> Batch:
        """What is to be tried."""
        return Batch(
            flags=self.trial.flags,
            optimizer=self.shown_as,
            rows=self.rows,
            given=self.given,
            max_trials=self.max_trials,
        )

    def chosen(self, flags: FlagSet) -> FlagSet:
        """The flags of a trial, with what its choices say of flags that are left open."""
        defs = self.trial.flag_defs
        if not any(choice.flags for flag in defs.values() for choice in flag.choices):
            return flags
        in_rows = {name for row in self.rows for name in row}
        given = {*self.trial.user_flags, *in_rows}
        tried = {
            name
            for name, value in self.trial.flags.items()
            if name in in_rows or not same_value(value, flags.get(name))
        }
        from guild.domain.choiceflags import with_choice_flags  # few operations have any

        return with_choice_flags(flags, tried, defs, {*given, *tried})

    @property
    def trial_rows(self) -> list[dict[str, FlagValue]]:
        """The rows as they are recorded."""
        return [{**row, **self.given} for row in self.rows]

    @property
    def is_grid(self) -> bool:
        """Whether all combinations are tried."""
        return self.batch.is_grid

    @property
    def seeks(self) -> bool:
        """Whether there is something that trials are to make small or large."""
        return self.sequential or self.objective != Objective()

    @property
    def sequential(self) -> bool:
        """Whether what a trial is depends on those before it."""
        return self.program or (self.optimizer is not None and self.optimizer.sequential)
