"""What is said while dependencies are resolved."""

from __future__ import annotations

import io

from guild.adapters.cli.console import Console
from guild.adapters.cli.context import Context
from guild.adapters.cli.handlers.depnotes import note_dependency
from guild.domain.depevents import DependencyNote, Downloading


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def context(stderr: io.StringIO) -> Context:
    env = {"TERM": "xterm", "COLUMNS": "80"}
    return Context([], Console(io.StringIO(), io.StringIO(), stderr, env), env)


def test_notes_are_dim_and_warnings_are_warnings() -> None:
    stderr = _Terminal()

    note_dependency(context(stderr), DependencyNote(text="Resolving x"))
    note_dependency(context(stderr), DependencyNote(text="no\nx", warning=True))

    assert stderr.getvalue() == ("\x1b[2mResolving x\x1b[0m\n\x1b[33mWARNING: no\\x0ax\x1b[0m\n")


def test_downloads_have_a_bar_on_a_terminal_until_they_end() -> None:
    stderr = _Terminal()
    shown = context(stderr)

    note_dependency(shown, Downloading(name="a\x1b[1m.zip", done=1, total=100))
    note_dependency(shown, Downloading(name="a\x1b[1m.zip", done=50, total=100))
    note_dependency(shown, Downloading(name="a\x1b[1m.zip", done=100, ended=True))
    ended = stderr.getvalue()
    note_dependency(shown, DependencyNote(text="after"))

    assert "Downloading a" in ended
    assert "\x1b[1m.zip" not in ended
    assert stderr.getvalue().removeprefix(ended) == "\x1b[2mafter\x1b[0m\n"


def test_an_end_without_a_beginning_shows_nothing() -> None:
    stderr = _Terminal()

    note_dependency(context(stderr), Downloading(name="a", done=1, ended=True))

    assert stderr.getvalue() == ""


def test_there_is_no_bar_without_a_terminal() -> None:
    stderr = io.StringIO()

    note_dependency(context(stderr), Downloading(name="a", done=1, total=2))

    assert stderr.getvalue() == ""
