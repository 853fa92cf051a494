"""The progress of a batch on a terminal: what stays on the screen, whatever happens."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.e2e.sandbox import Sandbox, wait_until
from tests.e2e.screen import CTRL_C, Screen

pytestmark = pytest.mark.e2e

Terminal = Callable[..., Screen]

_SHOWS = """
import os, signal, sys
from guild.adapters.cli.batchdisplay import BatchDisplay
from guild.adapters.cli.console import Console
from guild.domain.batchevents import BatchProgress
from guild.domain.lognote import LogNote

def state(done, **values):
    return BatchProgress(
        total=4, done=done, running={"aaa": {}}, best=0.5 / (done + 1), elapsed_s=done * 2.0,
        best_flags={"lr": 0.1, "name": "x\\x1b[31m" * 20}, objective="loss", **values
    )

console = Console(sys.stdin, sys.stdout, sys.stderr, os.environ)
with BatchDisplay(console) as display:
    display.note(LogNote(level="INFO", text="begins"))
    for done in range(3):
        display.update(state(done))
        display.note(LogNote(level="INFO", text=f"trial {done} " + "goes on and on " * 6))
"""


@pytest.fixture
def show(sandbox: Sandbox, terminal: Terminal) -> Callable[..., Screen]:
    """Shows three states of a batch of four trials, then runs the code given."""

    def start(then: str = "", size: tuple[int, int] = (24, 80), **env: str) -> Screen:
        lines = "".join(f"    {line}\n" for line in then.splitlines())
        sandbox.write("show.py", _SHOWS + lines)
        return terminal("python", "show.py", size=size, **env)

    return start


@pytest.fixture
def waiting(sandbox: Sandbox) -> Sandbox:
    """A sandbox with a script whose runs wait for a file `go`."""
    sandbox.write(
        "wait.py",
        "import os, time\n"
        "x = 0\n"
        f"open({str(sandbox.root)!r} + f'/began-{{x}}', 'w').close()\n"
        f"while not os.path.exists({str(sandbox.root / 'go')!r}):\n"
        "    time.sleep(0.01)\n"
        "print('loss:', x)\n"
        "raise SystemExit(3 if x == 2 else 0)\n",
    )
    return sandbox


def screen_of(shown: str) -> list[str]:
    """The rows of a screen after what was written to it; they are as wide as they have to be.

    Only the few codes are understood that the display needs; others fail.
    """
    rows, row, column = [""], 0, 0
    for code in re.findall(r"\x1b\[[?0-9;]*[A-Za-z]|.", shown, re.DOTALL):
        if code == "\n":
            row, column = row + 1, 0
            rows += [""] * (row + 1 - len(rows))
        elif code == "\r":
            column = 0
        elif code == "\x1b[2K":
            rows[row] = ""
        elif code.endswith("A"):
            row -= int(code[2:-1])
        elif code[0] != "\x1b":
            rows[row] = rows[row].ljust(column)[:column] + code + rows[row][column + 1 :]
            column += 1
        else:
            assert code[-1] in "mhl", f"unknown code {code!r}"
    return rows


def cursor_is_shown(shown: str) -> bool:
    hidden, shown_again = shown.rfind("\x1b[?25l"), shown.rfind("\x1b[?25h")
    return hidden <= shown_again


NOTES = ["INFO: [guild] begins"] + [
    f"INFO: [guild] trial {done} {'goes on and on ' * 6}" for done in range(3)
]


def test_notes_stay_above_the_last_state(show: Callable[..., Screen]) -> None:
    code, shown = show().wait_for_end()

    *notes, best, state, _ = screen_of(shown)
    assert code == 0
    assert [note.rstrip() for note in notes] == [note.rstrip() for note in NOTES]
    assert best.startswith("best loss: 0.166667 (lr=0.1, name=")
    assert best.endswith("…")
    assert re.fullmatch("━+─+  2/4  0 failed  in 0:04", state)


def test_the_state_has_one_place(show: Callable[..., Screen]) -> None:
    screen = show('display.note(LogNote(level="INFO", text="waits")); signal.pause()')

    shown = screen.wait_for("waits") + screen.wait_for("left")
    rows = [row for row in screen_of(shown) if row]

    assert [row for row in rows if row.startswith("best")] == rows[-2:-1]


def test_others_may_write_while_it_is_aside(show: Callable[..., Screen]) -> None:
    aside = 'with display.aside():\n    print("something else", flush=True)'

    _, shown = show(aside).wait_for_end()

    assert [row[:14] for row in screen_of(shown)[-4:-2]] == ["something else", "best loss: 0.1"]
    assert sum("best loss" in row for row in screen_of(shown)) == 1


@pytest.mark.parametrize("columns", [25, 40, 80, 200])
def test_the_state_fits_the_terminal(show: Callable[..., Screen], columns: int) -> None:
    _, shown = show(size=(24, columns)).wait_for_end()

    assert all(len(row) < columns for row in screen_of(shown)[-3:])


def test_columns_make_it_narrower_but_not_wider(show: Callable[..., Screen]) -> None:
    _, narrow = show(COLUMNS="30").wait_for_end()
    _, wide = show(COLUMNS="300").wait_for_end()

    assert max(map(len, screen_of(narrow)[-3:])) < 30
    assert 60 < max(map(len, screen_of(wide)[-3:])) < 80


def test_without_colour_only_the_cursor_is_moved(show: Callable[..., Screen]) -> None:
    change = "display.update(state(3, failed=1))"

    _, plain = show(change, NO_COLOR="1").wait_for_end()
    _, coloured = show(change).wait_for_end()

    assert not re.search(r"\x1b\[[0-9;]*m", plain)
    assert "\x1b[31m1 failed\x1b[0m" in coloured


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"COLUMNS": "12"}], ids=str)
def test_where_it_can_not_be_drawn_there_are_notes(
    show: Callable[..., Screen], env: dict[str, str]
) -> None:
    _, shown = show(NO_COLOR="1", **env).wait_for_end()

    assert [line.rstrip() for line in shown.splitlines()] == [note.rstrip() for note in NOTES]


def test_a_terminal_without_utf_8_gets_ascii(show: Callable[..., Screen]) -> None:
    change = 'display.note(LogNote(level="INFO", text="gr\\u00fcn"))'

    _, shown = show(change, PYTHONIOENCODING="ascii").wait_for_end()

    assert shown.isascii()
    assert "##" in shown
    assert "gr\\xfcn" in shown


@pytest.mark.parametrize(
    "then",
    [
        "raise ValueError('wrong')",
        "sys.exit(3)",
        "os.kill(os.getpid(), signal.SIGINT)",
        "os.kill(os.getpid(), signal.SIGTERM)",
        "os.kill(os.getpid(), signal.SIGKILL)",
    ],
)
def test_the_cursor_is_there_however_it_ends(show: Callable[..., Screen], then: str) -> None:
    code, shown = show(then).wait_for_end()

    assert code != 0
    assert cursor_is_shown(shown)


def test_ctrl_c_leaves_the_last_state(show: Callable[..., Screen]) -> None:
    screen = show('print("ready", flush=True)\nsignal.pause()')
    before = screen.wait_for("ready")

    _, after = screen.interrupt()

    assert "2/4  0 failed  in 0:04" in after
    assert cursor_is_shown(before + after)


def test_a_forked_process_draws_nothing(show: Callable[..., Screen]) -> None:
    fork = """
