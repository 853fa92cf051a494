"""Batches that are shared, stopped, killed and left alone."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.e2e.mounts import read_only, small_disk
from tests.e2e.outcomes import TRAIN, assert_clean, assert_one_line
from tests.e2e.sandbox import GUILD, Sandbox, wait_until
from tests.e2e.screen import CTRL_C, Screen

pytestmark = pytest.mark.e2e

Terminal = Callable[..., Screen]

_WAIT = """
x = 1
import os, time
print("ready", flush=True)
while not os.path.exists(os.environ["GO"]):
    time.sleep(0.02)
print("loss: 1")
"""
_COUNTED = """
x = 1
import os
with open(os.environ["RAN"], "ab", 0) as file:
    file.write(f"{os.environ['RUN_ID']}\\n".encode())
"""
_ALL = """
import os, random, sys
from guild import batch_util
from guild.run import for_dir

runs, seed = sys.argv[1:]
ids = [name for name in os.listdir(os.path.join(runs, "batch")) if name != ".guild"]
random.Random(int(seed)).shuffle(ids)
trials = [for_dir(os.path.join(runs, run_id)) for run_id in ids]
print(sum(batch_util.start_trial_run(trial) is not None for trial in trials))
"""


@pytest.fixture
def waiting(sandbox: Sandbox) -> Sandbox:
    """A project with a script that works until there is a file `go`."""
    sandbox.write("wait.py", _WAIT)
    sandbox.environ["GO"] = str(sandbox.root / "go")
    return sandbox


def go(sandbox: Sandbox) -> None:
    """Let the scripts end."""
    (sandbox.root / "go").touch()


def statuses(sandbox: Sandbox) -> dict[str, int]:
    """How many trials have a status."""
    return Counter(run["status"] for run in sandbox.runs() if run["id"] != "batch")


def trials_run(sandbox: Sandbox, count: int) -> None:
    """Wait until so many trials are under way."""

    def ready() -> int:
        outputs = (path / ".guild/output" for path in sandbox.run_dirs() if path.name != "batch")
        return sum(path.is_file() and b"ready\n" in path.read_bytes() for path in outputs)

    wait_until(lambda: ready() == count, f"{count} trials run")


def processes(sandbox: Sandbox) -> list[int]:
    """Those that have to do with the sandbox."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("GUILD_HOME") == str(sandbox.home):
                found.append(process.pid)
        except (psutil.Error, OSError):
            continue
    return found


def start_batch(sandbox: Sandbox, *args: str) -> subprocess.Popen[bytes]:
    """Start a batch of five trials and wait until two of them run."""
    words = ("run", "wait.py", "x=range[1:5]", "--jobs", "2", "--run-id", "batch", "-y", *args)
    process = sandbox.start(*words)
    trials_run(sandbox, 2)
    return process


def assert_stopped(sandbox: Sandbox) -> None:
    assert statuses(sandbox) == {"terminated": 2, "staged": 3}
    assert sandbox.info("batch")["status"] == "terminated"
    wait_until(lambda: not processes(sandbox), "nothing is left")
    assert_clean(sandbox.guild("check"))


