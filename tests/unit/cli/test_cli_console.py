"""Writing to a terminal, to a file and to a closed pipe; asking."""

from __future__ import annotations

import io
from typing import TextIO

import pytest

from guild.adapters.cli.console import Console
from guild.adapters.cli.errors import Abort


class Terminal(io.StringIO):
    """A stream that takes itself for a terminal."""

    def isatty(self) -> bool:
        return True


def console(
    answers: str = "", out: TextIO | None = None, err: TextIO | None = None, **env: str
) -> Console:
    return Console(io.StringIO(answers), out or io.StringIO(), err or io.StringIO(), env)


def written(stream: TextIO | None) -> str:
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()


def test_styles_are_for_terminals() -> None:
    assert console().styled("x", "dim") == "x"
    assert console(out=Terminal()).styled("x", "dim") == "\x1b[2mx\x1b[0m"
    assert console(out=Terminal()).styled("x", "bold yellow") == "\x1b[1;33mx\x1b[0m"
    assert console(out=Terminal()).styled("x", "dim", err=True) == "x"
    assert console(out=Terminal()).styled("x", "") == "x"


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_styles_can_be_switched_off(env: dict[str, str]) -> None:
    assert Console(None, Terminal(), None, env).styled("x", "dim") == "x"


def test_width_is_known_for_terminals_only() -> None:
    assert console(COLUMNS="40").width() is None
    assert console(out=Terminal(), COLUMNS="40").width() == 40
    assert console(out=Terminal(), COLUMNS="x").width() is None
    assert console(err=Terminal(), COLUMNS="40").width(err=True) == 40


@pytest.mark.parametrize(
    ("answer", "default", "expected"),
    [
        ("y\n", False, True),
        (" YES \n", False, True),
        ("\n", False, False),
        ("\n", True, True),
        ("n\n", True, False),
        ("what\n", True, False),
    ],
)
def test_answers_to_a_question(answer: str, default: bool, expected: bool) -> None:
    asking = console(answer)

    assert asking.confirm("Continue?", default) is expected
    mark = "(Y/n)" if default else "(y/N)"
    assert written(asking.stderr) == f"Continue? {mark} "
    assert written(asking.stdout) == ""


def test_the_end_of_input_is_no_answer() -> None:
    with pytest.raises(Abort, match="no more input"):
        console("").confirm("Continue?", True)


def test_an_interrupted_question_aborts_without_a_message() -> None:
    class Interrupted(io.StringIO):
        def readline(self, _size: int | None = -1, /) -> str:  # type: ignore[override]  # stubs
            raise KeyboardInterrupt

    asking = console()
    asking.stdin = Interrupted()

    with pytest.raises(Abort) as caught:
        asking.confirm("Continue?", True)
    assert caught.value.message == ""


def test_text_that_the_stream_cannot_encode_is_escaped() -> None:
    raw = io.BytesIO()
    ascii_only = io.TextIOWrapper(raw, encoding="ascii")

    console(out=ascii_only).out("caf\u00e9 \udcff")
    ascii_only.flush()

    assert raw.getvalue() == b"caf\\xe9 \\udcff\n"


def test_warnings_and_notes_follow_the_log_level() -> None:
    quiet = console()
    quiet.warn("careful")
    quiet.note("by the way")
    quiet.level = 30
    quiet.warn("again")
    quiet.note("lost")
    quiet.level = 40
    quiet.warn("lost")

    assert written(quiet.stderr) == "WARNING: careful\nby the way\nWARNING: again\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\nguild: b", "a\\x0aguild: b"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\rover", "\\x0dover"),
        ("\u202egnp", "\\u202egnp"),
        ("na\u00efve \u96ea", "na\u00efve \u96ea"),
    ],
)
def test_messages_are_one_line_whatever_is_in_them(text: str, line: str) -> None:
    told = console(f"{text}\n")

    told.err(text)
    told.warn(text)
    told.note(text)
    told.confirm(text, True)

    assert written(told.stderr) == f"{line}\nWARNING: {line}\n{line}\n{line} (Y/n) "


def test_messages_have_the_style_that_was_asked_for_alone() -> None:
    terminal = console(err=Terminal())

    terminal.err("\x1b[1mx", style="yellow")

    assert written(terminal.stderr) == "\x1b[33m\\x1b[1mx\x1b[0m\n"


def test_closed_streams_lose_what_is_written() -> None:
    closed = Console(None, None, None, {})

    closed.out("x")
    closed.err("x")
    with pytest.raises(Abort):
        closed.confirm("Continue?", True)


def test_data_is_as_it_is_for_programs_and_escaped_on_a_terminal() -> None:
    piped, terminal = console(), console(out=Terminal())
    for each in (piped, terminal):
        each.data("a\x1b[2J\tb\nc")

    assert written(piped.stdout) == "a\x1b[2J\tb\nc\n"
    assert written(terminal.stdout) == "a\\x1b[2J\tb\nc\n"
