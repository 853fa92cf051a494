"""Settle what a run will be, without doing anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from guild.app.run_plan import RunPlan, StartOptions
from guild.app.run_request import RunRequest
from guild.app.settings import Settings
from guild.domain.errors import GuildError
from guild.domain.flagcheck import resolve
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagSet, FlagValue
from guild.domain.flagtext import is_function, parse_assignments
from guild.domain.ids import checked_run_id
from guild.domain.labels import default_label, render, shorten_path, tagged_template
from guild.domain.operation import Operation, RecordedOperation, SourceSpec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.app.batch_plan import BatchPlan
    from guild.app.outcomes import Skipped, Unchanged
    from guild.app.plan_batch import PlanBatch
    from guild.app.plan_pipeline import PipelinePlan
    from guild.app.ports.project import OperationCatalog
    from guild.app.ports.recording import SeedSource
    from guild.app.ports.run_store import RunStore

__all__ = [
    "PlanRun",
    "by_name",
    "check_requires",
    "label_template",
    "with_more_deps",
    "with_named",
]

_LARGEST_SEED = 2**32 - 1


class PlanRun:
    """Reads and checks what was asked for.

    The plan may be shown before it is carried out by `StartRun`.

    Attributes:
        absolute: Gives an absolute path for one that may start with `~` or be relative.
        exists: Whether there is something at a path.
        interpreter: The path of a Python interpreter of the versions that are required.
        plan_batch: Gives what plans batches; asked for one only.
        warn: Is told, a sentence each, what was not understood.
    """

    def __init__(
        self,
        *,
        store: RunStore,
        catalog: OperationCatalog,
        seeds: SeedSource,
        settings: Settings,
        absolute: Callable[[str], str],
        exists: Callable[[str], bool],
        interpreter: Callable[[str], str],
        plan_batch: Callable[[], PlanBatch],
        warn: Callable[[str], None],
    ) -> None:
        self.store = store
        self.catalog = catalog
        self.seeds = seeds
        self.settings = settings
        self.absolute = absolute
        self.exists = exists
        self.interpreter = interpreter
        self.plan_batch = plan_batch
        self.warn = warn

    def __call__(self, request: RunRequest) -> RunPlan | BatchPlan | Skipped | Unchanged:
        """Settle what `request` comes to.

        Returns:
            The plan of a run or of a batch; or, with `needed`, why there is nothing to do.

        Raises:
            GuildError: If the operation, its flags or the run to start can't be had.
        """
        if request.restart is not None:
            from guild.app.plan_restart import plan_restart

            again = plan_restart(self, request, request.restart)
            return _checked(again) if isinstance(again, RunPlan) else again
        plan = self._plan(request)
        if not isinstance(plan, RunPlan):
            return self.plan_batch().needed(request, plan)
        _checked(plan)
        if request.needed:
            from guild.domain.restart import available_runs

            runs = self.store.runs_of(plan.opref)
            matches = available_runs(runs, plan.opref, plan.flags)
            if plan.pipeline is not None:  # what was stopped lacks steps
                matches = [run for run in matches if run.exit_status == 0]
            if matches:
                from guild.app.outcomes import Skipped

                return Skipped(tuple(matches))
        return plan

    def _plan(self, request: RunRequest) -> RunPlan | BatchPlan:
        if request.proto:
            from guild.app.plan_like import plan_like_proto

            return plan_like_proto(self, request, request.proto)
        operation = self.catalog.find(request.opspec or "")
        if request.optimizer or any(word.startswith("@") for word in request.flags):
            return self.plan_batch().of_operation(request, operation)
        plan = self.of_operation(request, operation, {})
        return self.or_batch(request, plan)

    def or_batch(self, request: RunRequest, plan: RunPlan) -> RunPlan | BatchPlan:
        """The plan of a run as that of a batch, if its flags or the options make it one."""
        options = (request.optimize, request.opt_flags, request.max_trials, request.stage_trials)
        aims = (request.minimize, request.maximize)
        ways = (request.jobs, request.fail_on_trial_error, request.keep_batch)
        texts = (request.batch_label, request.batch_tags, request.batch_comment)
        values = plan.flags.values()
        if plan.pipeline is not None:
            # They stay staged in its steps.
            options = (*options[:-1], False)
            request = request.replaced(stage_trials=False)
        if any((*options, *aims, *ways, *texts)) or any(map(_makes_trials, values)):
            return self.plan_batch().of_plan(request, plan)
        return plan

    def of_operation(
        self,
        request: RunRequest,
        operation: Operation,
        base: Mapping[str, FlagValue],
        given: Mapping[str, FlagValue] | None = None,
    ) -> RunPlan:
        """The plan for a new run of an operation.

        Args:
            request: What was asked for.
            operation: The operation.
            base: Flag values that count where the user gives none, instead of the defaults.
            given: Values that count instead of those of the request.
        """
        if given is None:
            given = self.given(request, operation.flags)
        flags = self.resolved(request, operation.name, operation.flags, given, base)
        recorded = operation.recorded()
        if operation.requires:
            from guild.app.upstream_runs import settled_flags

            recorded = with_named(recorded, flags, operation.name)
            sources = recorded.requires
            flags = settled_flags(self.store, sources, flags, self.absolute, self.warn)
        template = label_template(request.label, operation.label_template, request.tags)
        return RunPlan(
            name=operation.name,
            opref=operation.opref,
            operation=with_more_deps(recorded, request, self.absolute),
            flags=flags,
            flag_defs=by_name(operation.flags),
            user_flags=given,
            label=self.label(template, flags),
            label_template=template,
            tags=(*request.tags, *(tag for tag in operation.tags if tag not in request.tags)),
            comment=request.comment,
            params=request.params(),
            random_seed=self.seed(request, None),
            project_dir=operation.project_dir,
            source=_source_without(operation.source, request, self.absolute),
            delete_on_success=operation.delete_on_success and not request.keep_run,
            attrs=operation.run_attrs,
            python_exe=self.python_exe(operation.python_requires),
            pip_freeze=operation.pip_freeze,
            objective=operation.objective,
            optimizers=operation.optimizers,
            pipeline=_pipeline(request, operation),
            force_deps=request.force_deps,
            start=self.start_options(request),
        )

    def path_or_name(self, spec: str) -> str:
        """A path to a run made absolute; anything else as it is."""
        return self.absolute(spec) if spec.startswith(("/", ".", "~")) else spec

    def given(self, request: RunRequest, defs: tuple[FlagDef, ...]) -> dict[str, FlagValue]:
        """Values of the flags that the user gave, by name or alias."""
        types = {flag.name: flag.type for flag in defs}
        types.update({flag.alias: flag.type for flag in defs if flag.alias})
        given = parse_assignments(request.flags, types, warn=self.warn)
        return {**given, **(request.edited_flags or {})}

    def resolved(
        self,
        request: RunRequest,
        operation: str,
        defs: tuple[FlagDef, ...],
        given: Mapping[str, FlagValue],
        base: Mapping[str, FlagValue],
    ) -> FlagSet:
        """Values of all flags of an operation: see `resolve`."""
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

    def label(self, template: str | None, flags: FlagSet) -> str:
        """Text of a run's label by its template; the default label if that is None."""
        default = default_label(flags, shorten=self._shortened)
        if template is None:
            return default
        return render(template, {**flags, "default_label": default}, warn=self.warn)

    def _shortened(self, text: str) -> str:
        """A path in short, where it is one; other text as it is."""
        return shorten_path(text) if "/" in text and self.exists(text) else text

    def start_options(self, request: RunRequest) -> StartOptions:
        """How a run is to be made and started."""
        env: dict[str, str] = {}
        if request.gpus is not None or request.no_gpus:
            env["CUDA_VISIBLE_DEVICES"] = request.gpus or ""
        if request.break_on_error:
            env["BREAK_ON_ERROR"] = "1"
        if request.break_:
            import shlex

            env["PDB_BREAKS"] = shlex.join(request.break_)
        debug = self._debug_source(request)
        if debug:
            env["SCRIPT_DIR"] = debug[0]  # Python would look in the run's directory before it
        return StartOptions(
            run_id=checked_run_id(request.run_id) if request.run_id is not None else None,
            run_dir=self.absolute(request.run_dir) if request.run_dir else None,
            python_path=debug,
            env=env,
            stage=request.stage,
            background=request.background or request.pidfile is not None,
            pidfile=self.absolute(request.pidfile) if request.pidfile else None,
            stop_after_s=None if request.stop_after is None else request.stop_after * 60,
            quiet=request.quiet,
        )

    def _debug_source(self, request: RunRequest) -> tuple[str, ...]:
        """Absolute directories to import from instead of the run's copy of the source code."""
        words = [path for path in (request.debug_sourcecode or "").split(":") if path]
        paths = tuple(map(self.absolute, words))
        for word, path in zip(words, paths, strict=True):
            if not self.exists(path):
                raise GuildError(f"directory '{word}' does not exist")
        return paths

    def python_exe(self, requirement: str | None) -> str | None:
        """The interpreter of an operation; None for the usual one."""
        return None if requirement is None else self.interpreter(requirement)

    def seed(self, request: RunRequest, stored: object) -> int:
        """The random seed: the user's, the recorded one or a new one.

        Raises:
            GuildError: If the user's is none.
        """
        if request.random_seed is not None:
            if not 0 <= request.random_seed <= _LARGEST_SEED:
                raise GuildError(
                    f"invalid random seed {request.random_seed}: must be from 0 to {_LARGEST_SEED}"
                )
            return request.random_seed
        return stored if isinstance(stored, int) else self.seeds()


