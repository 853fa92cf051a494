"""Settle what starting a batch again comes to, or another batch like it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from guild.app.batch_options import asked_objective, given_values, no_optimizer, trial_of
from guild.app.batch_plan import BatchPlan
from guild.app.outcomes import Unchanged
from guild.app.plan_like import no_template, plan_like
from guild.app.run_plan import RunPlan
from guild.app.run_request import RunRequest, updated_params
from guild.domain.batchrule import GRID
from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue
from guild.domain.objective import Objective
from guild.domain.restart import Decision, RestartPolicy
from guild.domain.run import Run
from guild.domain.status import Status

if TYPE_CHECKING:
    from guild.app.plan_batch import PlanBatch

__all__ = ["plan_again", "plan_like_batch"]


def plan_again(planner: PlanBatch, request: RunRequest, batch: Run) -> BatchPlan | Unchanged:
    """The plan for starting a batch again; with `needed`, why there is nothing to do.

    Its flags, those of its trials and its options are as before, but for what the request says.

    Args:
        planner: Plans batches.
        request: What was asked for.
        batch: The run of the batch.

    Raises:
        DamagedRun: If what its trials are made of can't be read.
        GuildError: As planning a new batch does.
    """
    plan = _like(planner, request, batch)
    template = plan.template
    assert template is not None
    unchanged = plan.run.flags == batch.flags and plan.trial.flags == template.flags
    policy = RestartPolicy(needed=request.needed)
    skipped = policy.decide(batch.status, flags_unchanged=unchanged) is Decision.SKIP
    if skipped and batch.status is Status.COMPLETED:
        return Unchanged(batch)  # of one that was stopped, what is missing is needed
    stored = planner.planner.store.attr(batch, "run_params")
    params = request.params()
    if isinstance(stored, Mapping):
        params = updated_params(stored, request)
    run = plan.run.replaced(
        restart=batch,
        params=params,
        tags=request.batch_tags or batch.tags,
        label=plan.run.label if request.batch_label is not None else batch.label,
    )
    renewed = plan.trial.flags != template.flags or request.force_sourcecode
    return plan.replaced(run=run, renewed=renewed)


def plan_like_batch(planner: PlanBatch, request: RunRequest, batch: Run) -> BatchPlan:
    """The plan for a new batch like one that is there: see `plan_again`."""
    if request.optimizer is not None or request.optimize:
        raise GuildError(
            f"run {batch.id} is a batch with an optimizer of its own",
            "Name one of its trials with --proto to use another optimizer.",
        )
    plan = _like(planner, request, batch)
    trial = plan.trial.replaced(proto=plan.template, restart=None)
    run = plan.run.replaced(proto=batch if plan.program else None)
    return plan.replaced(run=run, trial=trial, template=None)


def _like(planner: PlanBatch, request: RunRequest, batch: Run) -> BatchPlan:
    store = planner.planner.store
    template = planner.batches.template(batch)
    if template is None or batch.opref is None:
        raise no_template(batch)
    trial = plan_like(planner.planner, request, template)
    name = batch.opref.to_opspec()
    optimizer = planner.optimizer(name)
    program = optimizer is None and name != GRID
    if program and batch.opref.pkg_type == "builtin":
        raise no_optimizer(name)
    rows = _rows(store.attr(template, "trials"))
    stored = store.attr(batch, "run_params")
    asked = stored if isinstance(stored, Mapping) else {}
    run = (
        _program(planner, request, batch)
        if program
        else _run(planner, request, trial, name, batch)
    )
    limit = request.max_trials
    stored_limit = store.attr(batch, "max_trials")
    if limit is None and isinstance(stored_limit, int):
        limit = stored_limit
    return planner.checked(
        BatchPlan(
            run=run,
            trial=trial_of(trial),
            template=template,
            shown_as=name if not program else batch.opref.name,
            optimizer=optimizer,
            program=program,
            draws=planner.draws(name, trial.flags, rows),
            rows=rows,
            given=_given(planner, request, trial),
            objective=_objective(request, store.attr(batch, "objective")),
            max_trials=limit,
            stage_trials=request.stage_trials
            or (asked.get("stage_trials") is True and batch.status is Status.STAGED),
            fail_on_trial_error=request.fail_on_trial_error
            or asked.get("fail_on_trial_error") is True,
            jobs=request.jobs or _whole(asked.get("jobs")) or 1,
            needed=request.needed,
        )
    )


def _run(
    planner: PlanBatch, request: RunRequest, trial: RunPlan, name: str, batch: Run
) -> RunPlan:
    """The run of the batch itself, with an optimizer of this program."""
    options, given = planner.options(request, name, planner.optimizer(name), batch.flags)
    store = planner.planner.store
    seed = planner.planner.seed(request, store.attr(batch, "random_seed"))
    run = planner.run(request, trial, name, options, given).replaced(random_seed=seed)
    recorded = store.operation(batch)
    if recorded is not None and not recorded.delete_on_success:
        run = run.replaced(operation=recorded, delete_on_success=False)
    return run


def _program(planner: PlanBatch, request: RunRequest, batch: Run) -> RunPlan:
    """The run of the batch itself, where a program makes the trials."""
    asked = request.replaced(
        flags=request.opt_flags, label=request.batch_label, tags=request.batch_tags
    )
    return plan_like(planner.planner, asked, batch)


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _objective(request: RunRequest, stored: object) -> Objective:
    if request.minimize is None and request.maximize is None and isinstance(stored, str):
        return Objective.parse(stored)
    return asked_objective(request)


def _rows(stored: object) -> tuple[Mapping[str, FlagValue], ...]:
    if not isinstance(stored, list):
        return ()
    return tuple(row for row in stored if isinstance(row, Mapping))


def _given(planner: PlanBatch, request: RunRequest, trial: RunPlan) -> Mapping[str, FlagValue]:
    return given_values(trial, planner.planner.given(request, tuple(trial.flag_defs.values())))
