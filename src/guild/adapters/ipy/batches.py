"""Trials of a function: arguments that stand for several values, and what runs them."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias, cast

from attr import frozen

from guild.app.function_trials import DEFAULT_MAX_TRIALS
from guild.domain.errors import MissingSearchDimension, NoSuchRun
from guild.domain.plainvalue import plain_flags
from guild.domain.record import Record
from guild.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guild.app.function_search import FunctionSearch
    from guild.app.function_trials import FunctionTrials
    from guild.app.run_function import FunctionCall
    from guild.domain.flags import FlagSet, FlagValue
    from guild.domain.ids import RunId
    from guild.domain.lognote import LogNote
    from guild.domain.run import Run as RunValue
    from guild.domain.searchspace import IntegerRange, RealRange
    from guild.run import Run

__all__ = [
    "DEFAULT_MAX_TRIALS",
    "Batch",
    "BatchOptions",
    "RangeFunction",
    "RunOne",
    "is_batch",
    "loguniform",
    "run_batch",
    "uniform",
]

RunOne: TypeAlias = "Callable[[FunctionCall], tuple[Run, object]]"
"""Runs a function once: gives the run and what the function returned."""

_UNIFORM, _LOG_UNIFORM = "uniform", "loguniform"
_SEEDS = 2**32
_MOST_ITEMS = 1_000_000
_HINT = "Give a list of values or a range for one or more arguments, such as x=slice(1, 10)."
_NOTE = "Trials that were run before: see the attributes 'runs' and 'results' of this exception"


@frozen(eq=False, repr=False)
class RangeFunction(Value):
    """A range to search, as an argument of a function.

    Attributes:
        name: How values are distributed in it: `uniform` or `loguniform`.
        low, high: Its bounds, both included.
    """

    name: str
    low: float
    high: float

    def __repr__(self) -> str:
        return f"{self.name}({self.low!r}, {self.high!r})"


def uniform(low: float, high: float) -> RangeFunction:
    """The numbers from `low` to `high`, evenly distributed; whole numbers if both bounds are."""
    return RangeFunction(_UNIFORM, low, high)


def loguniform(low: float, high: float) -> RangeFunction:
    """The numbers from `low` to `high`, above 0, whose logarithms are evenly distributed."""
    return RangeFunction(_LOG_UNIFORM, low, high)


class BatchOptions(Record):
    """How trials are chosen.

    Attributes:
        optimizer: What chooses them: `random`, `gp`, `forest`, `gbrt`, `tpe`, `cma-es`, or the
            name of one of an installed package; None for what the arguments call for.
        max_trials: How many there are at most, from 1 on; None for 20.
        random_seed: Starts all random numbers, 0 to 2**32 - 1; None for one that is drawn.
        minimize, maximize: The scalar that is to be small or large, one of both; None for
            `loss`, which is to be small.
        opt_flags: Options of the optimizer, by name without `_opt_`: `random_starts`.
    """

    optimizer: str | None = None
    max_trials: int | None = None
    random_seed: int | None = None
    minimize: str | None = None
    maximize: str | None = None
    opt_flags: Mapping[str, object] = MappingProxyType({})


def is_batch(arguments: Mapping[str, object], options: BatchOptions) -> bool:
    """Whether arguments stand for several values, or an optimizer is asked for.

    Lists and ranges (`list`, `range`, `slice` and `RangeFunction`) do; any other value,
    tuples and arrays among them, is a value.
    """
    return options.optimizer is not None or any(map(_is_searched, arguments.values()))


def run_batch(
    call: FunctionCall,
    arguments: Mapping[str, object],
    options: BatchOptions,
    run_one: RunOne,
    trials: FunctionTrials | None = None,
) -> tuple[list[Run], list[object]]:
    """Run trials of a function, one after another, in this process.

    See `Batch`, whose `run` this is.
    """
    return Batch(call=call, arguments=arguments, options=options).run(run_one, trials)


class Batch(Record):
    """Trials of a function, to be run.

    Attributes:
        call: What the trials have in common. Its flags are those of a trial but for the
            arguments that stand for several values.
        arguments: Arguments as they were given, by name.
        options: How trials are chosen.
    """

    call: FunctionCall
    arguments: Mapping[str, object]
    options: BatchOptions

    def run(
        self, run_one: RunOne, trials: FunctionTrials | None = None
    ) -> tuple[list[Run], list[object]]:
        """Run the trials, one after another; a line on stdout before each says which.

        Args:
            run_one: Runs a function once.
            trials: Plans the trials; None for the usual.

        Returns:
            The runs, and what the function returned, in the order they were run.

        Raises:
            TypeError: If there is no such optimizer, or it has no such option.
            ValueError: If arguments or options can't be understood.
            MissingSearchDimension: If the optimizer is given nothing to choose.
            GuildError: If a search can't go on.
            BaseException: What a trial ends with, which ends the batch. It has the attributes
                `runs` and `results`, of the trials before.
        """
        search = self._search()
        if trials is None:
            from guild.bootstrap.searching import function_trials

            trials = function_trials(_log)
        try:
            plan = trials.plan(search)
        except MissingSearchDimension as error:
            raise MissingSearchDimension(error.flags, _HINT) from None
        attrs = {**self.call.attrs, "random_seed": plan.random_seed}
        runs: list[Run] = []
        results: list[object] = []
        try:
            with closing(trials.values(plan, lambda but: _ended(runs, but))) as chosen:
                for values in chosen:
                    trial = self.call.replaced(flags=self._flags(values), attrs=attrs)
                    print(f"Running {_described(trial)}:", flush=True)  # noqa: T201 - for users
                    run, result = run_one(trial)
                    runs.append(run)
                    results.append(result)
        except BaseException as error:
            _attach(error, runs, results)
            raise
        return runs, results

    def _search(self) -> FunctionSearch:
        """What the arguments and options ask for."""
        from guild.app.function_search import FunctionSearch

        searched = {name: each for name, each in self.arguments.items() if _is_searched(each)}
        options = self.options
        return FunctionSearch(
            lists={
                name: _items(name, value)
                for name, value in searched.items()
                if isinstance(value, list | range)
            },
            ranges={
                name: _range(name, value)
                for name, value in searched.items()
                if isinstance(value, slice | RangeFunction)
            },
            fixed=plain_flags({k: v for k, v in self.call.flags.items() if k not in searched}),
            optimizer=_text("_optimizer", options.optimizer),
            options={name: _option(name, value) for name, value in options.opt_flags.items()},
            minimize=_text("_minimize", options.minimize),
            maximize=_text("_maximize", options.maximize),
            max_trials=_whole("_max_trials", options.max_trials, 1),
            random_seed=_whole("_random_seed", options.random_seed, 0, _SEEDS - 1),
        )

    def _flags(self, values: Mapping[str, object]) -> FlagSet:
        """What a trial is called with: any objects, see `FunctionCall`."""
        return self.call.flags.merged(cast("Mapping[str, FlagValue]", values))


def _is_searched(value: object) -> bool:
    return isinstance(value, list | range | slice | RangeFunction)


def _items(name: str, values: list[object] | range) -> Sequence[object]:
    """What an argument is to be in turn.

    Raises:
        ValueError: If it can't be told, or they are too many.
    """
    if len(values) > _MOST_ITEMS:
        raise ValueError(f"{name} has {len(values):,} values: give a range, such as slice(1, 10)")
    for value in values:
        if isinstance(value, slice | RangeFunction):
            raise ValueError(f"{name} has {value!r} in its list: a range can't be one of several")
    return values


def _range(name: str, value: slice | RangeFunction) -> IntegerRange | RealRange:
    """Where to search for an argument.

    Raises:
        ValueError: If the bounds are none.
    """
    from guild.domain.searchspace import number_range

    if isinstance(value, RangeFunction):
        shown, low, high = repr(value), value.low, value.high
    else:
        shown, low, high = _shown(value), value.start, value.stop
        if value.step is not None:
            raise ValueError(
                f"invalid range {name}={shown}: it can't have a step - give a list of values"
            )
    try:
        bounds = _bound(low, "lower"), _bound(high, "upper")
        log = isinstance(value, RangeFunction) and value.name == _LOG_UNIFORM
        return number_range(*bounds, log=log)
    except ValueError as error:
        raise ValueError(f"invalid range {name}={shown}: {error}") from None


def _shown(value: slice) -> str:
    given = (
        (value.start, value.stop) if value.step is None else (value.start, value.stop, value.step)
    )
    return f"slice({', '.join(map(repr, given))})"


def _bound(value: object, which: str) -> int | float:
    """A bound as a number of Python's own."""
    if value is None:
        raise ValueError(f"it has no {which} bound")
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise ValueError(f"the {which} bound {value!r} is not a number")
    return int(value) if isinstance(value, numbers.Integral) else float(value)


