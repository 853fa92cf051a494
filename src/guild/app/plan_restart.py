"""Settle what starting a run again comes to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from guild.app.find_run import find_run
from guild.app.outcomes import Skipped, Unchanged
from guild.app.plan_like import plan_like
from guild.app.run_request import RunRequest, updated_params
from guild.domain.errors import DamagedRun, GuildError, RunIsRunning
from guild.domain.flags import same_value
from guild.domain.flagtext import is_function
from guild.domain.restart import Decision, RestartPolicy, available_runs
from guild.domain.status import Status

if TYPE_CHECKING:
    from guild.app.batch_plan import BatchPlan
    from guild.app.plan_run import PlanRun
    from guild.app.run_plan import RunPlan
    from guild.domain.run import Run

__all__ = ["plan_restart"]


def plan_restart(
    planner: PlanRun, request: RunRequest, spec: str
) -> RunPlan | BatchPlan | Skipped | Unchanged:
    """The plan for starting a run again; or, with `needed`, why there is nothing to do.

    Where its flags change, other available runs make a restart unneeded just as they do a new
    run; a run that failed, is staged or pending is always started.

    Args:
        planner: Plans another start of what the run is a run of.
        request: What was asked for.
        spec: The run, as `find_run` understands it.

    Raises:
        RunIsRunning: If the run is running.
        GuildError: As planning a new run does.
    """
    store = planner.store
    run = find_run(store, planner.path_or_name(spec), planner.settings.cwd, start=True)
    policy = RestartPolicy(needed=request.needed)
    if policy.decide(run.status, flags_unchanged=False) is Decision.REFUSE:
        raise RunIsRunning(run.id)
    if run.is_batch:
        return planner.plan_batch().again(request, run)
    plan = plan_like(planner, _without_known(planner, request, run), run)
    changed = (value for name, value in plan.flags.items() if value != run.flags.get(name))
    if any(isinstance(value, list) or is_function(value) for value in changed):
        raise GuildError(
            f"cannot restart run {run.id} with several values for a flag: it is a single run",
            f"Use '--proto {run.short_id}' instead for a batch of runs like it.",
        )
    unchanged = run.flags == plan.flags
    # Of a pipeline that was stopped, the steps that are missing are needed.
    is_whole = plan.pipeline is None or run.status is Status.COMPLETED
    if is_whole and policy.decide(run.status, flags_unchanged=unchanged) is Decision.SKIP:
        return Unchanged(run)
    if request.needed and is_whole and run.status.satisfies_needed:
        others = (other for other in store.runs_of(plan.opref) if other.id != run.id)
        matches = available_runs(others, plan.opref, plan.flags)
        if matches:
            return Skipped(tuple(matches))
    if "tags" in run.damage and not request.tags:
        raise DamagedRun(
            f"cannot restart run {run.id}: its tags can't be read and would be lost",
            "Try 'guild check' for the file, and mend or remove it first.",
        )
    stored = store.attr(run, "run_params")
    params = request.params()
    if isinstance(stored, Mapping):
        params = updated_params(stored, request)
    return plan.replaced(restart=run, params=params, tags=request.tags or run.tags)


def _without_known(planner: PlanRun, request: RunRequest, run: Run) -> RunRequest:
    """The request without flags, if they are those of the run already.

    It is like it was before then, and does without its project, whatever became of that. Steps
    of a pipeline are told their flags each time.
    """
    if request.force_sourcecode or not request.flags:
        return request
    given = planner.given(request, ())
    known = all(
        name in run.flags and same_value(value, run.flags[name]) for name, value in given.items()
    )
    return request.replaced(flags=(), edited_flags=None) if known else request
