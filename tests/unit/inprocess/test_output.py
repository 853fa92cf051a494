"""What functions write comes to their runs, and to where it always came, once."""

from __future__ import annotations

import contextlib
import ctypes
import io
import logging
import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from guild.adapters.inprocess.launcher import InProcessLauncher
from guild.adapters.inprocess.tees import Tee
from guild.domain.process import Stream
from tests.unit.inprocess.support import Told, call, job_of

C = ctypes.CDLL(None)


@pytest.fixture(params=["text", "attached"])
def out(request: pytest.FixtureRequest) -> Iterator[io.TextIOBase]:
    """A stream as a doctest has it, and as a script does, on the descriptor itself."""
    if request.param == "text":
        yield io.StringIO()
    else:
        with io.TextIOWrapper(io.FileIO(1, "w", closefd=False), encoding="utf-8") as stream:
            yield stream


def call_as(out: io.TextIOBase, directory: Path, function: Callable[[], object]) -> Told:
    """Call a function while `sys.stdout` is a stream."""
    with contextlib.redirect_stdout(out):
        return call(directory, function)


def _shown(out: io.TextIOBase, capfd: pytest.CaptureFixture[str]) -> str:
    return out.getvalue() if isinstance(out, io.StringIO) else capfd.readouterr().out


def test_what_is_printed_is_recorded_and_shown(
    tmp_path: Path, out: io.TextIOBase, capfd: pytest.CaptureFixture[str]
) -> None:
    def function() -> None:
        print("one")  # noqa: T201
        sys.stdout.writelines(["two\n", "é\n"])

    told = call_as(out, tmp_path, function)

    assert told.of(Stream.STDOUT) == "one\ntwo\né\n"
    assert _shown(out, capfd) == "one\ntwo\né\n"


def test_all_that_writes_is_recorded_once_and_in_order(
    tmp_path: Path, out: io.TextIOBase, capfd: pytest.CaptureFixture[str]
) -> None:
    def function() -> None:
        print("1 python")  # noqa: T201
        C.printf(b"2 c\n")
        print("3 python", file=sys.stderr)  # noqa: T201
        os.write(1, b"4 descriptor\n")
        subprocess.run(["sh", "-c", "echo 5 process"], check=True)
        print("6 python")  # noqa: T201
        subprocess.run(["sh", "-c", "echo 7 process >&2"], check=True)
        print("8 python")  # noqa: T201
        C.printf(b"9 c, not flushed\n")

    told = call_as(out, tmp_path, function)

    lines = told.text.splitlines()
    assert sorted(lines) == lines
    assert [line[0] for line in lines] == list("123456789")
    assert told.of(Stream.STDERR) == "3 python\n7 process\n"
    shown = capfd.readouterr()
    assert [shown.out.count(f"{n} ") for n in "2459"] == [1, 1, 1, 1]
    assert shown.err == "3 python\n7 process\n"


def test_bytes_are_recorded_and_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(memory, encoding="utf-8"))

    def function() -> None:
        print("text")  # noqa: T201
        sys.stdout.buffer.write(b"bytes\n")
        sys.stdout.buffer.flush()

    told = call(tmp_path, function)

    assert told.text == "text\nbytes\n"
    assert memory.getvalue() == b"text\nbytes\n"


def test_much_output_is_taken_while_nobody_reads(tmp_path: Path, out: io.TextIOBase) -> None:
    told = call_as(
        out, tmp_path, lambda: [os.write(1, b"x" * (1 << 22)), os.write(2, b"y" * (1 << 22))]
    )

    assert len(told.text) == 2 << 22


def test_everything_is_as_before_in_the_end(tmp_path: Path, out: io.TextIOBase) -> None:
    def now() -> tuple[object, ...]:
        descriptors = (os.fstat(number).st_ino for number in (1, 2))
        return sys.stdout, sys.stderr, threading.Thread.start, *descriptors

    seen: list[tuple[object, ...]] = []

    with contextlib.redirect_stdout(out):
        before = now()
        call(tmp_path, lambda: seen.append(now()))
        after = now()

    assert after == before
    assert all(one is not other for one, other in zip(seen[0], before, strict=True))


