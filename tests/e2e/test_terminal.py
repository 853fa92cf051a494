"""What differs on a terminal: colours, the width of lines, questions, Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from guild.adapters.cli.layout import visible_width
from tests.e2e.sandbox import Sandbox
from tests.e2e.screen import CTRL_D, Screen

pytestmark = pytest.mark.e2e

Terminal = Callable[..., Screen]
ESCAPE = "\x1b"

ASKING = pytest.mark.parametrize(
    "command",
    [
        ("run", "train.py"),
        ("run", "--restart", "aaa"),
        ("runs", "delete"),
        ("runs", "delete", "--permanent"),
        ("runs", "purge"),
        ("runs", "restore"),
        ("label", "--set", "new"),
        ("label", "--clear"),
        ("tag", "--add", "new"),
        ("mark", "aaa"),
        ("comment", "--add", "new"),
        ("comment", "--clear"),
    ],
    ids=" ".join,
)


@pytest.fixture
def with_deleted(with_copies: Sandbox) -> Sandbox:
    """A sandbox with a script, a run of it, and another that is deleted."""
    deleted = with_copies.guild("runs", "delete", "aab", "-y")
    assert deleted.code == 0, deleted
    return with_copies


def contents(sandbox: Sandbox) -> dict[Path, bytes]:
    """All files of the home, but for caches."""
    found = {path: path.read_bytes() for path in sandbox.home.rglob("*") if path.is_file()}
    return {path: data for path, data in found.items() if "cache" not in path.parts}


def prompt(screen: Screen) -> str:
    """Wait until an answer can be typed; all that is shown before."""
    shown = screen.wait_for("? (")
    return f"{shown}? ({screen.wait_for(') ')})"


def test_a_terminal_shows_colours(with_deleted: Sandbox, terminal: Terminal) -> None:
    shown = prompt(terminal("guild", "runs", "purge"))

    assert shown.startswith(f"{ESCAPE}[33mWARNING: ")


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_colours_can_be_switched_off(
    with_deleted: Sandbox, terminal: Terminal, env: dict[str, str]
) -> None:
    shown = prompt(terminal("guild", "runs", "purge", **env))

    assert shown.startswith("WARNING: ")
    assert ESCAPE not in shown


def test_other_than_a_terminal_gets_no_colours(with_deleted: Sandbox) -> None:
    outcome = with_deleted.guild("runs", "purge", answer="n\n")

    assert "WARNING: " in outcome.err
    assert ESCAPE not in outcome.out + outcome.err


def test_colours_of_results_and_of_messages_are_apart(
    with_deleted: Sandbox, terminal: Terminal
) -> None:
    screen = terminal("sh", "-c", "guild runs purge 2>errors")

    screen.type("n\n")
    screen.wait_for_end()

    errors = (with_deleted.project / "errors").read_text()
    assert "WARNING: " in errors
    assert ESCAPE not in errors


@pytest.mark.parametrize("columns", [30, 80, 132])
@pytest.mark.parametrize("label", ["x" * 200, "\u65e5\u672c\u8a9e" * 50], ids=["narrow", "wide"])
def test_a_listing_fits_the_terminal(
    with_copies: Sandbox, terminal: Terminal, columns: int, label: str
) -> None:
    assert with_copies.guild("label", ":", "--set", label, "-y").code == 0

    code, shown = terminal("guild", "runs", size=(24, columns)).wait_for_end()

    lines = shown.splitlines()
    assert (code, len(lines)) == (0, 2)
    assert all(columns - 1 <= visible_width(line) <= columns for line in lines)


@pytest.mark.parametrize("args", [("--help",), ("run", "--help"), ("runs", "--help")], ids=str)
@pytest.mark.parametrize("columns", [50, 64, 78])
def test_help_fits_the_terminal(terminal: Terminal, args: tuple[str, ...], columns: int) -> None:
    code, shown = terminal("guild", *args, size=(24, columns)).wait_for_end()

    widest = max(map(len, shown.splitlines()))
    assert code == 0
    assert columns - 12 <= widest <= columns


def test_columns_count_more_than_the_size_of_the_terminal(
    with_copies: Sandbox, terminal: Terminal
) -> None:
    screen = terminal("guild", "runs", size=(24, 40), COLUMNS="25")

    _, shown = screen.wait_for_end()

    assert {len(line) for line in shown.splitlines()} == {25}


def test_a_terminal_without_a_size_cuts_nothing(with_copies: Sandbox, terminal: Terminal) -> None:
    label = "x" * 200
    assert with_copies.guild("label", "aaa", "--set", label, "-y").code == 0

    _, shown = terminal("guild", "runs", size=(0, 0)).wait_for_end()

    assert label in shown


@pytest.mark.parametrize(
    ("typed", "runs"), [("\n", 1), ("y\n", 1), ("Yes\n", 1), ("n\n", 0), ("what\n", 0)]
)
def test_a_run_is_started_if_that_is_the_answer(
    project: Sandbox, terminal: Terminal, typed: str, runs: int
) -> None:
    screen = terminal("guild", "run", "train.py")
    assert prompt(screen).endswith("Continue? (Y/n)")

    screen.type(typed)
    screen.wait_for_end()

    assert len(project.run_dirs()) == runs


@pytest.mark.parametrize(("typed", "left"), [("\n", 1), ("n\n", 1), ("y\n", 0), ("YES\n", 0)])
def test_what_is_lost_for_good_wants_a_yes(
    with_deleted: Sandbox, terminal: Terminal, typed: str, left: int
) -> None:
    screen = terminal("guild", "runs", "purge")
    assert prompt(screen).endswith("? (y/N)")

    screen.type(typed)
    screen.wait_for_end()

    assert len(with_deleted.runs("--deleted")) == left


@ASKING
@pytest.mark.parametrize("keys", [CTRL_D, "n\n"], ids=["ctrl-d", "n"])
def test_a_question_that_is_not_answered_by_yes_leaves_everything(
    with_deleted: Sandbox, terminal: Terminal, command: tuple[str, ...], keys: str
) -> None:
    before = contents(with_deleted)
    screen = terminal("guild", *command)
    prompt(screen)

    screen.type(keys)
    _, shown = screen.wait_for_end()

    assert contents(with_deleted) == before
    assert "Traceback" not in shown


@ASKING
def test_an_interrupt_at_a_question_leaves_everything(
    with_deleted: Sandbox, terminal: Terminal, command: tuple[str, ...]
) -> None:
    before = contents(with_deleted)
    screen = terminal("guild", *command)
    prompt(screen)

    code, shown = screen.interrupt()

    # The system may drop the line feed: it empties what is to be written at Ctrl-C.
    assert (code, shown.replace("^C", "").strip()) == (1, "")
    assert contents(with_deleted) == before


def test_the_streams_of_a_script_are_shown_as_they_come(
    sandbox: Sandbox, terminal: Terminal
) -> None:
    sandbox.write(
        "both.py",
        "import sys\n"
        "for number in range(6):\n"
        "    stream = sys.stderr if number % 2 else sys.stdout\n"
        "    stream.write(f'line {number}\\n')\n"
        "    sys.stdin.readline()\n",
    )
    screen = terminal("guild", "run", "both.py", "--run-id", "aaa", "-y")

    for number in range(6):
        assert screen.wait_for(f"line {number}\n").strip() == ""
        screen.type("\n")

    assert screen.wait_for_end()[0] == 0
    output = (sandbox.run_dir("aaa") / ".guild/output").read_text()
    assert output.splitlines() == [f"line {number}" for number in range(6)]


def test_a_script_can_ask_on_the_terminal(sandbox: Sandbox, terminal: Terminal) -> None:
    sandbox.write("ask.py", "print('hello', input('name? '))\n")
    screen = terminal("guild", "run", "ask.py", "-y")

    screen.wait_for("name? ")
    screen.type("Ann\n")

    assert screen.wait_for_end() == (0, "Ann\nhello Ann\n")


def test_ctrl_c_ends_the_script_and_is_kept_as_its_end(
    sandbox: Sandbox, terminal: Terminal
) -> None:
    sandbox.write("wait.py", "import signal\nprint('ready', flush=True)\nsignal.pause()\n")
    screen = terminal("guild", "run", "wait.py", "-y")
    screen.wait_for("ready")

    screen.interrupt()

    assert [run["status"] for run in sandbox.runs()] == ["terminated"]