def _checked(plan: RunPlan) -> RunPlan:
    """The plan, if there is each resource that its flags name."""
    check_requires(plan, plan.flags)
    return plan


def check_requires(plan: RunPlan, flags: Mapping[str, FlagValue]) -> None:
    """See that there is each resource that the flags of a run, or of trials, name.

    Raises:
        GuildError: If there is none of that name.
    """
    if any(resource.named_by is not None for resource in plan.operation.requires):
        from guild.domain.depnames import check_named

        check_named(plan.operation.requires, flags, plan.name)


def _pipeline(request: RunRequest, operation: Operation) -> PipelinePlan | None:
    if operation.steps is None:
        return None
    from guild.app.plan_pipeline import pipeline_plan

    return pipeline_plan(request, operation.steps)


def _makes_trials(value: FlagValue) -> bool:
    return isinstance(value, list) or is_function(value)


def with_named(operation: RecordedOperation, flags: FlagSet, name: str) -> RecordedOperation:
    """What a run keeps of its operation, with the resources that its flags name.

    Args:
        operation: As it was read, or as it was recorded for other flags.
        flags: Flags of the run. Those that only trials have leave open what they name.
        name: The operation as users write it.
    """
    if all(resource.named_by is None for resource in operation.requires):
        return operation

    from guild.domain.depnames import named_where_known

    return operation.replaced(requires=named_where_known(operation.requires, flags, name))


