"""Debugging a program."""

from __future__ import annotations

import pytest

from tests.unit.runner.conftest import Ended, RunDir

_TRAIN = '''\
"""A program."""
import helper

lr = 0.1

# A comment.

def train(x):
    """Do it."""

    y = x + lr
    return y


class Model:
    def fit(self):
        return helper.double(1)

print(train(1), Model().fit())
'''
_HELPER = "def double(x):\n    # Twice.\n    return 2 * x\n"


@pytest.fixture
def project(run_dir: RunDir) -> RunDir:
    run_dir.write({"train": _TRAIN, "helper": _HELPER, "pkg/__init__": "", "pkg/mod": "x = 1\n"})
    return run_dir


def _stops(project: RunDir, breaks: str, *, program: str = "train") -> list[str]:
    """Where the debugger stops: the ends of paths with the line."""
    ended = project.op(program, stdin="continue\n" * 9, env={"PDB_BREAKS": breaks})
    assert ended.status == 0, ended.err
    lines = [line for line in ended.out.split("> ")[1:] if f"{project.path}/" in line]
    return [line.split(")")[0].removeprefix(f"{project.path}/") for line in lines]


@pytest.mark.parametrize(
    ("breaks", "stop"),
    [
        ("4", "train.py(4"),
        ("1", "train.py(1"),
        ("5", "train.py(8"),
        ("train:9", "train.py(11"),
        ("train.py:12", "train.py(12"),
        ("helper.py:2", "helper.py(3"),
        ("helper:1", "helper.py(1"),
        ("helper.double", "helper.py(3"),
        ("train.train", "train.py(11"),
        ("train", "train.py(11"),
        ("__main__.Model.fit", "train.py(17"),
        ("Model.fit", "train.py(17"),
    ],
)
def test_stops_at_the_next_line_with_code(project: RunDir, breaks: str, stop: str) -> None:
    assert _stops(project, breaks) == [stop]


def test_stops_at_each_breakpoint(project: RunDir) -> None:
    assert _stops(project, "'helper.py':1 train.train 4") == [
        "helper.py(1",
        "train.py(4",
        "train.py(11",
    ]


def test_stops_in_packages(project: RunDir) -> None:
    project.write(use="import pkg.mod")

    assert _stops(project, "pkg/mod.py:1", program="use") == ["pkg/mod.py(1"]


def test_values_of_flags_are_seen(project: RunDir) -> None:
    ended = project.op(
        "train",
        "--lr",
        "5",
        stdin="p lr + 1\ncontinue\n",
        env={"PDB_BREAKS": "11", "FLAGS_DEST": "globals"},
    )

    assert "(Pdb) 6\n" in ended.out
    assert ended.out.endswith("6 2\n")


def test_leaving_the_debugger_is_no_success(project: RunDir) -> None:
    ended = project.op("train", stdin="quit\n", env={"PDB_BREAKS": "4"})

    assert (ended.status, ended.err) == (1, "")


@pytest.mark.parametrize(
    ("breaks", "why"),
    [
        ("nope.py:1", "there is no file nope.py"),
        ("train.nope", "there is no such function"),
        ("Model", "there is no such function"),
        ("broken:1", "was never closed"),
        ("99", "there is no code from line 99"),
        (":1", "there is no such function"),
        ("'", "No closing quotation"),
    ],
)
def test_breakpoint_that_is_nowhere_is_refused(project: RunDir, breaks: str, why: str) -> None:
    project.write(broken="x = (")

    ended = project.op("train", env={"PDB_BREAKS": breaks})

    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("guild: cannot set a breakpoint at ")
    assert why in ended.err
    assert ended.err.count("\n") == 1


def test_error_in_the_debugger_is_shown_without_its_frames(run_dir: RunDir) -> None:
    run_dir.write(train="x = 1\n1 / 0\n")

    ended = run_dir.op("train", stdin="continue\n", env={"PDB_BREAKS": "1"})

    assert (ended.status, ended.err) == (1, run_dir.python(f"{run_dir.path}/train.py").err)


def _post_mortem(run_dir: RunDir, source: str) -> Ended:
    run_dir.write(train=source)
    return run_dir.op("train", stdin="p x\nquit\n", env={"BREAK_ON_ERROR": "1"})


def test_debugger_starts_after_an_error(run_dir: RunDir) -> None:
    ended = _post_mortem(run_dir, "def f(x):\n    1 / 0\nf('a value')\n")

    assert ended.status == 1
    assert ended.err.endswith(
        "ZeroDivisionError: division by zero\nEntering post mortem debug session\n"
    )
    assert "'a value'" in ended.out


@pytest.mark.parametrize(
    "source", ["x = (", "raise SystemExit(1)", "raise KeyboardInterrupt", "x = 1"]
)
def test_debugger_does_not_start_where_there_is_no_error(run_dir: RunDir, source: str) -> None:
    ended = _post_mortem(run_dir, source)

    assert "Pdb" not in ended.out
    assert "Entering" not in ended.err