def test_of_several_that_run_all_trials_each_trial_is_run_by_one(sandbox: Sandbox) -> None:
    ran = sandbox.root / "ran"
    sandbox.environ["RAN"] = str(ran)
    sandbox.write("count.py", _COUNTED)
    words = ("run", "count.py", "x=range[1:200]", "--stage-trials", "--run-id", "batch")
    assert sandbox.guild(*words, "--keep-batch", "-y").code == 0
    assert statuses(sandbox) == {"staged": 200}

    command = [sys.executable, "-c", _ALL, str(sandbox.home / "runs")]
    started = [
        subprocess.Popen(
            [*command, str(seed)],
            env=sandbox.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in range(8)
    ]
    sandbox.left_running.extend(started)  # type: ignore[arg-type]  # they are ended the same way
    outcomes = [process.communicate(timeout=600) for process in started]

    assert [process.returncode for process in started] == [0] * 8, outcomes
    assert sum(int(out) for out, _ in outcomes) == 200
    ids = ran.read_text().splitlines()
    assert (len(ids), len(set(ids))) == (200, 200)
    assert statuses(sandbox) == {"completed": 200}
    refusals = [line for _, err in outcomes for line in err.splitlines()]
    assert len(refusals) == 7 * 200
    assert all("but expected 'staged'" in line for line in refusals)


def test_ctrl_c_stops_a_batch(waiting: Sandbox, terminal: Terminal) -> None:
    line = "run wait.py x=range[1:5] --jobs 2 --run-id batch -y"
    screen = terminal("guild", *line.split())
    trials_run(waiting, 2)

    screen.type(CTRL_C)

    code, shown = screen.wait_for_end()
    assert code == 256 - signal.SIGINT
    assert "Traceback" not in shown
    assert shown.count("was terminated") == 2
    assert_stopped(waiting)
    assert {run["exit_status"] for run in waiting.runs("--terminated")} == {-signal.SIGINT}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_stops_a_batch(waiting: Sandbox, number: signal.Signals) -> None:
    process = start_batch(waiting)

    process.send_signal(number)

    _, err = process.communicate(timeout=30)
    assert process.returncode == 256 - number
    lines = err.decode().splitlines()
    assert [line.partition(" trial ")[0] for line in lines[:2]] == ["INFO: [guild] Running"] * 2
    assert all(line.endswith("was terminated") for line in lines[2:4])
    assert lines[4:] == [
        "INFO: [guild] Stopping batch (pending trials can be started as needed)",
    ]
    assert (waiting.run_dir("batch") / ".guild/output").read_bytes() == err
    assert_stopped(waiting)


def test_a_batch_is_stopped_by_its_id(waiting: Sandbox) -> None:
    process = start_batch(waiting)

    outcome = waiting.guild("stop", "batch", "-y")

    assert outcome.code == 0, outcome
    process.communicate(timeout=30)
    assert process.returncode == 256 - signal.SIGTERM
    assert_stopped(waiting)


def test_a_stopped_batch_is_taken_up_where_it_was_left(waiting: Sandbox) -> None:
    process = start_batch(waiting)
    process.terminate()
    process.communicate(timeout=30)
    go(waiting)

    outcome = waiting.guild("run", "--restart", "batch", "-y")

    assert outcome.code == 0, outcome
    assert statuses(waiting) == {"terminated": 2, "completed": 5}


def test_a_trial_that_is_stopped_stops_no_other(waiting: Sandbox) -> None:
    process = start_batch(waiting)
    first = next(run["id"] for run in waiting.runs("--running") if run["id"] != "batch")

    assert waiting.guild("stop", first, "-y").code == 0
    go(waiting)

    _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert f"INFO: [guild] Trial {first} was terminated" in err.decode()
    assert statuses(waiting) == {"terminated": 1, "completed": 4}


def test_a_signal_that_comes_while_a_trial_is_taken_leaves_it_staged(waiting: Sandbox) -> None:
    code = (
        "import sys\nfrom guild.adapters.fsstore.namedlock import NamedLock\n"
        f"with NamedLock({str(waiting.home)!r}, 'run-status'):\n"
        "    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=waiting.environ,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    try:
        process = waiting.start("run", "wait.py", "x=[1,2]", "--run-id", "batch", "-y")
        wait_until(lambda: len(waiting.run_dirs()) == 3, "trials are made")
        wait_until(lambda: statuses(waiting) == {"staged": 2}, "trials are staged")
        process.terminate()
    finally:
        holder.communicate(timeout=30)

    process.communicate(timeout=30)

    assert process.returncode == 256 - signal.SIGTERM
    assert statuses(waiting) == {"staged": 2}
    assert waiting.info("batch")["status"] == "terminated"


def test_trials_outlive_a_batch_that_is_killed(waiting: Sandbox) -> None:
    process = start_batch(waiting)

    process.kill()
    process.wait(30)
    before = statuses(waiting)
    go(waiting)
    wait_until(lambda: not processes(waiting), "all have ended")

    assert before == {"running": 2, "staged": 3}
    assert statuses(waiting) == {"completed": 2, "staged": 3}
    assert waiting.info("batch")["status"] == "error"


def test_a_killed_batch_is_no_worse_than_a_killed_run(waiting: Sandbox) -> None:
    process = start_batch(waiting)
    process.kill()
    process.wait(30)
    go(waiting)
    wait_until(lambda: not processes(waiting), "all have ended")

    outcome = waiting.guild("check")

    assert (outcome.code, outcome.err) == (0, "")
    runs = str(waiting.home / "runs")
    assert [line.strip() for line in outcome.out.splitlines() if runs in line] == [
        f"{runs}/batch/.guild/RESERVE~: left by a process that was killed"
        " - Harmless; it can be removed.",
        f"{runs}/batch/.guild/LOCK: lock of a process that ended without a word"
        " - Restart or delete the run.",
    ], outcome


def test_a_killed_batch_can_be_started_again(waiting: Sandbox) -> None:
    process = start_batch(waiting)
    process.kill()
    process.wait(30)
    go(waiting)
    wait_until(lambda: not processes(waiting), "all have ended")

    outcome = waiting.guild("run", "--restart", "batch", "--needed", "-y")

    assert outcome.code == 0, outcome
    assert statuses(waiting) == {"completed": 5}


def test_a_batch_in_the_background_goes_on_alone(waiting: Sandbox) -> None:
    pidfile = waiting.root / "pid"
    words = ("run", "wait.py", "x=[1,2]", "--background", "--run-id", "batch", "-y")

    outcome = waiting.guild(*words, "--keep-batch", "--pidfile", str(pidfile))

    assert outcome.code == 0, outcome
    assert outcome.out == ""
    assert len(outcome.err.splitlines()) == 1, outcome
    trials_run(waiting, 1)
    batch = waiting.info("batch")
    assert (batch["status"], str(batch["pid"])) == ("running", pidfile.read_text())
    go(waiting)
    wait_until(lambda: not processes(waiting), "it has ended")
    assert not pidfile.exists()
    log = (waiting.run_dir("batch") / ".guild/output").read_text().splitlines()
    assert [line.partition(" trial ")[0] for line in log] == ["INFO: [guild] Running"] * 2
    assert statuses(waiting) == {"completed": 2}
    assert [run["status"] for run in waiting.runs() if run["id"] == "batch"] == ["completed"]


def test_a_batch_in_the_background_is_stopped(waiting: Sandbox) -> None:
    pidfile = waiting.root / "pid"
    words = ("run", "wait.py", "x=range[1:5]", "--jobs", "2", "--run-id", "batch", "-y")
    assert waiting.guild(*words, "--pidfile", str(pidfile)).code == 0
    trials_run(waiting, 2)

    assert waiting.guild("stop", "batch", "-y").code == 0

    wait_until(lambda: not processes(waiting), "it has ended")
    assert_stopped(waiting)
    assert not pidfile.exists()


def test_of_two_that_start_a_batch_one_does(waiting: Sandbox) -> None:
    words = ("run", "wait.py", "x=[1,2,3]", "--stage", "--run-id", "batch", "--keep-batch", "-y")
    assert waiting.guild(*words).code == 0

    started = [waiting.start("run", "--start", "batch", "-y") for _ in range(4)]
    wait_until(lambda: sum(one.poll() is not None for one in started) == 3, "three gave up")
    go(waiting)

    outcomes = [one.communicate(timeout=60) for one in started]
    assert sorted(one.returncode for one in started) == [0, 1, 1, 1]
    for one, (_, err) in zip(started, outcomes, strict=True):
        if one.returncode:
            assert err.decode().splitlines()[0].startswith("guild: cannot restart run batch")
    assert statuses(waiting) == {"completed": 3}
    assert waiting.info("batch")["status"] == "completed"


def test_a_batch_needs_no_more_open_files_the_more_trials_it_has(project: Sandbox) -> None:
    def few_files() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))

    outcome = project.guild("run", "train.py", "lr=range[1:30]", "-y", preexec=few_files)

    assert outcome.code == 0, outcome
    assert "ERROR" not in outcome.err, outcome
    assert statuses(project) == {"completed": 30}