def with_more_deps(
    operation: RecordedOperation, request: RunRequest, absolute: Callable[[str], str]
) -> RecordedOperation:
    """What a run keeps of its operation, with what the user wants to be linked into the run."""
    if not request.additional_deps:
        return operation

    from guild.domain.dependency import additional_resource

    more = (additional_resource(path, absolute(path)) for path in request.additional_deps)
    return operation.replaced(requires=(*operation.requires, *more))


def _source_without(
    source: SourceSpec | None, request: RunRequest, absolute: Callable[[str], str]
) -> SourceSpec | None:
    """The source code without what the user wants to be linked into the run."""
    if source is None or not request.additional_deps:
        return source
    paths = (absolute(path) for path in request.additional_deps)
    below = f"{source.root.rstrip('/')}/"
    inside = tuple(path.removeprefix(below) for path in paths if path.startswith(below))
    return source.replaced(left_out=(*source.left_out, *inside))


def label_template(label: str | None, defined: str | None, tags: tuple[str, ...]) -> str | None:
    """The label's template: the user's, else the operation's, else tags before the default."""
    if label is not None:
        return label
    if defined is not None:
        return defined
    return tagged_template(tags) if tags else None


def by_name(defs: tuple[FlagDef, ...]) -> dict[str, FlagDef]:
    """Definitions by the flag's name."""
    return {flag.name: flag for flag in defs}
