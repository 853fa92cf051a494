"""Much output, and several commands at the same moment."""

from __future__ import annotations

import subprocess

import pytest

from tests.e2e.outcomes import assert_clean
from tests.e2e.sandbox import GUILD, Sandbox, wait_until

pytestmark = pytest.mark.e2e

_WAIT = 'import time\nfrom pathlib import Path\nprint("ready", flush=True)\n' + (
    'while not Path("go").exists():\n    time.sleep(0.02)\n'
)


def test_much_output_without_a_newline_needs_no_memory(sandbox: Sandbox) -> None:
    megabytes = 64
    sandbox.write(
        "flood.py",
        "import os\n"
        "block = bytes(range(11, 256)) * 4096 + b'end'\n"
        f"block = block.replace(b'\\r', b'')[:2**20 - 7]\n"
        f"for _ in range({megabytes}):\n"
        "    view = memoryview(block)\n"
        "    while view:\n"
        "        view = view[os.write(1, view):]\n"
        + _WAIT.replace('print("ready", flush=True)\n', ""),
    )
    block = (bytes(range(11, 256)) * 4096 + b"end").replace(b"\r", b"")[: 2**20 - 7]
    with (sandbox.root / "terminal").open("wb") as terminal:
        process = subprocess.Popen(
            [GUILD, "run", "flood.py", "--run-id", "aaa", "-y"],
            cwd=sandbox.project,
            env=sandbox.environ,
            stdin=subprocess.DEVNULL,
            stdout=terminal,
            stderr=subprocess.PIPE,
        )
    sandbox.left_running.append(process)
    output = sandbox.run_dir("aaa") / ".guild/output"
    wait_until(
        lambda: output.is_file() and output.stat().st_size >= megabytes * len(block), "all is kept"
    )
    peaks = sandbox.memory_peaks()
    (sandbox.run_dir("aaa") / "go").touch()

    assert process.wait(30) == 0
    assert output.read_bytes() == block * megabytes
    assert (sandbox.root / "terminal").read_bytes() == block * megabytes
    assert peaks, "no process of guild was found"
    assert max(peaks) < 48 * 2**20


def test_two_restarts_at_the_same_moment_do_not_run_both(sandbox: Sandbox) -> None:
    sandbox.write("wait.py", _WAIT)
    assert_clean(sandbox.guild("run", "wait.py", "--stage", "--run-id", "aaa", "-y"))

    started = [sandbox.start("run", "--restart", "aaa", "-y") for _ in range(4)]
    wait_until(lambda: sum(one.poll() is not None for one in started) == 3, "three gave up")
    (winner,) = [one for one in started if one.poll() is None]

    for loser in started:
        if loser is not winner:
            out, err = loser.communicate()
            assert (out, loser.returncode) == (b"", 1)
            assert err.decode().splitlines() == [
                "guild: cannot restart run aaa because it's running",
                "Use 'guild stop aaa' to stop it first and try again.",
            ]
    assert sandbox.info("aaa")["status"] == "running"
    (sandbox.run_dir("aaa") / "go").touch()
    out, err = winner.communicate(timeout=30)
    assert (out, err, winner.returncode) == (b"ready\n", b"", 0)
    assert (sandbox.run_dir("aaa") / ".guild/output").read_text() == "ready\n"
    assert sandbox.info("aaa")["status"] == "completed"


def test_two_new_runs_of_one_id_do_not_mix(sandbox: Sandbox) -> None:
    sandbox.write("wait.py", _WAIT)

    started = [sandbox.start("run", "wait.py", "--run-id", "aaa", "-y") for _ in range(3)]
    wait_until(lambda: sum(one.poll() is not None for one in started) == 2, "two gave up")
    (winner,) = [one for one in started if one.poll() is None]

    for loser in started:
        if loser is not winner:
            out, err = loser.communicate()
            assert (out, loser.returncode) == (b"", 1)
            assert err.decode().startswith("guild: ")
            assert "aaa" in err.decode()
    wait_until((sandbox.run_dir("aaa") / ".guild/output").is_file, "it runs")
    (sandbox.run_dir("aaa") / "go").touch()
    assert winner.wait(30) == 0
    assert [run["id"] for run in sandbox.runs()] == ["aaa"]


def test_a_run_that_vanishes_while_it_runs(sandbox: Sandbox) -> None:
    sandbox.write("gone.py", "import os, shutil\nshutil.rmtree(os.environ['RUN_DIR'])\n")

    outcome = sandbox.guild("run", "gone.py", "-y")

    assert "Traceback" not in outcome.err, outcome
    assert sandbox.runs() == []
