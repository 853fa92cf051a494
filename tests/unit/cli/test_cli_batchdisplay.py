"""What is said of a batch's progress: numbers, time, the best so far, and what fits."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.adapters.cli.batchdisplay import (
    BatchDisplay,
    Parts,
    best_line,
    can_display,
    parts_of,
    state_line,
)
from guild.adapters.cli.console import Console
from guild.adapters.cli.layout import visible_width
from guild.domain.batchevents import BatchProgress
from guild.domain.lognote import LogNote

NOTE = LogNote(level="INFO", text="Running trial aaa: train.py (lr=0.1)")


class Terminal(io.StringIO):
    """A stream that takes itself for a terminal."""

    def isatty(self) -> bool:
        return True


def console(stderr: io.StringIO, **env: str) -> Console:
    return Console(None, None, stderr, {"TERM": "xterm", "COLUMNS": "80", **env})


def parts(**values: object) -> Parts:
    return parts_of(BatchProgress(total=20).replaced(**values))


def test_a_batch_that_has_not_begun_knows_no_time() -> None:
    assert parts() == Parts(
        count="0/20", share=0.0, running="0 running", failed="0 failed", time="- left", best=""
    )


def test_the_time_left_is_as_long_for_each_trial_as_it_was_so_far() -> None:
    assert parts(done=5, elapsed_s=40.0).time == "2:00 left"
    assert parts(done=20, elapsed_s=40.0).time == "0:00 left"
    assert parts(total=100_000, done=1, elapsed_s=1.0).time == "27:46:39 left"


def test_without_a_total_there_is_neither_share_nor_time() -> None:
    found = parts(total=None, done=3, elapsed_s=40.0)

    assert (found.count, found.share, found.time) == ("3", None, "- left")


def test_at_the_end_the_time_is_what_it_took() -> None:
    progress = BatchProgress(total=20, done=12, failed=1, running={"a": {}}, elapsed_s=83.4)

    found = parts_of(progress, ended=True)

    assert (found.time, found.running) == ("in 1:23", "")
    assert state_line(found, 30) == "12/20  1 failed  in 1:23"


def test_a_batch_without_trials_is_shown() -> None:
    assert (parts(total=0).count, parts(total=0).share) == ("0/0", None)


def test_the_best_has_its_flags_in_order_and_none_that_is_not_set() -> None:
    found = parts(
        best=0.23100000001, best_flags={"x": 3, "lr": 0.1, "none": None}, objective="loss"
    )

    assert found.best == "best loss: 0.231 (lr=0.1, x=3)"


def test_the_best_may_have_no_flags() -> None:
    assert parts(best=1.0, best_flags={}, objective="acc").best == "best acc: 1"


def test_the_best_shows_no_control_characters() -> None:
    found = parts(best=1.0, best_flags={"a": "\x1b[31m", "b\r": "x"}, objective="lo\nss")

    assert found.best.isprintable()


def test_the_best_is_cut_to_the_width() -> None:
    found = parts(best=0.25, best_flags={"name": "日本語" * 9}, objective="loss")

    assert best_line(found, 30, "…") == "best loss: 0.25 (name=日本語…"
    assert best_line(parts(), 30) == ""


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (58, "#####---------------  5/20  2 running  1 failed  2:00 left"),
        (46, "##------  5/20  2 running  1 failed  2:00 left"),
        (40, "5/20  2 running  1 failed  2:00 left"),
        (35, "##------  5/20  2 running  1 failed"),
        (20, "5/20  1 failed"),
        (6, "5/20  "),
    ],
)
def test_what_does_not_fit_is_left_out(width: int, line: str) -> None:
    found = parts(done=5, failed=1, running={"a": {}, "b": {}}, elapsed_s=40.0)

    assert state_line(found, width) == line


@given(
    st.builds(
        BatchProgress,
        total=st.none() | st.integers(0, 10**6),
        done=st.integers(0, 10**6),
        failed=st.integers(0, 10**6),
        best=st.none() | st.floats(allow_nan=False),
        best_flags=st.none() | st.dictionaries(st.text(min_size=1), st.text()),
        objective=st.text(),
        elapsed_s=st.floats(0, 1e9),
    ),
    st.integers(17, 130),
    st.booleans(),
)
def test_lines_fit_and_are_printable(progress: BatchProgress, width: int, ended: bool) -> None:
    found = parts_of(progress, ended=ended)

    for line in (state_line(found, width, "━─"), best_line(found, width, "…")):
        assert visible_width(line) <= width
        assert "\n" not in line
        assert "\x1b" not in line


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"TERM": ""}, {"COLUMNS": "10"}], ids=str)
def test_some_terminals_can_not_be_drawn_on(env: dict[str, str]) -> None:
    assert can_display(console(Terminal()))
    assert not can_display(console(Terminal(), **env))


def test_where_nothing_can_be_drawn_notes_are_lines() -> None:
    stderr = io.StringIO()

    with BatchDisplay(console(stderr)) as display:
        display.update(BatchProgress(total=2))
        display.note(NOTE)

    assert stderr.getvalue() == "INFO: [guild] Running trial aaa: train.py (lr=0.1)\n"


@pytest.mark.parametrize("stderr", [io.StringIO, Terminal], ids=["file", "terminal"])
def test_notes_below_the_log_level_are_left_out(stderr: type[io.StringIO]) -> None:
    stream = stderr()
    quiet = console(stream, NO_COLOR="1")
    quiet.level = 40

    with BatchDisplay(quiet) as display:
        display.update(BatchProgress(total=2))
        display.note(NOTE)
        display.note(LogNote(level="ERROR", text="failed"))

    assert "ERROR: [guild] failed" in stream.getvalue()
    assert "Running" not in stream.getvalue()


def test_a_display_that_was_never_updated_leaves_nothing() -> None:
    stream = Terminal()

    BatchDisplay(console(stream)).close()

    assert stream.getvalue() == ""


def test_after_the_end_notes_are_lines_and_nothing_is_drawn() -> None:
    stream = Terminal()
    display = BatchDisplay(console(stream, NO_COLOR="1"))
    display.update(BatchProgress(total=2))
    display.close()
    drawn = stream.getvalue()

    display.close()
    display.update(BatchProgress(total=2, done=1))
    display.note(NOTE)

    assert stream.getvalue() == f"{drawn}{NOTE}\n"