def test_output_that_is_redirected_goes_only_there(tmp_path: Path, out: io.TextIOBase) -> None:
    kept = io.StringIO()

    def function() -> None:
        with contextlib.redirect_stdout(kept):
            print("away")  # noqa: T201
        print("here")  # noqa: T201

    assert call_as(out, tmp_path, function).text == "here\n"
    assert kept.getvalue() == "away\n"


def test_a_stream_that_a_function_leaves_behind_is_taken_away(
    tmp_path: Path, out: io.TextIOBase
) -> None:
    def function() -> None:
        sys.stdout = io.StringIO()

    with contextlib.redirect_stdout(out):
        call(tmp_path, function)
        found = sys.stdout

    assert found is out


def test_who_keeps_the_stream_writes_to_the_original_later(
    tmp_path: Path, out: io.TextIOBase, capfd: pytest.CaptureFixture[str]
) -> None:
    handlers: list[logging.Handler] = []

    def function() -> None:
        handlers.append(logging.StreamHandler(sys.stdout))

    told = call_as(out, tmp_path, function)
    handlers[0].emit(logging.makeLogRecord({"msg": "late"}))

    assert told.text == ""
    assert _shown(out, capfd) == "late\n"


def test_a_stream_in_between_that_cannot_be_seen_through_gives_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    class Logger:
        terminal = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), encoding="utf-8")

        def write(self, text: str) -> None:
            self.terminal.write(text)
            self.terminal.flush()

        def flush(self) -> None:
            self.terminal.flush()

    monkeypatch.setattr(sys, "stdout", Logger())

    told = call(tmp_path, lambda: print("one"))  # noqa: T201

    assert told.text == "one\n"
    assert capfd.readouterr().out == "one\n"


def test_text_that_cannot_be_shown_fails_as_it_always_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))

    told = call(tmp_path, lambda: print("é"))  # noqa: T201

    assert told.exit is not None
    assert told.exit.status == 1
    assert "UnicodeEncodeError" in told.text


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    told = call(tmp_path, lambda: sys.stdout.write(b""))  # type: ignore[arg-type]  # the point

    assert "TypeError: write() argument must be str, not bytes" in told.text


def test_a_stream_that_is_not_there_is_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", None)

    told = call(tmp_path, lambda: print("one", flush=True))  # noqa: T201

    assert told.text == "one\n"
    assert sys.stdout is None


def test_a_line_that_is_not_at_its_end_is_recorded_before_what_comes_after(
    tmp_path: Path, out: io.TextIOBase
) -> None:
    def function() -> None:
        print("50%", end="")  # noqa: T201
        raise ValueError("boom")

    told = call_as(out, tmp_path, function)

    assert told.text.startswith("50%Traceback (most recent call last):\n")


def test_a_line_is_told_when_the_stream_is_flushed(tmp_path: Path, out: io.TextIOBase) -> None:
    told = Told()
    seen: list[str] = []

    def function() -> None:
        print("50%", end="", flush=True)  # noqa: T201
        seen.append(told.text)

    with contextlib.redirect_stdout(out):
        call(tmp_path, function, told=told)

    assert seen == [told.text] == ["50%"]


def test_what_is_begun_is_shown_at_once_where_it_always_was(tmp_path: Path) -> None:
    out = io.StringIO()
    seen: list[str] = []

    def function() -> None:
        print(".", end="")  # noqa: T201
        seen.append(out.getvalue())

    call_as(out, tmp_path, function)

    assert seen == ["."]


