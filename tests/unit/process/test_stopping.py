"""Jobs that are told to stop, and watchers that are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from guild.adapters.process.stopping import Patience
from guild.adapters.process.systemprocesses import SystemProcesses
from guild.domain.ids import RunId
from guild.domain.process import Job
from guild.domain.run import Run
from tests.unit.process.support import Front, living, make_job, wait_until

STOP_SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT]

OWN_CODE = """
import signal, sys, time
def leave(*_): sys.exit(3)
for number in (1, 2, 3, 15): signal.signal(number, leave)
print("ready", flush=True)
while True: time.sleep(60)
"""

CATCHES_INTERRUPT = """
import sys, time
try:
    print("ready", flush=True)
    while True: time.sleep(60)
except KeyboardInterrupt:
    print("saved", flush=True)
    sys.exit(3)
"""

STUBBORN = """
import signal, time
for number in (1, 2, 3, 15): signal.signal(number, signal.SIG_IGN)
print("ready", flush=True)
while True: time.sleep(60)
"""

# A child in the group, one in a session of its own, and one whose parents are gone.
SCATTERED = """
import os, signal, time
def nap(ignoring):
    for number in ignoring: signal.signal(number, signal.SIG_IGN)
    os.write(1, b"child ")
    while True: time.sleep(60)
if os.fork() == 0: nap([])
if os.fork() == 0: os.setsid(); nap([])
if os.fork() == 0: os.setsid(); nap([1, 2, 15])
if os.fork() == 0:
    os.setsid()
    if os.fork(): os._exit(0)
    nap([1, 2, 15])
