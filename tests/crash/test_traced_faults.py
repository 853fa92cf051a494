"""Faults that the system itself injects, also below Python: into what SQLite writes."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.sandbox import GUILD, Outcome, Sandbox

pytestmark = pytest.mark.e2e

_FAULTS = (
    ("runs --json", "pwrite64:error=ENOSPC:when=1+"),
    ("runs --json", "pwrite64:error=EIO:when=2"),
    ("runs --json", "/^(fsync|fdatasync|ftruncate)$:error=EIO:when=1+"),
    ("run train.py -y", "/^(fsync|fdatasync)$:error=EIO:when=1+"),
    ("run train.py -y", "/^rename:error=ENOSPC:when=5"),
    ("run train.py -y", "/^rename:error=EIO:when=25+"),
    ("run train.py -y", "/^link:error=EACCES:when=1+"),
    ("label aaa -s new -y", "/^rename:error=ENOSPC:when=1+"),
    ("runs delete bbb -y", "/^rename:error=EIO:when=1+"),
)


@pytest.fixture
def two_runs(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox with the runs aaa and bbb."""
    sandbox = Sandbox.below(tmp_path)
    sandbox.write("train.py", 'lr = 0.1\nprint("loss: 1")\n')
    for run_id in ("aaa", "bbb"):
        assert sandbox.guild("run", "train.py", "--run-id", run_id, "-y").code == 0
    yield sandbox
    sandbox.close()


@pytest.mark.parametrize(("line", "fault"), _FAULTS)
def test_what_the_system_fails_to_do_loses_nothing(
    two_runs: Sandbox, line: str, fault: str
) -> None:
    before = _contents(two_runs)
    expected = two_runs.shell_line(f"guild {line}").out if line.startswith("runs --") else ""

    outcome = _traced(two_runs, fault, line)

    assert "Traceback" not in outcome.out + outcome.err, outcome
    errors = [said for said in outcome.err.splitlines() if said.startswith("guild: ")]
    assert (outcome.code, len(errors)) in ((0, 0), (1, 1)), outcome
    assert errors or outcome.out.startswith(expected), outcome
    assert _contents(two_runs).items() >= before.items()
    assert {run["id"] for run in two_runs.runs()} >= {"aaa", "bbb"}
    assert two_runs.shell_line(f"guild {line}").code == 0


def _traced(sandbox: Sandbox, fault: str, line: str) -> Outcome:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("no strace")
    words = [strace, "-f", "-q", "-o", os.devnull, "-e", f"inject={fault}"]
    may = subprocess.run([strace, "-o", os.devnull, "true"], capture_output=True, check=False)
    if may.returncode != 0:
        pytest.skip(f"processes may not be traced: {may.stderr.decode()}")
    done = subprocess.run(
        [*words, str(GUILD), *shlex.split(line)],
        cwd=sandbox.project,
        env=sandbox.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return Outcome(line, done.returncode, done.stdout, done.stderr)


def _contents(sandbox: Sandbox) -> dict[str, bytes]:
    """Files of runs, wherever these are, by their paths in them."""
    return {
        f"{run.name}/{path.relative_to(run)}": path.read_bytes()
        for place in ("runs", "trash/runs")
        for run in sandbox.home.glob(f"{place}/*")
        for path in run.rglob("*")
        if path.is_file() and not path.name.endswith("~")
    }
