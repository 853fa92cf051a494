"""What can be known to be wrong with the steps of a pipeline before any of them runs.

Values of flags are looked at when a step is run, and so is what it needs of other runs: steps
before it may bring that about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from guild.app.batch_options import configured_optimizer, default_optimizer, no_optimizer
from guild.app.run_request import RunRequest
from guild.app.step_request import step_spec
from guild.domain.errors import GuildError, NoSuchOperation
from guild.domain.flagcheck import check_names
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagSet, FlagValue
from guild.domain.flagtext import parse_assignments
from guild.domain.pipeline import ReadWords, Step, parse_steps
from guild.domain.stepflags import check_references, step_flags

if TYPE_CHECKING:
    from guild.app.plan_run import PlanRun
    from guild.domain.operation import Operation
    from guild.domain.opref import OpRef

__all__ = ["CheckSteps", "check_no_cycle"]


class CheckSteps:
    """Checks steps, and those of pipelines among them.

    Args:
        planner: Knows operations, optimizers and batch files, and tells nothing.
        read: Understands the words of steps.

    Attributes:
        secrets: Variables that the operations of the steps checked so far keep to themselves.
    """

    def __init__(self, planner: PlanRun, read: ReadWords) -> None:
        self._planner = planner
        self._read = read
        self._checked: set[tuple[OpRef, FlagSet]] = set()
        self.secrets: set[str] = set()

    def of_operation(self, operation: Operation) -> tuple[Step, ...]:
        """The steps of an operation that is a pipeline, by the defaults of its flags.

        Raises:
            GuildError: If one can't be understood, or as for a call.
        """
        return self._nested(operation, {}, ())

    def __call__(
        self,
        steps: Iterable[Step],
        pipeline: str,
        flags: Mapping[str, FlagValue],
        around: tuple[OpRef, ...],
        *,
        is_new: Callable[[Step], bool] = lambda _step: True,
    ) -> None:
        """Check steps.

        Args:
            steps: The steps.
            pipeline: The operation's name.
            flags: Its flags.
            around: The operations that these are steps of, the outermost first.
            is_new: Whether a step has a run made: one that is there is like it was before.

        Raises:
            GuildError: If an operation, an optimizer or a flag is not there, or a batch file
                can't be read.
        """
        for step in filter(is_new, steps):
            try:
                operation, own = self._check(step, flags, around[-1].model)
            except GuildError as error:
                message = f"step '{step.name}' of '{pipeline}': {error.message}"
                raise GuildError(message, error.hint) from error
            self.secrets.update(operation.env_secrets)
            # Pipelines can have each other as steps many times over.
            nested = operation.opref, FlagSet(own)
            if operation.steps is not None and nested not in self._checked:
                self._nested(operation, own, around)
                self._checked.add(nested)

    def _nested(
        self, operation: Operation, own: Mapping[str, FlagValue], around: tuple[OpRef, ...]
    ) -> tuple[Step, ...]:
        check_no_cycle(operation.opref, operation.name, around)
        flags = {**{flag.name: flag.default for flag in operation.flags}, **own}
        raw = operation.steps
        steps = parse_steps(list(raw) if isinstance(raw, tuple) else raw, self._read)
        for step in steps:
            check_references(step, flags)
        self(steps, operation.name, flags, (*around, operation.opref))
        return steps

    def _check(
        self, step: Step, flags: Mapping[str, FlagValue], model: str
    ) -> tuple[Operation, Mapping[str, FlagValue]]:
        """The operation of a step, and what flags it is given."""
        catalog = self._planner.catalog
        spec = step_spec(step.opspec, model, catalog)
        operation = catalog.find(spec)
        own = step_flags(step, spec, flags)
        forced = step.options.get("force_flags") is True
        if step.files:
            self._planner.plan_batch().rows(RunRequest(flags=step.files), operation.flags)
        elif not forced:
            check_names(operation.flags, own, operation.name)
        self._check_optimizer(step, operation, forced)
        return operation, own

    def _check_optimizer(self, step: Step, operation: Operation, forced: bool) -> None:
        asked = step.options.get("optimizer")
        if isinstance(asked, str):
            name = configured_optimizer(operation.optimizers, asked)[0]
        elif step.options.get("optimize") is True:
            name = default_optimizer(operation.optimizers, operation.name)[0]
        else:
            return
        flags = self._optimizer_flags(name, operation)
        given = step.options.get("opt_flags")
        if isinstance(given, tuple) and not forced:
            check_names(flags, parse_assignments(given, {}), name)

    def _optimizer_flags(self, name: str, operation: Operation) -> tuple[FlagDef, ...]:
        flags = self._planner.plan_batch().optimizer_flags(name)
        if flags is not None:
            return flags
        try:
            return self._planner.catalog.find(name).flags
        except NoSuchOperation:
            raise no_optimizer(name, operation.optimizers) from None


def check_no_cycle(opref: OpRef, name: str, around: tuple[OpRef, ...]) -> None:
    """Refuse a pipeline that is a step of itself.

    Raises:
        GuildError: If it is one of those around it.
    """
    if opref in around:
        names = " -> ".join(each.name for each in (*around, opref))
        raise GuildError(f"operation '{name}' is a step of itself ({names})")
