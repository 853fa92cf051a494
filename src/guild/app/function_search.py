"""What users ask for where a function has trials, and what the options of that come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from guild.domain.errors import FlagError, GuildError, InvalidFlagValue, UnsupportedChoice
from guild.domain.flagcheck import resolve
from guild.domain.flags import FlagSet
from guild.domain.flagtext import encode
from guild.domain.nearest import nearest
from guild.domain.objective import Objective, SeveralColumns
from guild.domain.record import Record

if TYPE_CHECKING:
    from guild.app.ports.optimizer import Optimizer
    from guild.domain.flagdef import FlagDef
    from guild.domain.flags import FlagValue
    from guild.domain.searchspace import IntegerRange, RealRange

__all__ = ["FunctionSearch", "FunctionTrialsPlan", "objective_of", "options_of"]

_DEFAULTS: Mapping[str, Mapping[str, FlagValue]] = {
    name: {"xi": 0.01} for name in ("gp", "forest", "gbrt")
}
"""Defaults of optimizers' flags that are others here than on the command line."""

_ELSEWHERE = ("prev-trials",)
"""Flags of optimizers that have no meaning here: trials learn from those of the same call."""

_OPTION = "_opt_"


class FunctionSearch(Record):
    """What trials of a function are asked for.

    Attributes:
        lists: Items to choose from, by argument, in the order of the arguments. They may be any
            objects: a search knows them by their places.
        ranges: Where else to search, by argument.
        fixed: The flags that are the same in all trials.
        optimizer: What chooses, as users name it; None for what lists and ranges call for.
        options: Values for its flags, by argument: `random_starts`.
        minimize, maximize: The scalar that is to be small or large; None for the default.
        max_trials: How many trials there are at most, 1 or more; None for the default.
        random_seed: Starts all random numbers, 0 to 2**32 - 1; None for one that is drawn.
    """

    lists: Mapping[str, Sequence[object]]
    ranges: Mapping[str, IntegerRange | RealRange]
    fixed: FlagSet
    optimizer: str | None = None
    options: Mapping[str, FlagValue]
    minimize: str | None = None
    maximize: str | None = None
    max_trials: int | None = None
    random_seed: int | None = None


class FunctionTrialsPlan(Record):
    """What trials there will be. Nothing has happened yet.

    Attributes:
        search: What was asked for.
        optimizer: What chooses; None for all combinations of the items of lists.
        options: Values of its flags.
        objective: What a search is for.
        max_trials: How many trials there are at most.
        random_seed: Starts all random numbers.
    """

    search: FunctionSearch
    optimizer: Optimizer | None
    options: FlagSet
    objective: Objective
    max_trials: int
    random_seed: int


def objective_of(search: FunctionSearch) -> Objective:
    """What a search is for.

    Raises:
        ValueError: If it is not one scalar.
    """
    if search.minimize is not None and search.maximize is not None:
        raise ValueError("minimize and maximize cannot both be specified")
    try:
        if search.maximize is not None:
            objective = Objective(column=search.maximize, maximize=True)
        elif search.minimize is not None:
            objective = Objective(column=search.minimize)
        else:
            return Objective()
        objective.check()
    except SeveralColumns as error:
        raise ValueError(
            f"invalid objective '{error.column}': only one column may be specified"
        ) from None
    except GuildError as error:
        raise ValueError(error.on_one_line) from None
    return objective


def options_of(search: FunctionSearch, optimizer: Optimizer | None) -> FlagSet:
    """All flags of an optimizer, of which some are given.

    Args:
        search: What is asked for.
        optimizer: What chooses; None for a grid, which has no flags.

    Raises:
        TypeError: If there is no such flag.
        ValueError: If a value is refused.
    """
    flags = () if optimizer is None else optimizer.flags
    name = "" if optimizer is None else optimizer.name
    known = {_argument(flag): flag for flag in flags if flag.name not in _ELSEWHERE}
    for option in search.options:
        if option not in known:
            raise _no_option(option, name, sorted(known))
    try:
        return resolve(
            flags,
            {known[option].name: value for option, value in search.options.items()},
            operation=name,
            force=False,
            cwd_join=str,
            exists=bool,
            base=_DEFAULTS.get(name, {}),
        )
    except InvalidFlagValue as error:
        invalid = (f"{each.shown} for {_option(each.name)}: {each.why}" for each in _all(error))
        raise ValueError(f"invalid value {'; '.join(invalid)}") from None
    except UnsupportedChoice as error:
        flag = next(flag for flag in flags if flag.name == error.name)
        value = encode(search.options[_argument(flag)])
        choices = ", ".join(encode(choice.value) for choice in flag.choices)
        raise ValueError(
            f"invalid value {value} for {_option(flag.name)}: must be one of {choices}"
        ) from None
    except FlagError as error:
        raise ValueError(error.on_one_line) from None


def _all(error: InvalidFlagValue) -> Iterator[InvalidFlagValue]:
    yield error
    yield from error.also


def _argument(flag: FlagDef) -> str:
    return flag.name.replace("-", "_")


def _option(name: str) -> str:
    return f"{_OPTION}{name.replace('-', '_')}"


def _no_option(option: str, optimizer: str, known: Sequence[str]) -> TypeError:
    """The error for an option that there is not."""
    whom = f"optimizer '{optimizer}'" if optimizer else "a grid of all combinations"
    near = nearest(option, known)
    meant = f" - did you mean '{_option(near)}'?" if near else ""
    has = f"it has {', '.join(map(_option, known))}" if known else "it has none"
    return TypeError(f"{whom} has no option '{_option(option)}'{meant} ({has})")
