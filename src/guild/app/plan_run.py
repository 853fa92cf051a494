"""Settle what a run will be, without doing anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from guild.app.run_plan import RunPlan, StartOptions
from guild.app.run_request import RunRequest, params_for_restart
from guild.app.settings import Settings
from guild.domain.errors import DamagedRun, GuildError
from guild.domain.flagcheck import resolve
from guild.domain.flags import FlagDef, FlagSet, FlagValue
from guild.domain.flagtext import parse_assignments
from guild.domain.ids import checked_run_id
from guild.domain.labels import default_label, render, shorten_path, tagged_template
from guild.domain.operation import Operation, RecordedOperation
from guild.domain.run import Run

if TYPE_CHECKING:
    from guild.app.outcomes import Skipped, Unchanged
    from guild.app.ports.project import OperationCatalog
    from guild.app.ports.recording import SeedSource
    from guild.app.ports.run_store import RunStore

__all__ = ["PlanRun"]


@frozen(eq=False, repr=False)
class PlanRun:
    """Reads and checks what was asked for.

    The plan may be shown before it is carried out by `StartRun`.

    Attributes:
        absolute: Gives an absolute path for one that may start with `~` or be relative.
        exists: Whether there is something at a path.
        warn: Is told, a sentence each, what was not understood.
    """

    store: RunStore
    catalog: OperationCatalog
    seeds: SeedSource
    settings: Settings
    absolute: Callable[[str], str]
    exists: Callable[[str], bool]
    warn: Callable[[str], None]

    def __call__(self, request: RunRequest) -> RunPlan | Skipped | Unchanged:
        """Settle what `request` comes to.

        Returns:
            The plan; or, with `needed`, why there is nothing to do.

        Raises:
            GuildError: If the operation, its flags or the run to start can't be had.
        """
        if request.restart is not None:
            from guild.app.plan_restart import plan_restart

            return plan_restart(self, request, request.restart)
        plan = self._like(request, request.proto) if request.proto else self._new(request)
        if request.needed:
            from guild.domain.restart import available_runs

            matches = available_runs(self.store.runs_of(plan.opref), plan.opref, plan.flags)
            if matches:
                from guild.app.outcomes import Skipped

                return Skipped(tuple(matches))
        return plan

    def _new(self, request: RunRequest) -> RunPlan:
        return self._of_operation(request, self.catalog.find(request.opspec or ""), {})

    def _of_operation(
        self, request: RunRequest, operation: Operation, base: Mapping[str, FlagValue]
    ) -> RunPlan:
        given = self._given(request, operation.flags)
        flags = self._resolved(request, operation.name, operation.flags, given, base)
        template = _template(request.label, operation.label_template, request.tags)
        return RunPlan(
            name=operation.name,
            opref=operation.opref,
            operation=operation.recorded(),
            flags=flags,
            flag_defs=_by_name(operation.flags),
            user_flags=given,
            label=self._label(template, flags),
            tags=(*request.tags, *(tag for tag in operation.tags if tag not in request.tags)),
            comment=request.comment,
            params=request.params(),
            random_seed=self._seed(request, None),
            project_dir=operation.project_dir,
            source=operation.source,
            delete_on_success=operation.delete_on_success and not request.keep_run,
            start=self._start_options(request),
        )

    def _like(self, request: RunRequest, spec: str) -> RunPlan:
        from guild.app.find_run import find_run

        proto = find_run(self.store, self.path_or_name(spec), self.settings.cwd)
        if request.opspec:
            return self._other(request, request.opspec, proto)
        plan = self.plan_like(request, proto)
        return evolve(plan, proto=proto, params=request.params(), renewed=True)

    def _other(self, request: RunRequest, opspec: str, proto: Run) -> RunPlan:
        """The plan for another operation with the flag values and the source of a run."""
        operation = self.catalog.find(opspec)
        defined = {flag.name for flag in operation.flags}
        base = {name: value for name, value in proto.flags.items() if name in defined}
        plan = self._of_operation(request, operation, base)
        source = plan.source if request.force_sourcecode else None
        return evolve(plan, proto=proto, source=source)

    def path_or_name(self, spec: str) -> str:
        """A path to a run made absolute; anything else as it is."""
        return self.absolute(spec) if spec.startswith(("/", ".")) else spec

    def plan_like(self, request: RunRequest, run: Run) -> RunPlan:
        """The plan for another start of what the run is a run of."""
        if "flags" in run.damage:
            raise DamagedRun(f"cannot read the flags of run {run.id}")
        request = self._with_stored(request, run)
        recorded = self._recorded(run)
        project_dir = recorded.command.env.get("PROJECT_DIR") or (
            run.opref.project_dir if run.opref else None
        )
        fresh = None
        if request.flags or request.force_sourcecode:
            fresh = self._definition(run, project_dir)
        defs = fresh.flags if fresh else tuple(recorded.command.flags.values())
        given = self._given(request, defs)
        flags = run.flags
        if fresh is not None:
            flags = self._resolved(request, fresh.name, defs, given, run.flags)
            recorded = _renewed(recorded, fresh, request.force_sourcecode)
        return self._plan(request, run, recorded, fresh, flags, given, project_dir, defs)

    def _plan(
        self,
        request: RunRequest,
        run: Run,
        recorded: RecordedOperation,
        fresh: Operation | None,
        flags: FlagSet,
        given: Mapping[str, FlagValue],
        project_dir: str | None,
        defs: tuple[FlagDef, ...],
    ) -> RunPlan:
        if run.opref is None:
            raise _not_startable(run)
        stored = _mapping(self.store.attr(run, "run_params"))
        label = request.label if request.label is not None else _text(stored.get("label"))
        tags = request.tags or _texts(stored.get("tags"))
        template = _template(label, recorded.label_template, tags)
        source = fresh.source if fresh and request.force_sourcecode else None
        return RunPlan(
            name=fresh.name if fresh else run.operation,
            opref=fresh.opref if fresh else run.opref,
            operation=recorded,
            flags=flags,
            flag_defs=_by_name(defs),
            user_flags={**_flag_mapping(self.store.attr(run, "user_flags")), **given},
            label=self._label(template, flags),
            tags=tags,
            comment=request.comment,
            params=stored,
            random_seed=self._seed(request, self.store.attr(run, "random_seed")),
            project_dir=project_dir,
            source=source,
            delete_on_success=recorded.delete_on_success and not request.keep_run,
            renewed=fresh is not None,
            start=self._start_options(request),
        )

    def _with_stored(self, request: RunRequest, run: Run) -> RunRequest:
        """The request with what the run was asked for with, where it leaves that open."""
        stored = _mapping(self.store.attr(run, "run_params"))
        told = params_for_restart(stored, request.params())
        gpus = told.get("gpus")
        return evolve(
            request,
            force_flags=request.force_flags or told.get("force_flags") is True,
            gpus=request.gpus if gpus is None or request.no_gpus else str(gpus),
            no_gpus=request.no_gpus or (told.get("no_gpus") is True and request.gpus is None),
        )

    def _recorded(self, run: Run) -> RecordedOperation:
        recorded = self.store.operation(run)
        if recorded is None:
            raise _not_startable(run)
        return recorded

    def _definition(self, run: Run, project_dir: str | None) -> Operation:
        found = self.catalog.of_run(run.opref, project_dir) if run.opref else None
        if found is None:
            raise GuildError(
                f"cannot find definition for operation '{run.operation}' in run {run.id}",
                "This is required when setting flags or using '--force-sourcecode' for restart"
                " or a new run.",
            )
        return found

    def _given(self, request: RunRequest, defs: tuple[FlagDef, ...]) -> dict[str, FlagValue]:
        types = {flag.name: flag.type for flag in defs}
        types.update({flag.alias: flag.type for flag in defs if flag.alias})
        given = parse_assignments(request.flags, types, warn=self.warn)
        return {**given, **(request.edited_flags or {})}

    def _resolved(
        self,
        request: RunRequest,
        operation: str,
        defs: tuple[FlagDef, ...],
        given: Mapping[str, FlagValue],
        base: Mapping[str, FlagValue],
    ) -> FlagSet:
        return resolve(
            defs,
            given,
            operation=operation,
            force=request.force_flags,
            cwd_join=self.absolute,
            exists=self.exists,
            base=base,
            warn=self.warn,
        )

    def _label(self, template: str | None, flags: FlagSet) -> str:
        default = default_label(flags, shorten=self._shortened)
        if template is None:
            return default
        return render(template, {**flags, "default_label": default}, warn=self.warn)

    def _shortened(self, text: str) -> str:
        """A path in short, where it is one; other text as it is."""
        return shorten_path(text) if "/" in text and self.exists(text) else text

    def _start_options(self, request: RunRequest) -> StartOptions:
        env: dict[str, str] = {}
        if request.gpus is not None or request.no_gpus:
            env["CUDA_VISIBLE_DEVICES"] = request.gpus or ""
        if request.break_on_error:
            env["BREAK_ON_ERROR"] = "1"
        if request.break_:
            import shlex

            env["PDB_BREAKS"] = shlex.join(request.break_)
        debug = [path for path in (request.debug_sourcecode or "").split(":") if path]
        return StartOptions(
            run_id=checked_run_id(request.run_id) if request.run_id is not None else None,
            run_dir=self.absolute(request.run_dir) if request.run_dir else None,
            python_path=tuple(self.absolute(path) for path in debug),
            env=env,
            stage=request.stage,
            background=request.background or request.pidfile is not None,
            pidfile=self.absolute(request.pidfile) if request.pidfile else None,
            stop_after_s=None if request.stop_after is None else request.stop_after * 60,
            quiet=request.quiet,
        )

    def _seed(self, request: RunRequest, stored: object) -> int:
        if request.random_seed is not None:
            return request.random_seed
        return stored if isinstance(stored, int) else self.seeds()


def _renewed(
    recorded: RecordedOperation, fresh: Operation, source_renewed: bool
) -> RecordedOperation:
    """A definition read just now, for a run whose source is where it was unless taken anew."""
    renewed = fresh.recorded()
    if source_renewed:
        return renewed
    env = dict(renewed.command.env)
    if "PYTHONPATH" in recorded.command.env:
        env["PYTHONPATH"] = recorded.command.env["PYTHONPATH"]
    return evolve(
        renewed,
        command=evolve(renewed.command, env=env),
        source_root=recorded.source_root,
        source_dest=recorded.source_dest,
    )


def _template(label: str | None, defined: str | None, tags: tuple[str, ...]) -> str | None:
    """The label's template: the user's, else the operation's, else tags before the default."""
    if label is not None:
        return label
    if defined is not None:
        return defined
    return tagged_template(tags) if tags else None


def _not_startable(run: Run) -> GuildError:
    return GuildError(
        f"cannot restart run in {run.path}: missing op configuration",
        "The run may not have been initialized correctly. Try starting the operation without"
        " the --start/--restart flag.",
    )


def _by_name(defs: tuple[FlagDef, ...]) -> dict[str, FlagDef]:
    return {flag.name: flag for flag in defs}


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _flag_mapping(value: object) -> Mapping[str, FlagValue]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