def test_a_script_that_makes_trials_needs_no_more_open_files_the_more_it_makes(
    project: Sandbox,
) -> None:
    project.write(
        "tune.py",
        "from guild import batch_util\n"
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))\n"
        "batch = batch_util.batch_run()\n"
        "for lr in range(30):\n"
        "    batch_util.run_trial(batch, {'lr': lr})\n",
    )

    outcome = project.guild("run", "train.py", "-o", "tune.py", "--run-id", "batch", "-y")

    assert outcome.code == 0, outcome
    assert statuses(project) == {"completed": 30}


def test_trials_of_a_batch_elsewhere_are_in_the_home(project: Sandbox) -> None:
    project.write(
        "tune.py",
        "from guild import batch_util\n"
        "batch = batch_util.batch_run()\n"
        "for lr in (1, 2):\n"
        "    batch_util.run_trial(batch, {'lr': lr})\n",
    )
    elsewhere = project.root / "elsewhere"

    for words in (("lr=[1,2]",), ("-o", "tune.py")):
        directory = elsewhere / f"batch{len(words)}"
        outcome = project.guild("run", "train.py", *words, "--run-dir", str(directory), "-y")
        assert outcome.code == 0, outcome

    assert statuses(project) == {"completed": 4}
    assert sorted(path.name for path in elsewhere.iterdir()) == ["batch1", "batch2"]
    assert sorted(path.name for path in project.root.iterdir()) == [
        "elsewhere",
        "home",
        "project",
        "tmp",
        "user",
    ]