def test_lines_of_threads_are_whole(tmp_path: Path) -> None:
    both = threading.Barrier(2, timeout=30)

    def write(name: str) -> None:
        for _ in range(3):
            both.wait()
            print(name, end="")  # noqa: T201
        print()  # noqa: T201

    def function() -> None:
        threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(call(tmp_path, function).text.splitlines()) == ["aaa", "bbb"]


def test_output_of_threads_that_the_function_starts_is_its_own(tmp_path: Path) -> None:
    def function() -> None:
        inner = threading.Thread(target=print, args=("inner",))

        def both() -> None:
            inner.start()
            inner.join()
            print("outer")  # noqa: T201

        outer = threading.Thread(target=both)
        outer.start()
        outer.join()

    assert call(tmp_path, function).text == "inner\nouter\n"


def test_output_of_two_calls_side_by_side_is_told_apart(tmp_path: Path) -> None:
    both = threading.Barrier(2, timeout=30)

    def work(name: str) -> None:
        both.wait()
        for number in range(100):
            print(f"{name} {number}")  # noqa: T201
        thread = threading.Thread(target=print, args=(f"{name} in a thread",))
        thread.start()
        thread.join()
        os.write(1, b"nobody knows whose this is\n")
        both.wait()

    told = {name: Told() for name in "ab"}
    threads = [
        threading.Thread(
            target=call, args=(tmp_path, lambda name=name: work(name)), kwargs={"told": told[name]}
        )
        for name in "ab"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for name in "ab":
        assert told[name].text.splitlines() == [
            *(f"{name} {number}" for number in range(100)),
            f"{name} in a thread",
        ]


def test_what_the_main_thread_prints_is_not_of_a_call_in_another_one(tmp_path: Path) -> None:
    began, go_on = threading.Event(), threading.Event()
    told = Told()

    def function() -> None:
        began.set()
        go_on.wait(30)
        print("mine")  # noqa: T201

    thread = threading.Thread(target=call, args=(tmp_path, function), kwargs={"told": told})
    thread.start()
    began.wait(30)
    print("not mine")  # noqa: T201
    go_on.set()
    thread.join()

    assert told.text == "mine\n"


def test_output_of_a_call_within_a_call_is_of_both(tmp_path: Path) -> None:
    inner = Told()

    def function() -> None:
        print("before")  # noqa: T201
        InProcessLauncher().launch(
            job_of(tmp_path, lambda: (print("within"), os.write(1, b"descriptor\n"))),  # noqa: T201
            inner,
        )
        print("after")  # noqa: T201

    outer = call(tmp_path, function)

    assert inner.text == "within\ndescriptor\n"
    assert outer.text == "before\nwithin\ndescriptor\nafter\n"


def test_output_of_forks_is_recorded(tmp_path: Path, out: io.TextIOBase) -> None:
    def function() -> None:
        child = multiprocessing.get_context("fork").Process(target=print, args=("child",))
        child.start()
        child.join()
        print("parent")  # noqa: T201

    assert call_as(out, tmp_path, function).text == "child\nparent\n"


def test_what_processes_write_after_the_end_is_shown_only(
    tmp_path: Path, out: io.TextIOBase, capfd: pytest.CaptureFixture[str]
) -> None:
    left: list[subprocess.Popen[bytes]] = []

    def function() -> None:
        left.append(subprocess.Popen(["sh", "-c", "read x; echo late"], stdin=subprocess.PIPE))

    told = call_as(out, tmp_path, function)
    left[0].communicate(b"\n")
    again = call_as(out, tmp_path, lambda: None)

    assert told.text == ""
    assert "late\n" in again.text + capfd.readouterr().out


def test_a_tee_is_the_stream_in_all_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr(sys, "stdout", original)
    seen: list[object] = []

    def function() -> None:
        stream = sys.stdout
        assert isinstance(stream, Tee)
        stream.close()
        seen.extend((stream.encoding, stream.isatty(), original.closed, repr(stream)))

    call(tmp_path, function)

    assert seen == ["latin-1", False, False, f"<guild output of {original!r}>"]
