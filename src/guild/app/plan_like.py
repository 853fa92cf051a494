"""Settle what another run like one that is there comes to, or another start of that one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attr import evolve, frozen

from guild.app.find_run import find_run
from guild.app.plan_run import by_name, label_template, with_more_deps, with_named
from guild.app.run_plan import RunPlan
from guild.app.run_request import RunRequest, params_for_restart
from guild.domain.errors import DamagedRun, GuildError
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagSet, FlagValue
from guild.domain.operation import Operation, RecordedOperation
from guild.domain.run import Run
from guild.domain.value import Value

if TYPE_CHECKING:
    from guild.app.batch_plan import BatchPlan
    from guild.app.plan_pipeline import PipelinePlan
    from guild.app.plan_run import PlanRun

__all__ = ["no_template", "plan_like", "plan_like_proto"]


def plan_like_proto(planner: PlanRun, request: RunRequest, spec: str) -> RunPlan | BatchPlan:
    """The plan for a new run that has the flag values and the source of another.

    Like a batch, that is another batch.

    Args:
        planner: Settles flags, labels and options.
        request: What was asked for; its operation, if it names one, is run instead.
        spec: The other run, as `find_run` understands it.
    """
    proto = find_run(planner.store, planner.path_or_name(spec), planner.settings.cwd)
    if request.opspec:
        return planner.or_batch(request, _other_like(planner, request, request.opspec, proto))
    if proto.is_batch:
        return planner.plan_batch().like(request, proto)
    plan = plan_like(planner, request, proto)
    plan = plan.replaced(proto=proto, params=request.params(), renewed=True)
    return planner.or_batch(request, plan)


def _other_like(planner: PlanRun, request: RunRequest, opspec: str, proto: Run) -> RunPlan:
    operation = planner.catalog.find(opspec)
    defined = {flag.name for flag in operation.flags}
    base = {name: value for name, value in proto.flags.items() if name in defined}
    plan = planner.of_operation(request, operation, base)
    source = plan.source if request.force_sourcecode else None
    return plan.replaced(proto=proto, source=source)


def plan_like(planner: PlanRun, request: RunRequest, run: Run) -> RunPlan:
    """The plan for another start of what the run is a run of.

    Raises:
        DamagedRun: If its flags can't be read, or it was a batch and is none any more.
        GuildError: If it can't be started again, or the project is needed and can't be found.
    """
    if "flags" in run.damage:
        raise DamagedRun(f"cannot read the flags of run {run.id}")
    if run.opref is not None and run.opref.pkg_type == "builtin":
        raise no_template(run)
    request = _with_stored(planner, request, run)
    template = _template(planner, request, run)
    if template.run.opref is None:
        raise _not_startable(run)
    given = planner.given(request, template.defs)
    flags = run.flags
    if template.fresh is not None:
        flags = planner.resolved(request, template.fresh.name, template.defs, given, run.flags)
        operation = with_named(template.operation, flags, template.fresh.name)
        template = evolve(template, operation=operation)
        if operation.requires:
            from guild.app.upstream_runs import settled_flags

            flags = settled_flags(
                planner.store,
                operation.requires,
                flags,
                planner.absolute,
                planner.warn,
                known=run.flags,
            )
    if template.operation.requires:
        from guild.app.upstream_runs import rechosen_flags

        flags = rechosen_flags(
            planner.store,
            template.operation.requires,
            flags,
            before=run.flags,
            given={**_flag_mapping(planner.store.attr(run, "user_flags")), **given},
            warn=planner.warn,
        )
    return _plan(planner, request, template, flags, given)


@frozen(kw_only=True, eq=False, repr=False)
class _Template(Value):
    """What there is to make another run of.

    Attributes:
        run: The run.
        operation: What it keeps of its operation, renewed where that was read anew.
        fresh: The operation as the project has it now, where that is needed.
        project_dir: Absolute directory of the project, if known.
        defs: What is known of its flags.
    """

    run: Run
    operation: RecordedOperation
    fresh: Operation | None
    project_dir: str | None
    defs: tuple[FlagDef, ...]


def _template(planner: PlanRun, request: RunRequest, run: Run) -> _Template:
    recorded = planner.store.operation(run)
    if recorded is None:
        raise _not_startable(run)
    project_dir = recorded.command.env.get("PROJECT_DIR") or (
        run.opref.project_dir if run.opref else None
    )
    if not request.flags and not request.force_sourcecode:
        defs = tuple(recorded.command.flags.values())
        return _Template(
            run=run, operation=recorded, fresh=None, project_dir=project_dir, defs=defs
        )
    fresh = _definition(planner, run, project_dir)
    return _Template(
        run=run,
        operation=_renewed(recorded, fresh, request.force_sourcecode),
        fresh=fresh,
        project_dir=project_dir,
        defs=fresh.flags,
    )


def _plan(
    planner: PlanRun,
    request: RunRequest,
    template: _Template,
    flags: FlagSet,
    given: Mapping[str, FlagValue],
) -> RunPlan:
    run, fresh, operation = template.run, template.fresh, template.operation
    assert run.opref is not None
    stored = _mapping(planner.store.attr(run, "run_params"))
    label = request.label if request.label is not None else _text(stored.get("label"))
    tags = request.tags or _texts(stored.get("tags"))
    shown = label_template(label, operation.label_template, tags)
    return RunPlan(
        name=fresh.name if fresh else run.operation,
        opref=fresh.opref if fresh else run.opref,
        operation=with_more_deps(operation, request, planner.absolute),
        flags=flags,
        flag_defs=by_name(template.defs),
        user_flags={**_flag_mapping(planner.store.attr(run, "user_flags")), **given},
        label=planner.label(shown, flags),
        label_template=shown,
        tags=tags,
        comment=request.comment,
        params=stored,
        random_seed=planner.seed(request, planner.store.attr(run, "random_seed")),
        project_dir=template.project_dir,
        python_exe=planner.python_exe(operation.python_requires),
        source=fresh.source if fresh and request.force_sourcecode else None,
        delete_on_success=operation.delete_on_success and not request.keep_run,
        renewed=fresh is not None or bool(request.additional_deps),
        force_deps=request.force_deps,
        pipeline=_pipeline(planner, request, template, stored),
        start=planner.start_options(request),
    )


def _pipeline(
    planner: PlanRun, request: RunRequest, template: _Template, stored: Mapping[str, object]
) -> PipelinePlan | None:
    """The steps as they were, unless they are to be taken anew."""
    steps = planner.store.attr(template.run, "steps")
    if template.fresh is not None and request.force_sourcecode:
        steps = template.fresh.steps
    if steps is None:
        return None
    from guild.app.plan_pipeline import pipeline_plan

    return pipeline_plan(request, steps, template.run, stored)


def _with_stored(planner: PlanRun, request: RunRequest, run: Run) -> RunRequest:
    """The request with what the run was asked for with, where it leaves that open."""
    stored = _mapping(planner.store.attr(run, "run_params"))
    told = params_for_restart(stored, request.params())
    gpus = told.get("gpus")
    return request.replaced(
        force_flags=request.force_flags or told.get("force_flags") is True,
        gpus=request.gpus if gpus is None or request.no_gpus else str(gpus),
        no_gpus=request.no_gpus or (told.get("no_gpus") is True and request.gpus is None),
    )


def _definition(planner: PlanRun, run: Run, project_dir: str | None) -> Operation:
    found = planner.catalog.of_run(run.opref, project_dir) if run.opref else None
    if found is None:
        raise GuildError(
            f"cannot find definition for operation '{run.operation}' in run {run.id}",
            "This is required when setting flags or using '--force-sourcecode' for restart"
            " or a new run.",
        )
    return found


def _renewed(
    recorded: RecordedOperation, fresh: Operation, source_renewed: bool
) -> RecordedOperation:
    """A definition read just now, for a run whose source is where it was unless taken anew."""
    renewed = fresh.recorded()
    if recorded.requires:
        from guild.domain.dependency import is_additional

        more = filter(is_additional, recorded.requires)
        renewed = renewed.replaced(requires=(*renewed.requires, *more))
    if source_renewed:
        return renewed
    env = dict(renewed.command.env)
    if "PYTHONPATH" in recorded.command.env:
        env["PYTHONPATH"] = recorded.command.env["PYTHONPATH"]
    return renewed.replaced(
        command=renewed.command.replaced(env=env),
        source_root=recorded.source_root,
        source_dest=recorded.source_dest,
    )


def no_template(batch: Run) -> DamagedRun:
    """The error for a batch without what its trials are copies of."""
    return DamagedRun(
        f"cannot read what the trials of run {batch.id} are made of",
        "If it was killed at its start, nothing of it is there yet: run it anew.",
    )


def _not_startable(run: Run) -> GuildError:
    if run.opref is not None and run.opref.pkg_type == "func":
        return GuildError(
            f"cannot start run {run.id} again: it is of a function, {run.operation}",
            "Call the function again with guild.ipy.run.",
        )
    return GuildError(
        f"cannot restart run in {run.path}: missing op configuration",
        "The run may not have been initialized correctly. Try starting the operation without"
        " the --start/--restart flag.",
    )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _flag_mapping(value: object) -> Mapping[str, FlagValue]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
