"""Disks that are full, read-only or in the way: one line, and nothing is lost."""

from __future__ import annotations

import os
import resource
import subprocess
from pathlib import Path

import pytest

from tests.e2e.mounts import read_only, small_disk
from tests.e2e.outcomes import TRAIN, assert_clean, assert_one_line, without_index
from tests.e2e.sandbox import GUILD, Sandbox

pytestmark = pytest.mark.e2e


def test_a_full_disk(project: Sandbox) -> None:
    with small_disk(project.home, 1024):
        assert_clean(project.guild("run", "train.py", "--run-id", "bbb", "-y"))
        _fill(project.home / "fill")

        for line in (
            "run train.py -y",
            "run --restart bbb -y",
            "run --restart bbb lr=5 -y",
            "label bbb -s new -y",
            "tag bbb -a new -y",
            "comment bbb -a new -y",
            "run train.py --stage -y",
        ):
            outcome = without_index(project.shell_line(f"guild {line}"))
            assert_one_line(outcome, "No space left on device")

        (run,) = project.runs()
        assert (run["id"], run["status"], run["label"]) == ("bbb", "completed", "lr=0.1 name=x")
        assert project.info("bbb")["flags"]["lr"] == 0.1
        assert project.guild("cat", "-O").out == "loss: 1\n"


def test_a_disk_that_fills_up_while_a_script_runs(sandbox: Sandbox) -> None:
    sandbox.write("much.py", 'for number in range(30_000):\n    print(number, "x" * 60)\n')
    expected = "".join(f"{number} {'x' * 60}\n" for number in range(30_000))
    with small_disk(sandbox.home, 1024):
        outcome = sandbox.guild("run", "much.py", "--run-id", "aaa", "-y")

        assert outcome.out == expected
        assert outcome.code == 0
        assert outcome.err.splitlines() == [
            "WARNING: cannot write the run's output: No space left on device"
            " - Free some space and try again.",
        ]
        assert sandbox.runs()[0]["status"] == "completed"
        kept = (sandbox.run_dir("aaa") / ".guild/output").read_text()
        assert expected.startswith(kept)
        assert kept


def test_files_that_may_not_grow(with_run: Sandbox) -> None:
    def no_writing() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    outcome = with_run.guild("label", "aaa", "-s", "new", "-y", preexec=no_writing)

    assert_one_line(without_index(outcome), "cannot write")
    assert with_run.runs()[0]["label"] == "lr=0.1 name=x"
    assert_one_line(with_run.guild("run", "train.py", "-y", preexec=no_writing))
    assert len(with_run.runs()) == 1


def test_a_read_only_home(with_run: Sandbox) -> None:
    with read_only(with_run.home):
        for line in ("runs", "runs info", "ls", "cat -O", "compare -t", "select", "check"):
            assert_clean(without_index(with_run.shell_line(f"guild {line}"), said=True))
        for line in (
            "run train.py -y",
            "run --restart aaa -y",
            "run train.py --stage -y",
            "label -s new -y",
            "mark 1 -y",
            "runs delete -y",
            "runs delete -p -y",
        ):
            assert_one_line(without_index(with_run.shell_line(f"guild {line}")))

    (run,) = with_run.runs()
    assert (run["id"], run["status"], run["label"]) == ("aaa", "completed", "lr=0.1 name=x")


def test_a_home_that_is_a_file(sandbox: Sandbox) -> None:
    sandbox.write("train.py", TRAIN)
    sandbox.environ["GUILD_HOME"] = str(sandbox.write("file", ""))

    assert_one_line(sandbox.guild("runs"), "is not a directory")
    assert_one_line(sandbox.guild("run", "train.py", "-y"), "is not a directory")


def test_a_terminal_that_takes_nothing(with_run: Sandbox) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [GUILD, "runs"],
            cwd=with_run.project,
            env=with_run.environ,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr == "guild: cannot write output: No space left on device\n"


def test_a_run_whose_output_nobody_takes_keeps_it(project: Sandbox) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [GUILD, "run", "train.py", "-y"],
            cwd=project.project,
            env=project.environ,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 0
    assert done.stderr == "WARNING: cannot write output: No space left on device\n"
    assert project.guild("cat", "--output").out == "loss: 1\n"


def test_a_reader_that_goes_away(with_run: Sandbox) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [GUILD, "runs"],
            cwd=with_run.project,
            env=with_run.environ,
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(writer)

    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