os.wait()
print("ready", flush=True)
while True: time.sleep(60)
"""


@pytest.fixture
def jobs() -> Iterator[list[Job]]:
    """Put jobs here to have nothing of them outlive the test."""
    made: list[Job] = []
    yield made
    for job in made:
        for pid in living(job.run_id):
            os.kill(pid, signal.SIGKILL)


def start(
    tmp_path: Path, jobs: list[Job], script: str, ready: bytes = b"ready", **options: object
) -> Front:
    job = make_job(tmp_path, sys.executable, "-c", script)
    jobs.append(job)
    front = Front(tmp_path, job, stdout=subprocess.DEVNULL, **options)  # type: ignore[arg-type]
    front.wait_for_output(ready)
    return front


def stop_from_elsewhere(front: Front, timeout_s: float = 30) -> list[int]:
    front.pid()
    run = Run(id=RunId(front.job.run_id), path=front.job.directory)
    processes = SystemProcesses(lambda _run_dir: front.read("lock").decode())
    return processes.stop(run, timeout_s=timeout_s, force=False)


@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_own_exit_code_after_a_signal_counts_as_the_signal(
    tmp_path: Path, jobs: list[Job], number: signal.Signals
) -> None:
    front = start(tmp_path, jobs, OWN_CODE)

    front.send(number)

    assert front.status() == -number


def test_job_may_clean_up_after_an_interrupt(tmp_path: Path, jobs: list[Job]) -> None:
    front = start(tmp_path, jobs, CATCHES_INTERRUPT, ready=b"ready\n")

    front.send(signal.SIGINT)

    assert front.status() == -signal.SIGINT
    assert front.read("stdout") == b"ready\nsaved\n"
    assert front.read("notes") == b""


@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_job_that_ignores_signals_is_killed(
    tmp_path: Path, jobs: list[Job], number: signal.Signals
) -> None:
    front = start(tmp_path, jobs, STUBBORN)

    front.send(number)

    assert front.status() == -signal.SIGKILL
    assert front.read("notes") == b"interrupted\n"


def test_second_interrupt_kills_at_once(tmp_path: Path, jobs: list[Job]) -> None:
    slow = {"late_s": 0.01, "term_s": 300.0, "kill_s": 300.0, "give_up_s": 600.0}
    front = start(tmp_path, jobs, STUBBORN, patience=slow)

    front.send(signal.SIGINT)
    wait_until(lambda: front.read("notes"))
    front.send(signal.SIGINT)

    assert front.status() == -signal.SIGKILL


@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_nothing_of_the_tree_is_left(
    tmp_path: Path, jobs: list[Job], number: signal.Signals
) -> None:
    front = start(tmp_path, jobs, SCATTERED)
    wait_until(lambda: front.read("stdout").count(b"child") == 4)
    running = len(living(front.job.run_id))

    front.send(number)

    assert running == 5
    assert front.status() == -number
    assert living(front.job.run_id) == []


def test_default_patience_ends_within_ten_seconds() -> None:
    patience = Patience()

    assert patience.kill_s < patience.give_up_s
    assert patience.give_up_s + 0.5 < 10


def test_job_is_stopped_though_the_terminal_takes_no_output(
    tmp_path: Path, jobs: list[Job]
) -> None:
    script = "import os\nwhile True: os.write(1, b'x' * 1000)"
    job = make_job(tmp_path, sys.executable, "-c", script)
    jobs.append(job)
    front = Front(tmp_path, job, patience={"give_up_s": 1.5}, stdout=subprocess.PIPE)
    front.wait_for_output(b"x")

    front.send(signal.SIGTERM)
    front.process.wait(30)

    assert front.wait_for_end() == -signal.SIGTERM
    assert living(job.run_id) == []


def test_ignored_hangup_stays_ignored(tmp_path: Path, jobs: list[Job]) -> None:
    front = start(
        tmp_path, jobs, OWN_CODE, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)
    )

    front.send(signal.SIGHUP)
    front.send(signal.SIGTERM)

    assert front.status() == -signal.SIGTERM


def test_job_that_ended_before_the_signal_keeps_its_status(
    tmp_path: Path, jobs: list[Job]
) -> None:
    job = make_job(tmp_path, "sh", "-c", "sleep 60 & echo ready; exit 5")
    jobs.append(job)
    front = Front(tmp_path, job, patience={"drain_s": 300.0}, stdout=subprocess.DEVNULL)
    wait_until(lambda: len(living(job.run_id)) == 1 and front.read("stdout"))

    front.send(signal.SIGTERM)

    assert front.status() == 5
    assert living(job.run_id) == []


def test_time_limit_terminates(tmp_path: Path, jobs: list[Job]) -> None:
    script = "trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.01; done"
    job = make_job(tmp_path, "sh", "-c", script, stop_after_s=0.3)
    jobs.append(job)

    front = Front(tmp_path, job, stdout=subprocess.DEVNULL)

    assert front.status() == -signal.SIGTERM
    assert front.read("stdout") == b"ready\nbye\n"
    assert front.read("notes") == b"timed out %d True\n" % front.pid("started")


def test_time_limit_does_not_touch_a_job_that_ends_before(tmp_path: Path) -> None:
    front = Front(tmp_path, make_job(tmp_path, "sh", "-c", "exit 3", stop_after_s=300))

    assert front.status() == 3


def test_what_a_job_writes_after_the_front_was_killed_is_kept(
    tmp_path: Path, jobs: list[Job]
) -> None:
    go = tmp_path / "go"
    job = make_job(
        tmp_path, "sh", "-c", f"echo a; while ! [ -e {go} ]; do :; done; echo b; exit 4"
    )
    jobs.append(job)
    front = Front(tmp_path, job, stdout=subprocess.PIPE)
    front.wait_for_output(b"a")

    front.process.kill()
    front.process.wait(30)
    go.touch()

    assert front.wait_for_end() == 4
    assert front.read("stdout") == b"a\nb\n"


def test_killed_front_does_not_lift_the_time_limit(tmp_path: Path, jobs: list[Job]) -> None:
    job = make_job(tmp_path, "sh", "-c", "echo ready; sleep 60", stop_after_s=0.5)
    jobs.append(job)
    front = Front(tmp_path, job, stdout=subprocess.DEVNULL)
    front.wait_for_output(b"ready")

    front.process.kill()
    front.process.wait(30)

    assert front.wait_for_end() == -signal.SIGTERM
    wait_until(lambda: living(job.run_id) == [])


def test_job_of_a_killed_supervisor_is_ended_and_recorded(tmp_path: Path, jobs: list[Job]) -> None:
    front = start(tmp_path, jobs, SCATTERED)
    wait_until(lambda: front.read("stdout").count(b"child") == 4)

    os.kill(front.pid("supervisor"), signal.SIGKILL)

    assert front.status() == -signal.SIGKILL
    assert living(front.job.run_id) == []


def test_background_job_outlives_its_front(tmp_path: Path, jobs: list[Job]) -> None:
    job = make_job(tmp_path, "sh", "-c", "echo a; read x; echo b >&2; exit 3", background=True)
    jobs.append(job)

    front = Front(tmp_path, job, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    stdout, _ = front.process.communicate(timeout=30)
    status, running, pid = front.result().split()

    assert (stdout, status, running) == (b"", "0", "True")
    assert int(pid) == front.pid()
    assert front.wait_for_end() == 3
    assert (front.read("stdout"), front.read("stderr")) == (b"a\n", b"b\n")


def test_background_job_is_in_a_session_of_its_own(tmp_path: Path, jobs: list[Job]) -> None:
    job = make_job(tmp_path, "sleep", "60", background=True)
    jobs.append(job)

    front = Front(tmp_path, job)
    front.result()

    assert os.getsid(front.pid()) == front.pid("supervisor")
    assert stop_from_elsewhere(front) == []
    assert front.wait_for_end() == -signal.SIGTERM


def test_background_job_that_cannot_start_is_refused(tmp_path: Path) -> None:
    job = make_job(tmp_path, "no-such-program", background=True)

    assert Front(tmp_path, job).result().startswith("refused error running no-such-program: ")


def test_stop_from_elsewhere_is_recorded_as_such(tmp_path: Path, jobs: list[Job]) -> None:
    front = start(tmp_path, jobs, OWN_CODE)

    left = stop_from_elsewhere(front)

    assert left == []
    assert front.status() == -signal.SIGTERM


def test_stop_from_elsewhere_ends_a_stubborn_tree(tmp_path: Path, jobs: list[Job]) -> None:
    front = start(tmp_path, jobs, STUBBORN)

    left = stop_from_elsewhere(front)

    assert left == []
    assert front.status() == -signal.SIGKILL


def test_what_a_killed_watcher_leaves_is_stopped_from_elsewhere(
    tmp_path: Path, jobs: list[Job]
) -> None:
    front = start(tmp_path, jobs, SCATTERED)
    wait_until(lambda: front.read("stdout").count(b"child") == 4)
    front.process.send_signal(signal.SIGSTOP)
    os.kill(front.pid("supervisor"), signal.SIGKILL)
    front.process.kill()
    front.process.wait(30)

    left = stop_from_elsewhere(front, timeout_s=3)

    assert len(left) == 2  # they ignore being asked
    assert front.pid() not in left


def test_message_that_fails_does_not_end_the_job(tmp_path: Path, jobs: list[Job]) -> None:
    slow = {"late_s": 0.01, "term_s": 300.0, "kill_s": 300.0, "give_up_s": 600.0}
    script = "trap '' INT; echo ready; while ! [ -e end ]; do sleep 0.01; done; exit 3"
    job = make_job(tmp_path, "sh", "-c", script)
    jobs.append(job)
    front = Front(tmp_path, job, patience=slow, failing=("interrupted",), stdout=-3)
    front.wait_for_output(b"ready")

    front.send(signal.SIGINT)
    wait_until(lambda: front.read("notes"))
    (tmp_path / "end").touch()

    assert front.result() == "raised nobody reads interrupted"
    assert front.calls("ended") == [str(-signal.SIGINT)]
