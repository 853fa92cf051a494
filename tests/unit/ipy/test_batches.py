"""Arguments that stand for several values, and the trials that come of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from guild.adapters.ipy.batches import (
    BatchOptions,
    RangeFunction,
    is_batch,
    loguniform,
    run_batch,
    uniform,
)
from guild.domain.errors import GuildError, MissingSearchDimension
from guild.domain.flags import FlagSet
from tests.unit.ipy.calls import RanRun, Runner, call_of

_NONE = BatchOptions()


def op1(a: object, b: object) -> object:
    """Gives its arguments back."""
    return a, b


def runs_of(
    function: Callable[..., object],
    arguments: Mapping[str, object],
    options: BatchOptions = _NONE,
    runner: Runner | None = None,
) -> tuple[list[RanRun], list[Any]]:
    """Run a batch with stand-ins for its runs."""
    flags: dict[str, Any] = dict(arguments)
    runs: tuple[list[Any], list[Any]] = run_batch(
        call_of(function, FlagSet(flags)),
        arguments,
        options,
        runner or Runner(),  # type: ignore[arg-type]  # its runs are stand-ins
    )
    return runs


# What is a batch.


@pytest.mark.parametrize(
    "value", [[1], [], range(2), slice(1, 2), uniform(1, 2), loguniform(1, 2)]
)
def test_lists_and_ranges_stand_for_several_values(value: object) -> None:
    assert is_batch({"a": 1, "b": value}, _NONE)


@pytest.mark.parametrize(
    "value", [1, None, "[1:5]", "[1,2]", (1, 2), {1, 2}, {"a": [1]}, np.array([1, 2])]
)
def test_other_values_are_values(value: object) -> None:
    assert not is_batch({"a": value}, _NONE)
    assert is_batch({"a": value}, BatchOptions(optimizer="gp"))


# Grids.


def test_a_grid_is_run_in_the_order_of_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    runs, results = runs_of(op1, {"b": [1, 2], "a": [3, 4]})

    assert results == [(3, 1), (4, 1), (3, 2), (4, 2)]
    assert [run.id for run in runs] == ["run1", "run2", "run3", "run4"]
    assert capsys.readouterr().out == (
        "Running op1 (a=3, b=1):\n"
        "Running op1 (a=4, b=1):\n"
        "Running op1 (a=3, b=2):\n"
        "Running op1 (a=4, b=2):\n"
    )


def test_a_range_object_is_a_list_of_values_and_a_tuple_is_one() -> None:
    _, results = runs_of(op1, {"a": range(2), "b": (1, 2)})

    assert results == [(0, (1, 2)), (1, (1, 2))]


def test_items_may_be_lists() -> None:
    _, results = runs_of(op1, {"a": [[1, 2], []], "b": None})

    assert results == [([1, 2], None), ([], None)]


def test_values_are_shown_as_on_a_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    runs_of(op1, {"a": [True, None, 0.1, "x y", "1"], "b": "[1:5]"})

    assert capsys.readouterr().out.splitlines() == [
        "Running op1 (a=yes, b=[1:5]):",
        "Running op1 (a=null, b=[1:5]):",
        "Running op1 (a=0.1, b=[1:5]):",
        "Running op1 (a='x y', b=[1:5]):",
        "Running op1 (a='1', b=[1:5]):",
    ]


def test_objects_of_any_kind_are_given_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    array = np.array([1, 2])

    _, results = runs_of(op1, {"a": [array, np.float32(0.5)], "b": op1})

    assert results[0][0] is array
    assert [b for _, b in results] == [op1, op1]
    assert (
        capsys.readouterr()
        .out.splitlines()[0]
        .startswith("Running op1 (a='array([1, 2])', b='<function op1 at ")
    )


def test_trials_are_like_the_call_but_for_their_flags() -> None:
    runner = Runner()
    call = call_of(op1, FlagSet({"a": [1, 2], "b": "same"}))

    run_batch(call, {"a": [1, 2]}, BatchOptions(random_seed=7), runner)  # type: ignore[arg-type]

    assert [each.flags for each in runner.calls] == [{"a": 1, "b": "same"}, {"a": 2, "b": "same"}]
    first = runner.calls[0]
    assert first.attrs == {"kept": "yes", "random_seed": 7}
    assert first == call.replaced(flags=first.flags, attrs=first.attrs)


# Searches.


@pytest.mark.parametrize("a", [slice(0, 5), uniform(0, 5), slice(np.int64(0), np.int8(5))])
@pytest.mark.parametrize("optimizer", [None, "random"])
def test_random_values_of_a_seed_are_the_known_ones(a: object, optimizer: str | None) -> None:
    options = BatchOptions(optimizer=optimizer, max_trials=3, random_seed=1)

    _, results = runs_of(op1, {"a": a, "b": 12}, options)

    assert results == [(3, 12), (4, 12), (0, 12)]


def test_a_bound_that_is_no_whole_number_calls_for_reals() -> None:
    _, results = runs_of(op1, {"a": slice(0, 5.0), "b": loguniform(1, 100)})

    assert len(results) == 20
    assert all(isinstance(value, float) for pair in results for value in pair)
    assert all(0 <= a <= 5 and 1 <= b <= 100 for a, b in results)


def test_of_a_list_a_search_chooses() -> None:
    _, results = runs_of(op1, {"a": ["x", "y"], "b": slice(1, 9)}, BatchOptions(random_seed=1))

    assert len(results) == 20
    assert {a for a, _ in results} == {"x", "y"}


def test_what_is_to_be_known_of_a_search_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    options = BatchOptions(
        optimizer="forest",
        max_trials=3,
        random_seed=1,
        opt_flags={"random_starts": 2, "kappa": 2.0, "xi": 0.05},
    )
    with caplog.at_level(logging.INFO, logger="guild"):
        runs_of(op1, {"a": slice(-10, 10), "b": slice(-5, 5)}, options)

    assert caplog.record_tuples == [
        ("guild", logging.INFO, "Random start for optimization (1 of 2)"),
        ("guild", logging.INFO, "Random start for optimization (2 of 2)"),
        ("guild", logging.INFO, "Random start for optimization (cannot find objective 'loss')"),
        (
            "guild",
            logging.WARNING,
            "No trial has 'loss' as a finite number: there is nothing to minimize",
        ),
    ]


def test_searches_of_a_seed_are_the_same_each_time() -> None:
    options = BatchOptions(max_trials=5, random_seed=3)
    arguments = {"a": slice(0, 1.0), "b": [1, 2, 3]}

    assert runs_of(op1, arguments, options)[1] == runs_of(op1, arguments, options)[1]


# What is refused.


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (slice(5), "invalid range a=slice(None, 5): it has no lower bound"),
        (slice(5, None), "invalid range a=slice(5, None): it has no upper bound"),
        (
            slice(5, 1),
            "invalid range a=slice(5, 1): the lower bound 5 has to be less than the upper bound 1",
        ),
        (
            slice(0, 10, 2),
            "invalid range a=slice(0, 10, 2): it can't have a step - give a list of values",
        ),
        (
            uniform(1, 1),
            "invalid range a=uniform(1, 1): the lower bound 1 has to be less than the upper"
            " bound 1",
        ),
        (
            loguniform(0, 1),
            "invalid range a=loguniform(0, 1): the lower bound 0 has to be greater than 0",
        ),
        (slice("x", "y"), "invalid range a=slice('x', 'y'): the lower bound 'x' is not a number"),
        (slice(0, True), "invalid range a=slice(0, True): the upper bound True is not a number"),
        (
            [slice(0, 1)],
            "a has slice(0, 1, None) in its list: a range can't be one of several",
        ),
        (
            [uniform(0, 1)],
            "a has uniform(0, 1) in its list: a range can't be one of several",
        ),
        (range(10**9), "a has 1,000,000,000 values: give a range, such as slice(1, 10)"),
    ],
)
def test_ranges_that_cannot_be_searched_are_refused(value: object, message: str) -> None:
    runner = Runner()

    with pytest.raises(ValueError) as raised:  # noqa: PT011 - its text is below
        runs_of(op1, {"a": value, "b": 1}, runner=runner)

    assert str(raised.value) == message
    assert not runner.calls


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"optimizer": "x"}, TypeError, "optimizer 'x' is not supported"),
        ({"optimizer": 1}, TypeError, "_optimizer has to be text, not 1"),
        ({"minimize": ["a"]}, TypeError, r"_minimize has to be text, not \['a'\]"),
        ({"max_trials": 0}, ValueError, "_max_trials has to be 1 or more, not 0"),
        ({"max_trials": 1.5}, TypeError, "_max_trials has to be a whole number, not 1.5"),
        ({"max_trials": True}, TypeError, "_max_trials has to be a whole number, not True"),
        ({"random_seed": -1}, ValueError, "_random_seed has to be 0 to 4294967295, not -1"),
        ({"random_seed": 2**32}, ValueError, "_random_seed has to be 0 to 4294967295, not"),
        (
            {"minimize": "x", "maximize": "y"},
            ValueError,
            "minimize and maximize cannot both be specified",
        ),
        ({"opt_flags": {"xi": 1}}, TypeError, "optimizer 'random' has no option '_opt_xi'"),
        (
            {"opt_flags": {"xi": []}, "optimizer": "gp"},
            TypeError,
            r"_opt_xi has to be a number or text, not \[\]",
        ),
    ],
)
def test_options_are_checked_before_any_run(
    options: dict[str, Any], kind: type[Exception], message: str
) -> None:
    runner = Runner()

    with pytest.raises(kind, match=f"^{message}"):
        runs_of(op1, {"a": slice(1, 2), "b": 1}, BatchOptions(**options), runner)

    assert not runner.calls


def test_numbers_of_numpy_are_numbers() -> None:
    options = BatchOptions(
        optimizer="gp",
        max_trials=np.int64(1),  # type: ignore[arg-type]  # as users have it
        random_seed=np.uint32(1),  # type: ignore[arg-type]
        opt_flags={"random_starts": np.int64(1), "xi": np.float32(0.5)},
    )

    assert len(runs_of(op1, {"a": slice(1, 2), "b": 1}, options)[0]) == 1


def test_a_search_needs_something_to_choose() -> None:
    with pytest.raises(MissingSearchDimension) as raised:
        runs_of(op1, {"a": 1, "b": "x"}, BatchOptions(optimizer="gp"))

    assert str(raised.value) == (
        "flags for batch (a=1, b=x) do not contain any search dimensions\n"
        "Give a list of values or a range for one or more arguments, such as x=slice(1, 10)."
    )


# What ends a batch.


@pytest.mark.parametrize("error", [GuildError("boom"), KeyboardInterrupt(), SystemExit(3)])
def test_what_ends_a_batch_has_what_was_done_before(error: BaseException) -> None:
    def op(a: int) -> int:
        if a == 3:
            raise error
        return a * 10

    with pytest.raises(type(error)) as raised:
        runs_of(op, {"a": [1, 2, 3, 4]})

    assert raised.value is error
    found: Any = raised.value
    assert [run.id for run in found.runs] == ["run1", "run2"]
    assert found.results == [10, 20]
    assert found.__notes__ == [
        "Trials that were run before: see the attributes 'runs' and 'results' of this exception"
    ]


def test_where_the_first_trial_fails_there_is_nothing_before_it() -> None:
    def op(a: int) -> int:
        raise ZeroDivisionError(a)

    with pytest.raises(ZeroDivisionError) as raised:
        runs_of(op, {"a": [1, 2]})

    found: Any = raised.value
    assert (found.runs, found.results) == ([], [])
    assert not hasattr(found, "__notes__")


# Range functions.


def test_range_functions_are_values() -> None:
    assert uniform(0, 1) == RangeFunction("uniform", 0, 1)
    assert uniform(0, 1) != loguniform(0, 1)
    assert repr(loguniform(0.1, 1)) == "loguniform(0.1, 1)"