def _text(option: str, value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise TypeError(f"{option} has to be text, not {value!r}")


def _whole(option: str, value: object, low: int, high: int | None = None) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{option} has to be a whole number, not {value!r}")
    number = int(value)
    if number < low or (high is not None and number > high):
        until = "or more" if high is None else f"to {high}"
        raise ValueError(f"{option} has to be {low} {until}, not {number}")
    return number


def _option(name: str, value: object) -> FlagValue:
    """The value of an option as a flag's."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, numbers.Real):
        return int(value) if isinstance(value, numbers.Integral) else float(value)
    raise TypeError(f"_opt_{name} has to be a number or text, not {value!r}")


def _described(call: FunctionCall) -> str:
    """A trial: `train (lr=0.1, x=2)`."""
    from guild.domain.flagtext import format_value

    flags = plain_flags(call.flags).items()
    listed = ", ".join(f"{name}={format_value(value)}" for name, value in flags)
    return f"{call.name} ({listed})" if listed else call.name


def _ended(runs: Iterable[Run], but: Iterable[RunId]) -> Iterator[RunValue]:
    """Those runs as they are now, but for some."""
    left_out = set(but)
    for run in runs:
        if run.id in left_out:
            continue
        try:
            yield run.value
        except NoSuchRun:
            continue  # deleted by the function or in another thread


def _attach(error: BaseException, runs: list[Run], results: list[object]) -> None:
    """Keep what was done where the user finds it."""
    try:
        error.runs, error.results = runs, results  # type: ignore[attr-defined]  # any exception
    except AttributeError:
        return  # a class of the user's without room for it
    if runs:
        error.add_note(_NOTE)


def _log(note: LogNote) -> None:
    """Say it to whoever listens to the program."""
    import logging

    logging.getLogger("guild").log(getattr(logging, note.level), note.text)
