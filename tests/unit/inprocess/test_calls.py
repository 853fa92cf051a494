"""Functions are called like processes are run: where they work, and how they end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from guild.adapters.inprocess.launcher import InProcessLauncher
from guild.domain.errors import GuildError, StoreError
from guild.domain.process import Exit, Job, Stream
from tests.unit.inprocess.support import Told, call, job_of


def _exit(code: object) -> Callable[[], object]:
    def function() -> None:
        sys.exit(code)  # type: ignore[arg-type]  # as scripts do

    return function


def _raise(error: BaseException) -> Callable[[], object]:
    def function() -> None:
        raise error

    return function


def test_a_function_works_in_its_directory_with_its_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEPT", "1")
    monkeypatch.setenv("CHANGED", "1")
    monkeypatch.delenv("ADDED", raising=False)
    before = os.getcwd()
    seen: list[object] = []

    def function() -> None:
        seen.extend((os.getcwd(), *(os.environ.get(n) for n in ("KEPT", "CHANGED", "ADDED"))))
        os.chdir("/")

    call(tmp_path, function, env={"CHANGED": "2", "ADDED": "3"})

    assert seen == [str(tmp_path), "1", "2", "3"]
    assert os.getcwd() == before
    assert (os.environ["CHANGED"], os.environ.get("ADDED")) == ("1", None)


@pytest.mark.parametrize(
    ("function", "status"),
    [
        (lambda: 5, 0),
        (_exit(None), 0),
        (_exit(0), 0),
        (_exit(3), 3),
        (_exit(True), 1),
        (_exit(256), 0),
        (_exit(-1), 255),
        (_exit("text"), 1),
        (_raise(Exception("boom")), 1),
        (_raise(KeyboardInterrupt()), -16),
        (_raise(GeneratorExit()), 1),
        (_raise(asyncio.CancelledError()), 1),
    ],
)
def test_status_is_that_of_a_script_that_ends_likewise(
    tmp_path: Path, function: Callable[[], object], status: int
) -> None:
    told = call(tmp_path, function)

    assert told.exit == Exit(status=status, pid=os.getpid())
    assert told.calls == [f"started {os.getpid()}", "ended"]


def test_the_traceback_is_recorded_from_the_functions_frame_on_and_not_shown(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    told = call(tmp_path, _raise(ValueError("boom")))

    first, where, *_, last = told.of(Stream.STDERR).splitlines()
    assert first == "Traceback (most recent call last):"
    assert where.startswith(f'  File "{__file__}"')
    assert last == "ValueError: boom"
    assert capfd.readouterr() == ("", "")


def test_what_a_function_exits_with_is_recorded(tmp_path: Path) -> None:
    assert call(tmp_path, _exit("no data")).of(Stream.STDERR) == "no data\n"
    assert call(tmp_path, _exit(3)).text == ""


def test_an_interrupt_of_the_process_reaches_the_function(tmp_path: Path) -> None:
    def function() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        threading.Event().wait(30)

    assert call(tmp_path, function).exit == Exit(status=-16, pid=os.getpid())


def test_an_interrupt_while_the_end_is_recorded_waits_for_that(tmp_path: Path) -> None:
    told = Told()
    told.at_end = lambda: os.kill(os.getpid(), signal.SIGINT)
    before = os.getcwd(), sys.stdout, signal.getsignal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        call(tmp_path, lambda: None, told=told)

    assert told.exit == Exit(status=0, pid=os.getpid())
    assert (os.getcwd(), sys.stdout, signal.getsignal(signal.SIGINT)) == before


def test_an_interrupt_at_the_start_is_the_end_of_the_run(tmp_path: Path) -> None:
    class Interrupted(Told):
        def started(self, pid: int) -> None:
            os.kill(os.getpid(), signal.SIGINT)

    told = Interrupted()

    with pytest.raises(KeyboardInterrupt):
        call(tmp_path, lambda: None, told=told)

    assert told.exit == Exit(status=-16, pid=os.getpid())


def test_what_cannot_be_recorded_is_warned_of_once_and_keeps_nobody_from_working(
    tmp_path: Path,
) -> None:
    told = Told()
    told.failure = StoreError("the disk is full")
    warnings: list[str] = []
    results: list[int] = []

    def function() -> None:
        print("one")  # noqa: T201
        print("two")  # noqa: T201
        results.append(1)

    call(tmp_path, function, told=told, warn=warnings.append)

    assert results == [1]
    assert warnings == ["the disk is full"]
    assert told.exit == Exit(status=0, pid=os.getpid())


def test_an_end_that_cannot_be_recorded_is_warned_of(tmp_path: Path) -> None:
    told = Told()
    warnings: list[str] = []

    def fail() -> None:
        raise StoreError("the disk is full")

    told.at_end = fail
    call(tmp_path, lambda: None, told=told, warn=warnings.append)

    assert warnings == ["the disk is full"]


def test_a_refusal_at_the_start_leaves_nothing_behind(tmp_path: Path) -> None:
    class Refusing(Told):
        def started(self, pid: int) -> None:
            raise GuildError("not now")

    told = Refusing()
    before = os.getcwd(), sys.stdout

    with pytest.raises(GuildError, match="not now"):
        call(tmp_path, lambda: None, told=told)

    assert told.exit is None
    assert (os.getcwd(), sys.stdout) == before


def test_a_process_is_refused(tmp_path: Path) -> None:
    job = Job(args=("true",), env={}, directory=str(tmp_path), name="true")

    with pytest.raises(GuildError, match="error running true: it is not a function"):
        InProcessLauncher().launch(job, Told())


def test_a_directory_that_was_left_and_is_gone_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, work = tmp_path / "gone", tmp_path / "work"
    gone.mkdir()
    work.mkdir()
    monkeypatch.chdir(gone)
    warnings: list[str] = []

    told = call(work, gone.rmdir, warn=warnings.append)

    assert told.exit == Exit(status=0, pid=os.getpid())
    assert os.getcwd() == str(work)
    assert warnings == [f"cannot go back to the directory {gone}: No such file or directory"]


def test_calls_in_two_threads_end_in_any_order(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    before = os.getcwd()
    began, go_on = threading.Event(), threading.Event()
    seen: list[str] = []

    def one() -> None:
        began.set()
        go_on.wait(30)

    def two() -> None:
        go_on.set()
        thread.join(30)
        seen.append(os.getcwd())

    thread = threading.Thread(target=call, args=(first, one))
    thread.start()
    began.wait(30)
    call(second, two)

    assert seen == [str(second)]
    assert os.getcwd() == before


def test_a_call_within_a_call_comes_back_to_where_that_one_was(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    seen: list[str] = []

    def outer() -> None:
        os.chdir(elsewhere)
        InProcessLauncher().launch(job_of(inner, lambda: seen.append(os.getcwd())), Told())
        seen.append(os.getcwd())

    call(tmp_path, outer)

    assert seen == [str(inner), str(elsewhere)]