def test_a_batch_without_room(project: Sandbox) -> None:
    with small_disk(project.home, 512):
        assert_clean(project.guild("runs"))
        _fill(project.home / "fill")

        assert_one_line(
            project.guild("run", "train.py", "lr=[1,2]", "-y"), "No space left on device"
        )

        assert project.runs() == []


def test_a_disk_that_fills_up_during_a_batch(sandbox: Sandbox) -> None:
    sandbox.write("much.py", 'x = 1\nfor number in range(20_000):\n    print(number, "x" * 60)\n')
    with small_disk(sandbox.home, 1024):
        outcome = sandbox.guild("run", "much.py", "x=[1,2]", "--run-id", "batch", "-y", "--quiet")

        assert "Traceback" not in outcome.err, outcome
        assert "No space left on device" in outcome.err
        assert not {run["status"] for run in sandbox.runs()} & {"running", "pending"}, outcome


def test_a_batch_that_may_write_nothing(with_run: Sandbox) -> None:
    with read_only(with_run.home):
        assert_one_line(with_run.guild("run", "train.py", "lr=[1,2]", "-y"))
        assert_one_line(with_run.guild("run", "train.py", "lr=[1,2]", "--stage-trials", "-y"))

    assert [run["id"] for run in with_run.runs()] == ["aaa"]


def test_a_reader_that_goes_away_leaves_no_trial_behind(sandbox: Sandbox) -> None:
    sandbox.write("train.py", TRAIN)
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [GUILD, "run", "train.py", "lr=[1,2,3]", "--run-id", "batch", "-y"],
            cwd=sandbox.project,
            env=sandbox.environ,
            stdin=subprocess.DEVNULL,
            stdout=writer,
            stderr=writer,
            check=False,
            timeout=60,
        )
    finally:
        os.close(writer)

    assert done.returncode not in (0, -signal.SIGPIPE)
    wait_until(lambda: not processes(sandbox), "all have ended")
    assert statuses(sandbox) == {"staged": 3}
    assert sandbox.info("batch")["status"] in ("error", "terminated")


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
