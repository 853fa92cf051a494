"""`guild.ipy.run`: functions as operations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from guild.adapters.ipy.batches import BatchOptions, is_batch, run_batch
from guild.adapters.ipy.binding import bound, operation_name
from guild.adapters.ipy.exceptions import RunError, RunTerminated
from guild.adapters.ipy.given import text_given
from guild.adapters.ipy.homes import opened
from guild.app.run_function import FunctionCall, FunctionFailed, FunctionInterrupted
from guild.domain.flags import FlagSet
from guild.domain.labels import tagged_template
from guild.run import Run

if TYPE_CHECKING:
    from guild.domain.operation import OutputScalars
    from guild.domain.run import Run as RunValue

__all__ = ["run"]

_RUN_OPTIONS = ("_label", "_tag", "_op_name", "_output_scalars")
_BATCH_OPTIONS = ("_optimizer", "_max_trials", "_random_seed", "_minimize", "_maximize")
_OPTIMIZER_OPTION = "_opt_"
_KNOWN = ", ".join(sorted((*_RUN_OPTIONS, *_BATCH_OPTIONS)))


def run(op: Callable[..., object], /, *args: object, **kw: object) -> Any:
    """Run a function as an operation, in this process; its arguments are the run's flags.

    The function works in the run's directory. What it prints is shown, kept with the run, and
    searched for scalars. Arguments that are lists, `range`, `slice`, `uniform(...)` or
    `loguniform(...)` stand for several values: each trial is a run of its own then. Defaults of
    the function are single values.

    Args:
        op: Function, method, class or object that can be called.
        args, kw: Its arguments. Keywords that begin with `_` are options:
            `_label`: template of the label, with `${FLAG}` and `${default_label}`;
            `_tag`: a tag, which the label begins with where there is no `_label`;
            `_op_name`: name of the operation instead of the function's;
            `_output_scalars`: patterns of scalars in what is printed; None or `[]` for none;
            `_optimizer`, `_max_trials`, `_random_seed`, `_minimize`, `_maximize` and `_opt_NAME`
            for trials: see `BatchOptions`. They don't matter to a single run.

    Returns:
        The run and what the function returned; for trials a list of each.

    Raises:
        ValueError: If `op` can't be called, or an option's value is refused.
        TypeError: If the arguments don't fit the function's, or an option is none.
        RunError: If the function raised an `Exception`: `from_exc`.
        RunTerminated: If it was interrupted, as by Ctrl-C.
        BaseException: What else the function raised, such as `SystemExit`, is raised as it is.
        GuildError: If the run can't be made.
    """
    if not callable(op):
        raise ValueError("op must be callable")
    options = {name: value for name, value in kw.items() if name.startswith("_")}
    _check(options)
    call_of = bound(op, args, {name: value for name, value in kw.items() if name not in options})
    call = FunctionCall(
        name=text_given("_op_name", options.get("_op_name")) or operation_name(op),
        function=call_of,
        # Any objects, of which the run keeps what it can: see FunctionCall.
        flags=FlagSet(cast("Mapping[str, Any]", call_of.arguments)),
        output_scalars=_output_scalars(options),
        **_described(options),
    )
    batch = _batch_options(options)
    if is_batch(call_of.given, batch):
        return run_batch(call, call_of.given, batch, _run_one)
    return _run_one(call)


def _run_one(call: FunctionCall) -> tuple[Run, object]:
    from guild.bootstrap.functions import run_function

    failure: RunError | RunTerminated
    with opened() as guild:
        try:
            value, result = run_function(guild)(call)
            return _run_of(value), result
        except FunctionInterrupted as error:
            failure, cause = RunTerminated(_run_of(error.run), error.cause), error.cause
        except FunctionFailed as error:
            failure, cause = RunError(_run_of(error.run), error.cause), error.cause
    raise failure from cause


def _run_of(value: RunValue) -> Run:
    return Run(value.id, value.path)


def _check(options: Mapping[str, object]) -> None:
    for name in options:
        if name not in (*_RUN_OPTIONS, *_BATCH_OPTIONS) and not _is_of_optimizer(name):
            raise TypeError(f"unknown option {name}: options are {_KNOWN}, and _opt_NAME")


def _is_of_optimizer(name: str) -> bool:
    return name.startswith(_OPTIMIZER_OPTION) and name != _OPTIMIZER_OPTION


def _described(options: Mapping[str, object]) -> dict[str, Any]:
    """What the options say of the label and the tags."""
    label, tag = (text_given(name, options.get(name)) for name in ("_label", "_tag"))
    tags = (tag,) if tag else ()
    return {
        "label_template": tagged_template(tags) if label is None and tag else label,
        "tags": tags,
    }


def _output_scalars(options: Mapping[str, object]) -> OutputScalars:
    """Patterns of scalars, as `FunctionCall` has them."""
    if "_output_scalars" not in options:
        return None
    value = options["_output_scalars"]
    if isinstance(value, str | Mapping):
        return [dict(value) if isinstance(value, Mapping) else value]
    if value is None or isinstance(value, Sequence):
        return list(value or ()) or False
    raise TypeError(f"_output_scalars has to be a list of patterns, not {value!r}")


def _batch_options(options: Mapping[str, object]) -> BatchOptions:
    start = len(_OPTIMIZER_OPTION)
    given: dict[str, Any] = {name[1:]: options[name] for name in _BATCH_OPTIONS if name in options}
    opt_flags = {name[start:]: options[name] for name in options if _is_of_optimizer(name)}
    return BatchOptions(**given, opt_flags=opt_flags)
