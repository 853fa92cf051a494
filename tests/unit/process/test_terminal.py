"""Jobs and the terminal: who reads from it and who hears its keys."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from guild.adapters.process.table import find_process
from guild.domain.process import Job
from tests.unit.process.crewsupport import Member, Recruit
from tests.unit.process.support import FRONT, PROMPT, Front, living, make_job, wait_until

# A handler would be called late by an interrupt that comes just before the reading.
READS = """
import os, signal, threading
signal.pthread_sigmask(signal.SIG_BLOCK, [2])
def leave(): os._exit(signal.sigwait([2]) + 1)
threading.Thread(target=leave, daemon=True).start()
while True:
    print("ready", flush=True)
    print("got", input(), flush=True)
"""
WAITS = READS.replace("input()", "signal.pause()")
CTRL_C, CTRL_Z = b"\x03", b"\x1a"


class Screen:
    """A terminal with a shell in it."""

    def __init__(self) -> None:
        self.keys, end = pty.openpty()
        self.shell = subprocess.Popen(
            ["bash", "--norc", "--noprofile", "-i"],
            stdin=end,
            stdout=end,
            stderr=end,
            env={**os.environ, "PS1": "$ ", "HISTFILE": "", "TERM": "dumb"},
            start_new_session=True,
        )
        os.close(end)
        os.set_blocking(self.keys, False)
        self.shown = b""

    def type(self, keys: bytes) -> None:
        os.write(self.keys, keys)

    def shows(self, pattern: bytes) -> bool:
        try:
            self.shown += os.read(self.keys, 65536)
        except (BlockingIOError, OSError):
            pass
        return re.search(pattern, self.shown) is not None

    def wait_for(self, pattern: bytes) -> None:
        wait_until(lambda: self.shows(pattern), f"for {pattern!r}")
        self.shown = re.split(pattern, self.shown, maxsplit=1)[-1]

    def close(self) -> None:
        os.close(self.keys)
        self.shell.kill()
        self.shell.wait(30)


@pytest.fixture
def screen() -> Iterator[Screen]:
    shown = Screen()
    yield shown
    try:
        shown.close()
    except OSError:
        pass  # The test closed it.


class ScreenFront(Front):
    """A front process that the shell of a screen starts."""

    def __init__(self, directory: Path, job: Job, screen: Screen, suffix: str = "") -> None:
        self.screen = screen
        self._suffix = suffix
        super().__init__(directory, job)

    def start(self, command: list[str], **_options: Any) -> None:
        self.screen.type((" ".join(command) + self._suffix + "\n").encode())

    def result(self) -> str:
        wait_until(lambda: self.read("result"), "for the result")
        return self.read("result").decode()


@pytest.fixture
def jobs() -> Iterator[list[Job]]:
    """Put jobs here to have nothing of them outlive the test."""
    made: list[Job] = []
    yield made
    for job in made:
        for pid in living(job.run_id):
            os.kill(pid, signal.SIGKILL)


def start(tmp_path: Path, jobs: list[Job], screen: Screen, script: str, suffix: str = "") -> Front:
    job = make_job(tmp_path, sys.executable, "-c", script)
    jobs.append(job)
    return ScreenFront(tmp_path, job, screen, suffix)


def start_crew(tmp_path: Path, screen: Screen, *members: Member) -> None:
    """Have the shell start a process that runs these jobs side by side."""
    jobs = [{**each.job.values(), "env": dict(each.job.env)} for each in members]
    given = json.dumps({"jobs": jobs, "patience": PROMPT})
    (tmp_path / "given.json").write_text(given, encoding="utf-8")
    screen.type(f"{sys.executable} {FRONT} {tmp_path} crew\n".encode())
    for each in members:
        each.wait_for_output()


def crew_statuses(tmp_path: Path) -> list[int]:
    """How the jobs ended, once all did."""
    wait_until((tmp_path / "result").exists, "for the result")
    statuses: list[int] = json.loads((tmp_path / "result").read_text(encoding="utf-8"))
    return statuses


def state(pid: int) -> str:
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    return stat.rpartition(")")[2].split()[0]


def parent(pid: int) -> int:
    found = find_process(pid)
    assert found is not None
    return found.parent


def foreground(screen: Screen) -> int:
    return os.tcgetpgrp(screen.keys)


def test_job_reads_from_the_terminal(tmp_path: Path, jobs: list[Job], screen: Screen) -> None:
    front = start(tmp_path, jobs, screen, READS)
    front.wait_for_output(b"ready")

    screen.type(b"one\n")
    front.wait_for_output(b"got one\nready\n")
    screen.type(b"two\n")
    front.wait_for_output(b"got two\nready\n")
    screen.type(CTRL_C)

    assert front.status() == -signal.SIGINT


def test_shell_has_the_terminal_back_afterwards(
    tmp_path: Path, jobs: list[Job], screen: Screen
) -> None:
    front = start(tmp_path, jobs, screen, READS)
    wait_until(lambda: front.calls("started") and foreground(screen) == front.pid())

    screen.type(CTRL_C)
    front.result()
    screen.type(b"echo the $((40 + 2))\n")

    screen.wait_for(b"the 42")


def test_ctrl_c_reaches_a_job_that_reads_nothing(
    tmp_path: Path, jobs: list[Job], screen: Screen
) -> None:
    front = start(tmp_path, jobs, screen, WAITS)
    front.wait_for_output(b"ready")

    screen.type(CTRL_C)

    assert front.status() == -signal.SIGINT


@pytest.mark.parametrize("script", [READS, WAITS])
def test_ctrl_z_stops_the_job_until_it_is_resumed(
    tmp_path: Path, jobs: list[Job], screen: Screen, script: str
) -> None:
    front = start(tmp_path, jobs, screen, script)
    front.wait_for_output(b"ready")
    if script is READS:
        # The key is lost on a job that is still stopped for reading.
        wait_until(lambda: foreground(screen) == front.pid() and state(front.pid()) == "S")

    screen.type(CTRL_Z)
    screen.wait_for(b"Stopped")
    wait_until(lambda: state(front.pid()) == "T")
    screen.type(b"fg\n")
    wait_until(lambda: state(front.pid()) == "S")
    if script is READS:
        screen.type(b"again\n")
        front.wait_for_output(b"got again\nready\n")
    screen.type(CTRL_C)

    assert front.status() == -signal.SIGINT


def test_reading_in_the_background_stops_the_whole(
    tmp_path: Path, jobs: list[Job], screen: Screen
) -> None:
    front = start(tmp_path, jobs, screen, READS, " &")

    screen.wait_for(b"\\[1\\] \\d+")
    wait_until(lambda: state(parent(front.pid("supervisor"))) == "T")
    screen.type(b"\n")
    screen.wait_for(b"Stopped")
    screen.type(b"fg\n")
    wait_until(lambda: foreground(screen) == front.pid())
    screen.type(b"here\n")
    front.wait_for_output(b"got here\n")
    screen.type(CTRL_C)

    assert front.status() == -signal.SIGINT


@pytest.mark.parametrize("script", [READS, WAITS])
def test_closing_the_terminal_ends_the_job(
    tmp_path: Path, jobs: list[Job], screen: Screen, script: str
) -> None:
    front = start(tmp_path, jobs, screen, script)
    front.wait_for_output(b"ready")

    os.close(screen.keys)

    assert front.status() in (-signal.SIGHUP, 1)
    assert living(front.job.run_id) == []


def test_ctrl_z_stops_all_jobs_of_a_crew_until_it_is_resumed(
    tmp_path: Path, recruit: Recruit, screen: Screen
) -> None:
    members = [recruit(sys.executable, "-c", WAITS) for _ in range(2)]
    start_crew(tmp_path, screen, *members)

    screen.type(CTRL_Z)
    screen.wait_for(b"Stopped")
    wait_until(lambda: [state(each.pid()) for each in members] == ["T", "T"])
    screen.type(b"fg\n")
    wait_until(lambda: [state(each.pid()) for each in members] == ["S", "S"])
    screen.type(CTRL_C)

    assert crew_statuses(tmp_path) == [-signal.SIGINT] * 2


def test_job_of_a_crew_that_reads_from_the_terminal_is_ended(
    tmp_path: Path, recruit: Recruit, screen: Screen
) -> None:
    script = "print('ready', flush=True); open('/dev/tty').readline()"
    reads, waits = recruit(sys.executable, "-c", script), recruit(sys.executable, "-c", WAITS)

    start_crew(tmp_path, screen, reads, waits)
    wait_until(lambda: reads.calls("ended"))
    screen.type(CTRL_C)

    assert crew_statuses(tmp_path) == [-signal.SIGHUP, -signal.SIGINT]
