"""What the options of a batch come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from guild.app.run_plan import RunPlan, StartOptions
from guild.app.run_request import RunRequest
from guild.domain.batchrule import NAMES
from guild.domain.errors import GuildError
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagValue
from guild.domain.flagtext import is_function
from guild.domain.nearest import did_you_mean, nearest
from guild.domain.objective import Objective

if TYPE_CHECKING:
    from guild.app.ports.optimizer import Optimizer
    from guild.domain.guildfile import OptimizerDef

__all__ = [
    "ChosenOptimizer",
    "asked_objective",
    "check_names",
    "check_program_options",
    "configured_optimizer",
    "default_optimizer",
    "functions",
    "given_values",
    "ignore_batch_options",
    "is_search",
    "max_trials",
    "no_optimizer",
    "trial_of",
]


_DEFAULT_OPTIMIZER = "gp"

ChosenOptimizer: TypeAlias = tuple[str, Mapping[str, FlagValue]]
"""What an optimizer is, and values for its flags."""


def trial_of(plan: RunPlan) -> RunPlan:
    """The plan of a run as the plan of trials: what is about one run is left out."""
    start = StartOptions(
        python_path=plan.start.python_path, env=plan.start.env, quiet=plan.start.quiet
    )
    return plan.replaced(start=start)


def asked_objective(request: RunRequest, defined: Objective | None = None) -> Objective:
    """What a search is for: as the user says, or else the operation."""
    if request.maximize is not None:
        return Objective(column=request.maximize, maximize=True)
    if request.minimize is not None:
        return Objective(column=request.minimize)
    return defined or Objective()


def max_trials(request: RunRequest, optimizer: Optimizer | None) -> int | None:
    """How many trials there are at most: as the user says, or else the optimizer."""
    if request.max_trials is not None or optimizer is None:
        return request.max_trials
    return optimizer.default_max_trials


def given_values(trial: RunPlan, given: Iterable[str]) -> dict[str, FlagValue]:
    """What trials have for flags that the user gave, by the flags' own names.

    Args:
        trial: What trials are like.
        given: Names or aliases of those flags.
    """
    names = {flag.alias: name for name, flag in trial.flag_defs.items() if flag.alias}
    own = [names.get(name, name) for name in given]
    return {name: trial.flags[name] for name in own if name in trial.flags}


def configured_optimizer(defined: Sequence[OptimizerDef], name: str) -> ChosenOptimizer:
    """The optimizer that users name: one of the operation's, or else one of that name."""
    for one in defined:
        if one.name == name:
            return one.algorithm, one.flags
    return name, {}


def default_optimizer(defined: Sequence[OptimizerDef], operation: str) -> ChosenOptimizer:
    """The optimizer that an operation is optimized with where users name none.

    Raises:
        GuildError: If there are several and none of them is the default.
    """
    if not defined:
        return _DEFAULT_OPTIMIZER, {}
    found = defined if len(defined) == 1 else [one for one in defined if one.default]
    if not found:
        raise GuildError(
            f"no default optimizer defined for {operation}",
            "Specify one of the following with '--optimizer': "
            + ", ".join(one.name for one in defined),
        )
    return found[0].algorithm, found[0].flags


def no_optimizer(name: str, defined: Sequence[OptimizerDef] = ()) -> GuildError:
    """The error for a name that no optimizer has."""
    names = (*(one.name for one in defined if one.algorithm != name), *NAMES)
    near = nearest(name, names)
    return GuildError(
        f"cannot find optimizer '{name}'",
        f"Did you mean '{near}'?"
        if near
        else f"Use {', '.join(names)}, or an operation or a script that makes trials.",
    )


def check_names(values: Iterable[str], defs: Sequence[FlagDef], optimizer: str) -> None:
    """Refuse values for flags that an optimizer doesn't have.

    Raises:
        GuildError: With the nearest name, if there are any.
    """
    names = [flag.name for flag in defs]
    for name in values:
        if name not in names:
            raise GuildError(
                f"unsupported flag '{name}' for optimizer '{optimizer}'",
                did_you_mean(name, names) or f"It has {', '.join(names) or 'none'}.",
            )


def functions(flags: Mapping[str, FlagValue]) -> dict[str, FlagValue]:
    """Those flags that are search functions."""
    return {name: value for name, value in flags.items() if is_function(value)}


def ignore_batch_options(request: RunRequest, warn: Callable[[str], None]) -> None:
    """Say which options have no effect, since the run is no batch.

    Raises:
        GuildError: If flags are given for an optimizer, or there are no trials to be staged.
    """
    if request.opt_flags:
        raise GuildError(f"invalid optimizer flag {request.opt_flags[0]}: no optimizer specified")
    if request.stage_trials:
        raise GuildError("cannot stage trials for a non-batch operation")
    given = {
        "max-trials": request.max_trials is not None,
        "minimize": request.minimize is not None,
        "maximize": request.maximize is not None,
        "fail-on-trial-error": request.fail_on_trial_error,
        "jobs": (request.jobs or 1) > 1,
        "keep-batch": request.keep_batch,
        "batch-label": request.batch_label is not None,
        "batch-tag": bool(request.batch_tags),
    }
    for option, is_given in given.items():
        if is_given:
            warn(f"not a batch run - ignoring --{option}")
    if request.batch_comment is not None:
        warn("operation is not a batch - ignoring batch comment")


def is_search(value: FlagValue) -> bool:
    """Whether a default is one of the search functions, not text that looks like a call."""
    from guild.domain.flagtext import split_function

    split = split_function(value) if isinstance(value, str) else None
    return split is not None and split[0] in ("", "uniform", "loguniform")


def check_program_options(request: RunRequest, warn: Callable[[str], None]) -> None:
    """Say which options have no effect on a batch whose trials a program makes."""
    given = {"fail-on-trial-error": request.fail_on_trial_error, "jobs": (request.jobs or 1) > 1}
    for option, is_given in given.items():
        if is_given:
            warn(f"the optimizer runs the trials - ignoring --{option}")
