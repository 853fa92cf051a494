"""Functions become runs: what is on record of them, also where something goes wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from guild.app.ports.launcher import ProcessObserver
from guild.app.run_function import (
    FunctionCall,
    FunctionFailed,
    FunctionInterrupted,
    RunFunction,
)
from guild.domain.errors import GuildError, StoreError
from guild.domain.flags import FlagSet
from guild.domain.process import Exit, Job, Stream
from guild.domain.run import Run
from guild.domain.status import Status
from tests.unit.app.world import OutputLog, OutputLogs, World


class Caller:
    """Calls functions; set `said` for what they print."""

    def __init__(self) -> None:
        self.said = b""
        self.jobs: list[Job] = []

    def launch(
        self,
        job: Job,
        observer: ProcessObserver,
        interrupted: Callable[[], None],
        timed_out: Callable[[int, float], None] = lambda _pid, _elapsed_s: None,
    ) -> Exit:
        self.jobs.append(job)
        observer.started(1)
        observer.output(Stream.STDOUT, self.said)
        status = 0
        try:
            assert job.function is not None
            job.function()
        except BaseException as error:
            status = -16 if isinstance(error, KeyboardInterrupt) else 1
        observer.ended(Exit(status=status))
        return Exit(status=status)


class FullOutputs(OutputLogs):
    def open(self, run: Run) -> OutputLog:
        raise StoreError("the disk is full")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def caller() -> Caller:
    return Caller()


@pytest.fixture
def run_function(world: World, caller: Caller) -> RunFunction:
    return RunFunction(world.starter(), caller)


def call_of(function: Callable[..., object], **flags: object) -> FunctionCall:
    return FunctionCall(name="f", function=function, flags=FlagSet(flags))  # type: ignore[arg-type]  # any objects


def _raise(error: BaseException) -> Callable[[], object]:
    def function() -> None:
        raise error

    return function


def test_a_function_is_called_with_its_flags(world: World, run_function: RunFunction) -> None:
    given = object()

    run, result = run_function(call_of(lambda x, y: (x, y), x=given, y=2))

    assert result == (given, 2)
    assert (run.status, run.operation, run.flags["x"]) == (Status.COMPLETED, "f()", repr(given))
    assert not world.kept.reserved


def test_times_of_a_run_are_in_order(run_function: RunFunction) -> None:
    run, _ = run_function(call_of(lambda: None))

    assert run.initialized is not None
    assert run.started is not None
    assert run.stopped is not None
    assert run.initialized < run.started < run.stopped


def test_further_attributes_are_kept(world: World, run_function: RunFunction) -> None:
    call = call_of(lambda: None).replaced(attrs={"random_seed": 5}, tags=("a", "b"))

    run, _ = run_function(call)

    assert world.store.attr(run, "random_seed") == 5
    assert run.tags == ("a", "b")


def test_scalars_are_found_but_for_flags(
    world: World, caller: Caller, run_function: RunFunction
) -> None:
    caller.said = b"loss: 1\nx: 2\n"

    run, _ = run_function(call_of(lambda **_: None, x=1))

    assert [point.tag for point in world.kept.scalars[run.id]] == ["loss"]
    assert world.kept.output[run.id] == caller.said


def test_patterns_that_cannot_be_used_are_told_of(world: World, run_function: RunFunction) -> None:
    run_function(call_of(lambda: None).replaced(output_scalars=["("]))

    assert world.warnings


def test_patterns_of_no_form_are_told_of(world: World, run_function: RunFunction) -> None:
    run_function(call_of(lambda: None).replaced(output_scalars=[5]))

    assert world.warnings == ["invalid item config: 5"]


@pytest.mark.parametrize(
    ("error", "raised", "status"),
    [
        (ValueError("boom"), FunctionFailed, Status.ERROR),
        (KeyboardInterrupt(), FunctionInterrupted, Status.TERMINATED),
    ],
)
def test_what_a_function_raises_comes_with_its_run(
    run_function: RunFunction,
    error: BaseException,
    raised: type[FunctionFailed | FunctionInterrupted],
    status: Status,
) -> None:
    with pytest.raises(raised) as caught:
        run_function(call_of(_raise(error)))

    assert caught.value.cause is caught.value.__cause__ is error
    assert caught.value.run.status is status


def test_what_is_no_exception_is_raised_as_it_is(run_function: RunFunction) -> None:
    error = SystemExit(2)

    with pytest.raises(SystemExit) as caught:
        run_function(call_of(_raise(error)))

    assert caught.value is error


def test_a_run_that_cannot_be_recorded_failed_and_its_function_was_not_called(
    world: World, run_function: RunFunction
) -> None:
    run_function.start.outputs = FullOutputs(world.kept)
    called: list[int] = []

    with pytest.raises(StoreError, match="the disk is full"):
        run_function(call_of(lambda: called.append(1)))

    (run,) = world.store.runs()
    assert run.status is Status.ERROR
    assert (called, world.kept.reserved) == ([], set())


def test_a_function_that_cannot_be_called_leaves_a_failed_run(
    world: World, caller: Caller, run_function: RunFunction, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Exit:
        raise GuildError("error running f: no such directory")

    monkeypatch.setattr(caller, "launch", refuse)

    with pytest.raises(GuildError, match="no such directory"):
        run_function(call_of(lambda: None))

    (run,) = world.store.runs()
    assert (run.status, run.exit_status) == (Status.ERROR, 1)


def test_an_interrupt_before_the_call_leaves_a_terminated_run(
    world: World, caller: Caller, run_function: RunFunction, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> Exit:
        raise KeyboardInterrupt

    monkeypatch.setattr(caller, "launch", interrupted)

    with pytest.raises(FunctionInterrupted) as caught:
        run_function(call_of(lambda: None))

    assert caught.value.run.status is Status.TERMINATED


def test_output_is_not_kept_where_that_is_switched_off(
    world: World, caller: Caller, run_function: RunFunction
) -> None:
    make = run_function.make
    make.settings = make.settings.replaced(env={"NO_RUN_OUTPUT": "1"})
    caller.said = b"loss: 1\n"

    run, _ = run_function(call_of(lambda: None))

    assert not caller.jobs[0].capture
    assert run.id not in world.kept.output
