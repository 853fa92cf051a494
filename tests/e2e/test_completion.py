"""The completion scripts in the shells that they are for; skipped where one is not installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable

import pytest

from tests.e2e.sandbox import Sandbox
from tests.e2e.screen import Screen

pytestmark = pytest.mark.e2e

SHELLS = pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
COMMAND_LINES = pytest.mark.parametrize(
    ("line", "completed"),
    [
        (("ru",), {"run", "runs"}),
        (("compl",), {"completion"}),
        (("run", "--start"), {"--start"}),
        (("run", "--no-g"), {"--no-gpus"}),
        (("runs", ""), {"delete", "info", "label", "list", "restore", "tag"}),
        (("runs", "del"), {"delete"}),
        (("runs", "list", "--stag"), {"--staged"}),
        (("-C", ".", "run", "--sta"), {"--stage", "--start"}),
        (("completion", "-s", ""), {"bash", "zsh", "fish"}),
    ],
)

# What a shell does when Tab is pressed, without a keyboard: it calls the function of the command
# with the words of the line, the last one to be completed.
_IN_BASH = r"""
eval "$(guild completion -s bash)"
spec=$(complete -p guild)
[[ $spec == *"-o default"* && $spec == *"-o bashdefault"* ]] || exit 3
COMP_WORDS=(guild "$@") COMP_CWORD=$#
function=${spec##*-F }
"${function% guild}" guild "${@: -1}" guild
(( ${#COMPREPLY[@]} )) && printf '%s\n' "${COMPREPLY[@]}"
exit 0
"""
_IN_ZSH = r"""
compdef() { [[ $1 == _guild && $2 == guild ]] || exit 3; }
compset() { true; }
_files() { true; }
_describe() {
    local name=$argv[-1] word
    for word in "${(@P)name}"; do print -r -- "${word%%:*}"; done
}
eval "$(guild completion -s zsh)"
words=(guild "$@") CURRENT=$(( $# + 1 ))
_guild
"""
_IN_FISH = r"""
guild completion -s fish | source
complete -C (string join ' ' -- guild $argv) | string replace -r '\t.*' ''
exit 0
"""
_STARTS = {
    "bash": ["-c", _IN_BASH, "bash"],
    "zsh": ["-fc", _IN_ZSH, "zsh"],
    "fish": ["-Nc", _IN_FISH],
}


def complete(sandbox: Sandbox, shell: str, *words: str) -> list[str]:
    """What a shell is offered for a command line of `guild` with these words."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"no {shell} here")
    done = subprocess.run(
        [program, *_STARTS[shell], *words],
        cwd=sandbox.project,
        env=sandbox.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


@SHELLS
@COMMAND_LINES
def test_commands_and_options_are_completed(
    sandbox: Sandbox, shell: str, line: tuple[str, ...], completed: set[str]
) -> None:
    offered = set(complete(sandbox, shell, *line))

    assert completed <= offered
    assert all(word.startswith(line[-1]) for word in offered)


@SHELLS
@pytest.mark.parametrize("line", [("run", ""), ("-C", ""), ("run", "train.py", ""), ("cat", "x")])
def test_where_a_file_may_be_meant_the_shell_is_left_to_offer_files(
    sandbox: Sandbox, shell: str, line: tuple[str, ...]
) -> None:
    assert complete(sandbox, shell, *line) == []


@pytest.fixture
def bash(terminal: Callable[..., Screen]) -> Screen:
    """An interactive bash that has loaded the script."""
    if shutil.which("bash") is None:
        pytest.skip("no bash here")
    settings = {"TERM": "dumb", "PS1": "$ ", "INPUTRC": "/dev/null", "HISTFILE": ""}
    screen = terminal("bash", "--norc", "--noprofile", "-i", **settings)
    screen.type('eval "$(guild completion -s bash)"\n')
    screen.type("echo load''ed\n")
    screen.wait_for("\nloaded")
    return screen


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("guild compl\t", "guild completion "),
        ("guild runs dele\t", "guild runs delete "),
        ("guild run --edit-c\t", "guild run --edit-comment "),
        ("guild run trai\t", "guild run train.py "),
        ("guild run train.py conf=da\t", "guild run train.py conf=data.csv "),
        ("guild -C su\t", "guild -C sub/"),
        ("guild run 'two w\t", "guild run 'two words.py' "),
    ],
)
def test_tab_completes_the_line(sandbox: Sandbox, bash: Screen, typed: str, line: str) -> None:
    for name in ("train.py", "data.csv", "sub/x", "two words.py"):
        sandbox.write(name, "")

    bash.type(typed)

    bash.wait_for(f"$ {line}")


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("guild run pre\t", "guild run prepare "),
        ("guild run cn\t", "guild run cnn:train "),
        ("guild run cnn:\t", "guild run cnn:train "),
        ("guild run cnn:tr\t", "guild run cnn:train "),
        ("guild run cnn:train l\t0.2 k\tb\t", "guild run cnn:train lr=0.2 kind=bee "),
        ("guild run cnn:train kind=\t", "guild run cnn:train kind=bee "),
        ("guild run train.p\t", "guild run train.py "),
        ("guild -C sub run he\t", "guild -C sub run hello "),
    ],
)
def test_tab_completes_operations_and_flags_of_the_project(
    sandbox: Sandbox, bash: Screen, typed: str, line: str
) -> None:
    sandbox.write("train.py", "")
    sandbox.write("sub/guild.yml", "hello: {exec: echo}\n")
    sandbox.write(
        "guild.yml",
        "- model: cnn\n"
        "  operations: {train: {main: train, flags: {lr: 1, kind: {choices: [bee]}}}}\n"
        "- operations: {prepare: {exec: echo}}\n",
    )

    bash.type(typed)

    bash.wait_for(f"$ {line}")


def test_tab_twice_lists_what_is_possible(bash: Screen) -> None:
    bash.type("guild run\t\t")

    bash.wait_for("run   runs")