if not os.fork():
    display.update(state(3))
    display.close()
    os._exit(0)
os.wait()
"""
    _, shown = show(fork).wait_for_end()

    assert "3/4" not in shown
    assert screen_of(shown)[-2].endswith("2/4  0 failed  in 0:04")


def test_there_is_no_second_thread(show: Callable[..., Screen]) -> None:
    _, shown = show('import threading\nprint("threads", threading.active_count())').wait_for_end()

    assert "threads 1" in shown


def test_trials_side_by_side_show_how_far_they_are(waiting: Sandbox, terminal: Terminal) -> None:
    screen = terminal("guild", "run", "wait.py", "x=[1,2,3]", "--jobs", "2", "-y")

    before = screen.wait_for("2 running") + "2 running"
    (waiting.root / "go").touch()
    code, after = screen.wait_for_end()
    *lines, best, state, _ = screen_of(before + after)

    assert code == 0
    assert best == "best loss: 1 (x=1)"
    assert re.fullmatch(r"━+  3/3  1 failed  in 0:\d\d", state)
    assert [line[:22] for line in lines].count("INFO: [guild] Running ") == 3
    assert sum(line.startswith("ERROR: [guild] Trial") for line in lines) == 1
    assert len(lines) == 4


def test_ctrl_c_stops_trials_side_by_side(waiting: Sandbox, terminal: Terminal) -> None:
    screen = terminal("guild", "run", "wait.py", "x=[1,2,3]", "--jobs", "2", "-y")
    before = screen.wait_for("2 running") + "2 running"
    wait_until(lambda: len(list(waiting.root.glob("began-*"))) == 2, "both began")

    screen.type(CTRL_C)
    code, after = screen.wait_for_end()

    assert code == 254
    assert cursor_is_shown(before + after)
    assert "Traceback" not in after
    assert not re.search(r"\d running", "\n".join(screen_of(before + after)))
    statuses = [run["status"] for run in waiting.runs() if run["label"]]
    assert sorted(statuses) == ["staged", "terminated", "terminated"]


@pytest.mark.parametrize("args", [(), ("--jobs", "2")], ids=["one at a time", "side by side"])
def test_where_there_is_no_terminal_there_are_lines(
    waiting: Sandbox, args: tuple[str, ...]
) -> None:
    (waiting.root / "go").touch()

    outcome = waiting.guild("run", "wait.py", "x=[1,3]", *args, "-y")

    lines = outcome.err.splitlines()
    assert "\x1b" not in outcome.err
    assert [line.partition(" trial ")[0] for line in lines] == ["INFO: [guild] Running"] * 2
