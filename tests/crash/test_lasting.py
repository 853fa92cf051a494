"""What a run is and how it ended outlasts a power cut: the order of the system's calls.

A disk may do what it was told since it was last made to finish in any order, or not at all. So a
run that counts as completed must have been made to last before it got its exit status.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attrs import frozen

from tests.e2e.sandbox import GUILD, Sandbox

pytestmark = pytest.mark.e2e

_FAULTFS = Path(__file__).with_name("faultfs.py")
_TRACED = "fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat"
_LINE = re.compile(r"^\d+ +(\w+)\((.*)\) += 0$")


@frozen
class Call:
    """A call of the system: `sync`, `rename` or `unlink`, and the path of what it leaves."""

    name: str
    path: str


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    sandbox = Sandbox.below(tmp_path)
    sandbox.write("train.py", "lr = 0.1\n")
    sandbox.write("guild.yml", "prep:\n  main: train\nflow:\n  steps: [prep, prep]\n")
    yield sandbox
    sandbox.close()


def _of_wrapper(sandbox: Sandbox, *args: str) -> list[Call]:
    """The calls of a command, as the wrapper around Python's functions sees them."""
    log = sandbox.root / "log"
    log.unlink(missing_ok=True)
    plan = json.dumps({"log": str(log)})
    _succeed(sandbox, sys.executable, str(_FAULTFS), plan, "--", *args)
    calls = []
    for line in log.read_text().splitlines():
        _, operation, _, about = line.split("\t")
        calls.append(Call(operation.replace("fsync", "sync"), about))
    return calls


def _of_strace(sandbox: Sandbox, *args: str) -> list[Call]:
    """The calls of a command, as the system sees them."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("no strace")
    words = (strace, "-f", "-y", "-q", "-s", "4096", "-e", "signal=none", "-o")
    may = subprocess.run([*words, "/dev/null", "true"], capture_output=True, check=False)
    if may.returncode != 0:
        pytest.skip("processes may not be traced")
    log = sandbox.root / "log"
    _succeed(sandbox, *words, str(log), "-e", f"trace={_TRACED}", str(GUILD), *args)
    calls = []
    for line in log.read_text().splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        name = re.sub(r"(at2?)$", "", found[1])
        if name in ("fsync", "fdatasync"):
            calls.append(Call("sync", found[2].partition("<")[2].rstrip(">")))
        else:
            calls.append(Call(name, re.findall(r'"([^"]*)"', found[2])[-1]))
    return calls


def _succeed(sandbox: Sandbox, *words: str) -> None:
    done = subprocess.run(
        words,
        cwd=sandbox.project,
        env=sandbox.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done


Recorder = Callable[..., list[Call]]
recorders = pytest.mark.parametrize("recorded", [_of_wrapper, _of_strace])


@recorders
def test_what_a_run_is_lasts_before_it_counts_as_completed(
    sandbox: Sandbox, recorded: Recorder
) -> None:
    calls = recorded(sandbox, "run", "train.py", "--run-id", "aaa", "-y")

    _assert_order(calls, sandbox.run_dir("aaa"))


@pytest.mark.parametrize("line", ["run train.py lr=[0.2,0.3] -y", "run flow -y"])
def test_of_each_run_that_others_start(sandbox: Sandbox, line: str) -> None:
    calls = _of_wrapper(sandbox, *line.split())

    runs = sandbox.run_dirs()
    assert len(runs) >= 2
    for run in runs:
        _assert_order(calls, run)


@recorders
def test_a_restart_is_never_found_with_the_former_end(
    sandbox: Sandbox, recorded: Recorder
) -> None:
    _of_wrapper(sandbox, "run", "train.py", "--run-id", "aaa", "-y")

    calls = recorded(sandbox, "run", "--restart", "aaa", "lr=0.5", "-y")

    run = sandbox.run_dir("aaa")
    attrs = f"{run}/.guild/attrs"
    removed = calls.index(Call("unlink", f"{attrs}/exit_status"))
    lasting = calls.index(Call("sync", attrs))
    changes = [
        number
        for number, call in enumerate(calls)
        if call.name == "rename" and call.path.startswith(f"{attrs}/")
    ]
    assert removed < lasting < min(changes)
    _assert_order(calls[lasting + 1 :], run, is_new=False)


def _assert_order(calls: list[Call], run: Path, *, is_new: bool = True) -> None:
    guild = f"{run}/.guild"
    attrs = f"{guild}/attrs"
    ended = _only(calls, Call("rename", f"{attrs}/exit_status"))
    stopped = _only(calls, Call("rename", f"{attrs}/stopped"))
    for path in (f"{attrs}/id", f"{attrs}/flags", f"{guild}/opref"):
        synced = _only(calls, Call("sync", path))
        if is_new:
            assert _only(calls, Call("rename", path)) < synced
        assert synced < ended, path
    for name in ("stopped", "exit_status"):
        (temporary,) = (
            number
            for number, call in enumerate(calls)
            if call.name == "sync" and call.path.startswith(f"{attrs}/{name}.")
        )
        assert temporary < _only(calls, Call("rename", f"{attrs}/{name}")), name
    for directory in (guild, str(run), str(run.parent)):
        assert any(stopped < at < ended for at in _all(calls, Call("sync", directory))), directory
    before, after = _all(calls, Call("sync", attrs))
    assert stopped < before < ended < after
    assert after < max(_all(calls, Call("unlink", f"{guild}/LOCK")))


def _all(calls: list[Call], wanted: Call) -> list[int]:
    return [number for number, call in enumerate(calls) if call == wanted]


def _only(calls: list[Call], wanted: Call) -> int:
    (number,) = _all(calls, wanted)
    return number
