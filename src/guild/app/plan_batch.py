"""Settle what a batch will be, without doing anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from guild.app.batch_options import (
    ChosenOptimizer,
    asked_objective,
    check_names,
    configured_optimizer,
    default_optimizer,
    functions,
    given_values,
    ignore_batch_options,
    is_search,
    max_trials,
    trial_of,
)
from guild.app.batch_plan import BatchPlan
from guild.app.plan_run import check_requires
from guild.app.run_plan import RunPlan
from guild.app.run_request import RunRequest
from guild.domain.batchrule import GRID, RANDOM, implied_optimizer, shown_name
from guild.domain.errors import GuildError
from guild.domain.flagcheck import resolve
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagSet, FlagValue
from guild.domain.flagtext import is_function, parse_assignments
from guild.domain.labels import default_label
from guild.domain.operation import PYTHON_EXE, CommandSpec, Operation, RecordedOperation
from guild.domain.opref import OpRef
from guild.domain.searchspace import check_dimensions, search_space
from guild.domain.searchvalues import searched
from guild.domain.status import Status
from guild.domain.words import join_words

if TYPE_CHECKING:
    from guild.app.outcomes import Skipped, Unchanged
    from guild.app.plan_run import PlanRun
    from guild.app.ports.batches import Batches, BatchFiles
    from guild.app.ports.optimizer import FlagEncoder, Optimizer
    from guild.domain.run import Run

__all__ = ["PlanBatch"]

_MOST_TRIALS = 1_000_000
_START = ("-m", "guild", "run", "-y", "--start")


class PlanBatch:
    """Plans batches, given what their trials are like.

    Attributes:
        planner: Settles flags, labels and options.
        optimizers: The optimizer of a name; None if there is none.
        batches, files: Batches that are there, and files with flags of trials.
        version: Of this program, for references to its own optimizers.
        encoder: Asks functions of projects for flags in an optimizer's own form.
    """

    def __init__(
        self,
        *,
        planner: PlanRun,
        optimizers: Callable[[str], Optimizer | None],
        batches: Batches,
        files: BatchFiles,
        version: str,
        encoder: FlagEncoder,
    ) -> None:
        self.planner = planner
        self.optimizers = optimizers
        self.batches = batches
        self.files = files
        self.version = version
        self.encoder = encoder

    def of_operation(self, request: RunRequest, operation: Operation) -> RunPlan | BatchPlan:
        """The plan for new trials of an operation, or for a run of it.

        Args:
            request: What was asked for: with batch files among the flags, an optimizer, or
                flags that may be lists or search functions.
            operation: The operation.
        """
        words = [word for word in request.flags if not word.startswith("@")]
        rows = self.rows(request, operation.flags)
        single = rows[0] if len(rows) == 1 else {}
        given = self.planner.given(request.replaced(flags=tuple(words)), operation.flags)
        trial = self.planner.of_operation(
            request.replaced(force_flags=request.force_flags or bool(rows)),
            operation,
            {},
            given={**single, **given},
        )
        rows = [self._typed(row, operation.flags) for row in rows] if len(rows) > 1 else []
        return self.of_plan(request, trial, rows, given_values(trial, given))

    def of_plan(
        self,
        request: RunRequest,
        trial: RunPlan,
        rows: Sequence[Mapping[str, FlagValue]] = (),
        given: Mapping[str, FlagValue] | None = None,
    ) -> RunPlan | BatchPlan:
        """The plan for trials of which one run is planned already; that plan if it is no batch.

        Args:
            request: What was asked for.
            trial: The plan of a run with these flags.
            rows: Values of batch files, of several rows.
            given: Values of the user that count more than those of rows.
        """
        choice = self._choice(request, trial, len(rows))
        if choice is None:
            ignore_batch_options(request, self.planner.warn)
            return trial
        name, configured = choice
        optimizer = self.optimizer(name)
        if name != GRID and optimizer is None:
            from guild.app.plan_program_batch import plan_program_batch

            return plan_program_batch(self, request, trial, choice, rows)
        if optimizer is not None:
            check_names(configured, optimizer.flags, shown_name(name))
        options, user = self.options(request, name, optimizer, configured)
        if optimizer is not None and trial.restart is None and trial.proto is None:
            trial = trial.replaced(flags=searched(trial.flags, trial.flag_defs, trial.user_flags))
        return self.checked(
            BatchPlan(
                run=self.run(request, trial, name, options, user),
                trial=trial_of(trial),
                shown_as=shown_name(name),
                optimizer=optimizer,
                draws=self.draws(name, trial.flags, rows),
                rows=tuple(rows),
                given=given or {},
                objective=asked_objective(request, trial.objective),
                max_trials=max_trials(request, optimizer),
                stage_trials=request.stage_trials,
                fail_on_trial_error=request.fail_on_trial_error,
                jobs=request.jobs or 1,
                needed=request.needed,
            )
        )

    def optimizer_flags(self, name: str) -> tuple[FlagDef, ...] | None:
        """The flags of an optimizer of this program or of a package; None if it is none."""
        if name == GRID:
            return ()
        optimizer = self.optimizers(name)
        return None if optimizer is None else optimizer.flags

    def again(self, request: RunRequest, batch: Run) -> BatchPlan | Unchanged:
        """The plan for starting a batch again; with `needed`, why there is nothing to do."""
        from guild.app.plan_batch_again import plan_again

        return plan_again(self, request, batch)

    def like(self, request: RunRequest, batch: Run) -> BatchPlan:
        """The plan for a new batch like one that is there."""
        from guild.app.plan_batch_again import plan_like_batch

        return plan_like_batch(self, request, batch)

    def needed(self, request: RunRequest, plan: BatchPlan) -> BatchPlan | Skipped:
        """The plan; or, if only what is needed is asked for, the batches that are like it."""
        if not request.needed:
            return plan
        matches = [
            run
            for run in self.planner.store.runs_of(plan.run.opref)
            if run.status is Status.COMPLETED and run.flags == plan.run.flags
            if self.planner.store.attr(run, "max_trials") == plan.max_trials
            if self._is_like(self.batches.template(run), plan)
        ]
        if not matches:
            return plan
        from guild.app.outcomes import Skipped

        return Skipped(tuple(matches))

    def _is_like(self, template: Run | None, plan: BatchPlan) -> bool:
        """Whether the trials of a template are those of the plan."""
        return (
            template is not None
            and template.opref == plan.trial.opref
            and template.flags == plan.trial.flags
            and (self.planner.store.attr(template, "trials") or []) == plan.trial_rows
        )

    def checked(self, plan: BatchPlan) -> BatchPlan:
        """The plan, if its flags make trials.

        Raises:
            GuildError: If they don't, the objective can't be read, or options contradict.
        """
        if plan.rows and not plan.is_grid:
            raise GuildError(f"batch files cannot be used with optimizer '{plan.shown_as}'")
        if plan.stage_trials and plan.sequential and not plan.can_stage_trials:
            raise GuildError(f"operation '{plan.shown_as}' does not support --stage-trials")
        if plan.is_grid:
            for point in plan.batch.points:
                search_space(functions(point))
                check_requires(plan.trial, point)
            self._check_size(plan)
        elif plan.optimizer is not None:
            space = search_space(plan.trial.flags)
            if plan.optimizer.needs_dimensions:
                check_dimensions(space)
            if plan.max_trials is None and not plan.sequential:
                raise GuildError(
                    f"optimizer '{plan.shown_as}' needs a number of trials",
                    "Give it with --max-trials.",
                )
        if plan.sequential:
            plan.objective.check()
        return plan

    def _check_size(self, plan: BatchPlan) -> None:
        trials = plan.batch.size or 0
        if trials > _MOST_TRIALS:
            raise GuildError(
                f"there would be {trials:,} trials",
                "Give fewer values, or choose among them with --max-trials.",
            )
        if not trials:
            empty = [name for name, value in plan.trial.flags.items() if value == []]
            whose = f" of {join_words(empty)}" if empty else ""
            self.planner.warn(f"there are no trials to run: the list of values{whose} is empty")

    def rows(self, request: RunRequest, defs: Sequence[FlagDef]) -> list[dict[str, FlagValue]]:
        """What the batch files of a request give for flags.

        Raises:
            GuildError: If one can't be read, or there is nothing in them.
        """
        types = {flag.alias: flag.type for flag in defs if flag.alias}
        types.update({flag.name: flag.type for flag in defs})
        paths = [word[1:] for word in request.flags if word.startswith("@")]
        rows = [row for path in paths for row in self.files.rows(path, types, self.planner.warn)]
        if paths and not rows:
            raise GuildError(f"there are no trials in {join_words(paths)}")
        return rows

    def _typed(
        self, row: Mapping[str, FlagValue], defs: Sequence[FlagDef]
    ) -> dict[str, FlagValue]:
        """A row by the flags' own names and of their types, where its values fit."""
        values = resolve(
            defs,
            row,
            operation="",
            force=True,
            cwd_join=self.planner.absolute,
            exists=self.planner.exists,
        )
        names = {flag.alias: flag.name for flag in defs if flag.alias}
        own = (name if name in values else names[name] for name in row)
        return {name: values[name] for name in own}

    def _choice(self, request: RunRequest, trial: RunPlan, rows: int) -> ChosenOptimizer | None:
        """The optimizer that the user or else the flag values call for, with values for it."""
        if request.optimizer is not None:
            return configured_optimizer(trial.optimizers, request.optimizer)
        if request.optimize:
            return default_optimizer(trial.optimizers, trial.name)
        flags = {
            name: value
            for name, value in trial.flags.items()
            if name in trial.user_flags or not is_function(value) or is_search(value)
        }
        implied = implied_optimizer(flags, rows)
        return None if implied is None else (implied, {})

    def optimizer(self, name: str) -> Optimizer | None:
        """What chooses the flags of trials; None for a grid, and for what is not known."""
        return None if name == GRID else self.optimizers(name)

    def draws(
        self, name: str, flags: FlagSet, rows: Sequence[Mapping[str, FlagValue]]
    ) -> Optimizer | None:
        """What draws values for the search functions in a grid; None if there are none."""
        if name != GRID or not any(map(functions, (flags, *rows))):
            return None
        return self.optimizers(RANDOM)

    def options(
        self,
        request: RunRequest,
        name: str,
        optimizer: Optimizer | None,
        base: Mapping[str, FlagValue],
    ) -> tuple[FlagSet, dict[str, FlagValue]]:
        """All flags of the optimizer, and those that the user gave."""
        defs = () if optimizer is None else optimizer.flags
        types = {flag.name: flag.type for flag in defs}
        given = parse_assignments(request.opt_flags, types, warn=self.planner.warn)
        values = resolve(
            defs,
            given,
            operation=name,
            force=request.force_flags,
            cwd_join=self.planner.absolute,
            exists=self.planner.exists,
            base=base,
            warn=self.planner.warn,
        )
        return values, given

    def run(
        self,
        request: RunRequest,
        trial: RunPlan,
        name: str,
        options: FlagSet,
        given: Mapping[str, FlagValue],
    ) -> RunPlan:
        """The run of the batch itself, with an optimizer of this program."""
        opref = OpRef.builtin(shown_name(name), self.version)
        label = request.batch_label
        start = self.planner.start_options(request)
        interim = name == GRID or shown_name(name) == shown_name(RANDOM)
        delete = interim and not request.keep_batch and start.run_dir is None
        return RunPlan(
            name=opref.batch_name(trial.opref),
            opref=opref,
            operation=RecordedOperation(
                command=CommandSpec(args=(PYTHON_EXE, *_START, ".")),
                delete_on_success=delete,
                env_secrets=trial.operation.env_secrets,
            ),
            flags=options,
            flag_defs={},
            user_flags=given,
            label=default_label(options) if label is None else label,
            tags=request.batch_tags,
            comment=request.batch_comment,
            params=request.params(),
            random_seed=self.planner.seed(request, None),
            start=start.replaced(env={}, python_path=()),
            delete_on_success=delete,
        )
