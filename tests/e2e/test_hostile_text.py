"""Texts of runs and projects do nothing to a terminal, whoever wrote them."""

from __future__ import annotations

import csv
import io
import re
import shlex
from collections.abc import Callable, Iterator

import pytest

from tests.e2e.hostile import EVIL, EVIL_LINES, EVIL_NAME, RUN_ID, make_hostile, unfit_in
from tests.e2e.sandbox import GUILD, Sandbox
from tests.e2e.screen import Screen

pytestmark = pytest.mark.e2e

_ID = "0" * 32

_COMMANDS = [
    "runs",
    "runs -v",
    "runs -s",
    "runs -c",
    "runs -d",
    "runs -Fl {evil} --all",
    "runs -F {evil}",
    "runs {evil}",
    "runs --json",
    "runs info {id}",
    "runs info {bad_id}",
    "runs info {id} --json",
    "runs info {id} --env --deps --comments --manifest --all-scalars --private-attrs",
    "runs info {evil}",
    "compare -t",
    "compare -t --extra-cols --all-scalars",
    "compare -t --min {evil}",
    "compare --print-scalars",
    "compare --json",
    "ls {id}",
    "ls {id} -a",
    "ls {id} -f -h",
    "ls {bad_id} -n",
    "cat {id} -p {evil}",
    "cat {id} -p ../{evil}",
    "select {evil}",
    "select --min {evil}",
    "operations",
    "operations -v",
    "operations --json",
    "models",
    "models -v",
    "models --json",
    "help",
    "help {model}",
    "help --markdown",
    "check",
    "check --json",
    "runs delete",
    "runs delete -p",
    "runs restore",
    "runs purge",
    "runs stop",
    "stop {id}",
    "label -s {evil} {id} {bad_id}",
    "label --clear",
    "tag -a {evil}",
    "tag --list-all",
    "mark {id}",
    "comment --list {id}",
    "comment -d 7 {id}",
    "run {op}",
    "run {op} --help-op",
    "run {op} --help-model",
    "run {op} --test-flags",
    "run {op} --test-sourcecode",
    "run {op} {evil}=1",
    "run {op} {evil}=a x=2",
    "run {op} x=[1,{evil}] --print-trials",
    "run {op} x=[1,{evil}]",
    "run {op} nope-{evil}=1 -y",
    "run {evil}",
    "run plain:train --label {evil}",
    "run plain:train x={evil}",
    "run plain:train x=[1,{evil}]",
    "run plain:train --print-trials x=[1,{evil}] --force-flags",
    "run --restart {id}",
    "run --restart {bad_id}",
    "run --proto {id}",
    "run --start {evil}",
    "run {model}:two -y",
    "run {model}:three -y",
    "run {model}:steps",
    "run @{evil}",
    "-C {evil} runs",
    "-H {evil} runs",
    "{evil}",
    "runs --{evil}",
    "runs --limit {evil}",
    "_complete run ''",
    "_complete run {op} ''",
    "_complete runs {evil} ''",
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox full of such texts, for commands that change nothing."""
    sandbox = Sandbox.below(tmp_path_factory.mktemp("hostile"))
    make_hostile(sandbox)
    yield sandbox
    sandbox.close()


def _words(line: str) -> list[str]:
    named = {
        "id": _ID,
        "bad_id": RUN_ID,
        "evil": EVIL,
        "name": EVIL_NAME,
        "model": f"m{EVIL}",
        "op": f"m{EVIL}:o{EVIL}",
    }
    return [word.format(**named) for word in shlex.split(line)]


@pytest.mark.parametrize("line", _COMMANDS)
def test_what_a_command_writes_has_no_control_characters(hostile: Sandbox, line: str) -> None:
    outcome = hostile.guild(*_words(line), answer="n\n")

    allowed = "\n\x7f" if "--json" in line else "\n\t" if "_complete" in line else "\n"
    assert "Traceback" not in outcome.err, outcome
    assert not unfit_in(outcome.raw_out, allowed), outcome
    assert not unfit_in(outcome.raw_err), outcome


_ON_A_TERMINAL = [
    "runs",
    "runs -v",
    "runs info {id}",
    "runs delete",
    "compare -t",
    "compare --csv -",
    "ls {id}",
    "cat {id} --output",
    "cat {id} -p file-{name}",
    "select {bad_id}",
    "select --attr label {id}",
    "select --attr extra {id}",
    "select --path {bad_id}",
    "run {op} --print-cmd",
    "run {op} --print-env",
    "run {op} {evil}=a --force-flags --print-trials x=[1,2]",
    "operations -v",
    "check",
]


@pytest.mark.parametrize("line", _ON_A_TERMINAL)
def test_a_terminal_is_written_nothing_but_text_and_styles(
    hostile: Sandbox, screen: Callable[..., Screen], line: str
) -> None:
    started = screen(hostile, *_words(line))
    if line == "runs delete":
        started.wait_for("?")
        started.type("n\n")
    _, written = started.wait_for_end()

    bare = re.sub(r"\x1b\[[0-9;]*m", "", written)
    assert not unfit_in(bare.encode("utf-8", "surrogateescape")), written


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("cat {id} --output", EVIL_LINES + "\n"),
        ("cat {id} -p file-{name}", EVIL_LINES),
        ("select --attr label {id}", EVIL_LINES + "\n"),
        ("select {bad_id}", RUN_ID + "\n"),
    ],
)
def test_a_program_is_given_the_very_text(hostile: Sandbox, line: str, expected: str) -> None:
    outcome = hostile.guild(*_words(line))

    assert outcome.raw_out == expected.encode()


def test_csv_has_the_very_values(hostile: Sandbox) -> None:
    outcome = hostile.guild("compare", "--csv", "-")

    rows = list(csv.reader(io.StringIO(outcome.raw_out.decode(), newline="")))
    assert EVIL_LINES in {cell for row in rows for cell in row}


def test_colours_of_output_stay_on_a_terminal(
    with_run: Sandbox, terminal: Callable[..., Screen]
) -> None:
    path = with_run.run_dir("aaa") / "log.txt"
    path.write_bytes(b"\x1b[1;31mred\x1b[0m\tx\r\n\x1b]0;title\x07 \xff \xc3")

    started = terminal("guild", "cat", "aaa", "-p", "log.txt")

    assert started.wait_for_end()[1].replace("\r", "") == (
        "\x1b[1;31mred\x1b[0m\tx\n\\x1b]0;title\\x07 \\xff \\xc3\x1b[0m"
    )


@pytest.fixture
def screen() -> Iterator[Callable[..., Screen]]:
    """Call it with a sandbox and words to run `guild` on a terminal."""
    screens: list[Screen] = []

    def start(sandbox: Sandbox, *words: str) -> Screen:
        given = {"TERM": "xterm", "COLUMNS": "4000", **sandbox.environ}
        screens.append(Screen((str(GUILD), *words), sandbox.project, given, (50, 4000)))
        return screens[-1]

    yield start
    for started in screens:
        started.close()
