"""Settle what a batch will be whose trials are made by an operation of the project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from guild.app.batch_options import (
    ChosenOptimizer,
    asked_objective,
    check_program_options,
    no_optimizer,
    trial_of,
)
from guild.app.batch_plan import BatchPlan
from guild.app.run_plan import RunPlan
from guild.app.run_request import RunRequest
from guild.domain.errors import NoSuchOperation
from guild.domain.flags import FlagValue
from guild.domain.searchvalues import searched

if TYPE_CHECKING:
    from guild.app.plan_batch import PlanBatch
    from guild.domain.operation import Operation

__all__ = ["plan_program_batch"]


def plan_program_batch(
    planner: PlanBatch,
    request: RunRequest,
    trial: RunPlan,
    choice: ChosenOptimizer,
    rows: Sequence[Mapping[str, FlagValue]],
) -> BatchPlan:
    """The plan of a batch whose trials are made by an operation of the project."""
    name, configured = choice
    try:
        operation = planner.planner.catalog.find(name)
    except NoSuchOperation:
        raise no_optimizer(name, trial.optimizers) from None
    check_program_options(request, planner.planner.warn)
    trial = _encoded(planner, operation, trial)
    run = planner.planner.of_operation(
        RunRequest(
            flags=request.opt_flags,
            label=request.batch_label,
            tags=request.batch_tags,
            comment=request.batch_comment,
            force_flags=request.force_flags,
            random_seed=request.random_seed,
        ),
        operation,
        configured,
    )
    limit = request.max_trials
    # Both have the same environment, whichever keeps something of it to itself.
    secrets = dict.fromkeys((*operation.env_secrets, *trial.operation.env_secrets))
    start = planner.planner.start_options(request)
    return planner.checked(
        BatchPlan(
            run=run.replaced(
                operation=run.operation.replaced(env_secrets=tuple(secrets)),
                params=request.params(),
                start=start.replaced(env={}, python_path=()),
                delete_on_success=run.delete_on_success and not request.keep_batch,
            ),
            trial=trial_of(trial),
            shown_as=operation.name,
            program=True,
            rows=tuple(rows),
            given={},
            objective=asked_objective(request, trial.objective),
            max_trials=operation.default_max_trials if limit is None else limit,
            can_stage_trials=operation.can_stage_trials,
            stage_trials=request.stage_trials,
            fail_on_trial_error=request.fail_on_trial_error,
            jobs=request.jobs or 1,
        )
    )


def _encoded(planner: PlanBatch, optimizer: Operation, trial: RunPlan) -> RunPlan:
    """What trials are like, with flags as the optimizer wants them."""
    if trial.restart is not None or trial.proto is not None:
        return trial
    if optimizer.flag_encoder is not None:
        open_flags = {
            name: value for name, value in trial.flags.items() if name not in trial.user_flags
        }
        encoded = planner.encoder(
            optimizer.flag_encoder, optimizer.project_dir, open_flags, trial.flag_defs
        )
        return trial.replaced(flags=trial.flags.merged(encoded))
    if optimizer.is_optimizer:
        return trial.replaced(flags=searched(trial.flags, trial.flag_defs, trial.user_flags))
    return trial
