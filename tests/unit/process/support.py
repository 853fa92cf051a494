"""What the tests of processes share."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from guild.adapters.process.table import all_processes, find_process, run_marks
from guild.domain.process import Job

__all__ = [
    "DEAF",
    "FRONT",
    "PROMPT",
    "Front",
    "Sleepers",
    "clean_up",
    "living",
    "make_job",
    "wait_until",
]

PROMPT: Mapping[str, float] = {
    "late_s": 0.1,
    "term_s": 0.4,
    "kill_s": 0.8,
    "rest_term_s": 0.1,
    "rest_kill_s": 0.5,
    "drain_s": 0.3,
    "same_keystroke_s": 0.0,
}
"""Patience of a launcher under test."""

FRONT = Path(__file__).with_name("front.py")
"""Script of a `guild` process, as far as launching goes."""

_DEADLINE_S = 30.0


_NAPPING = "import time; print('ready', flush=True); time.sleep(60)"
DEAF = "import signal; signal.signal(15, signal.SIG_IGN); " + _NAPPING
"""Script of a process that doesn't end when it is asked."""


def wait_until(condition: Callable[[], object], about: str = "") -> None:
    """Return once the condition holds; fail if it does not for half a minute."""
    end = time.monotonic() + _DEADLINE_S
    while not condition():
        assert time.monotonic() < end, f"waited in vain {about}"
        time.sleep(0.005)


def make_job(run_dir: Path, *args: str, **fields: Any) -> Job:
    """A job of a run of its own in the given directory."""
    run_id = uuid.uuid4().hex
    env = {**os.environ, "RUN_ID": run_id, "RUN_DIR": str(run_dir)}
    given = {"env": env, "directory": str(run_dir), "name": args[0], "run_id": run_id}
    return Job(args=args, **{**given, **fields})


def living(run_id: str) -> list[int]:
    """Ids of all processes that were started for a run."""
    return [pid for pid in all_processes() if run_marks(pid)[0] == run_id]


@contextmanager
def clean_up(job: Job) -> Iterator[None]:
    """Kill what is left of a job."""
    try:
        yield
    finally:
        for pid in living(job.run_id):
            os.kill(pid, signal.SIGKILL)


class Front:
    """A process that launches one job, started when this is made.

    Args:
        directory: Where it keeps what it learns.
        job: What it launches.
        patience: Differences from `PROMPT`.
        failing: Calls of its observer that fail.
        options: For `subprocess.Popen`.
    """

    def __init__(
        self,
        directory: Path,
        job: Job,
        *,
        patience: Mapping[str, float] | None = None,
        failing: tuple[str, ...] = (),
        **options: Any,
    ) -> None:
        self.job = job
        self._directory = directory
        given = {
            "job": {**job.values(), "env": dict(job.env)},
            "patience": {**PROMPT, **(patience or {})},
            "failing": failing,
        }
        (directory / "given.json").write_text(json.dumps(given), encoding="utf-8")
        self.start([sys.executable, str(FRONT), str(directory), "launch"], **options)

    def start(self, command: list[str], **options: Any) -> None:
        """Start the process."""
        self.process = subprocess.Popen(command, **options)

    def read(self, name: str) -> bytes:
        """What a file holds; nothing while it is missing."""
        try:
            return (self._directory / name).read_bytes()
        except FileNotFoundError:
            return b""

    def calls(self, name: str) -> list[str]:
        """What the observer was told, for each call of this name."""
        lines = [line.split(" ") for line in self.read("calls").decode().splitlines()]
        return [line[1] for line in lines if line[0] == name]

    def pid(self, name: str = "started") -> int:
        """The job, or `supervisor`, once it is known."""
        wait_until(lambda: self.calls(name), f"for {name}")
        return int(self.calls(name)[0])

    def wait_for_output(self, text: bytes) -> None:
        """Return once the job wrote something."""
        wait_until(lambda: text in self.read("stdout"), f"for {text!r}")

    def send(self, number: int) -> None:
        """Send the process a signal."""
        self.process.send_signal(number)

    def result(self) -> str:
        """What the launch returned, once it did: status, whether it runs, and its pid."""
        self.process.communicate(timeout=_DEADLINE_S)
        return self.read("result").decode()

    def status(self) -> int:
        """Status the launch returned, which is the one that was recorded."""
        status = int(self.result().split()[0])
        assert self.calls("ended") == [str(status)]
        return status

    def wait_for_end(self) -> int:
        """Status that was recorded, once it is."""
        wait_until(lambda: self.calls("ended"), "for the end")
        return int(self.calls("ended")[0])


class Sleepers:
    """Processes that end with the test."""

    def __init__(self) -> None:
        self._made: list[subprocess.Popen[bytes]] = []

    def start(self, script: str = _NAPPING, **env: str) -> int:
        process = subprocess.Popen(
            [sys.executable, "-Sc", script],
            stdout=subprocess.PIPE,
            env={**os.environ, **env},
            start_new_session=True,
        )
        self._made.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        return process.pid

    def end(self) -> None:
        for process in self._made:
            process.kill()
            process.communicate(timeout=30)


def is_alive(pid: int) -> bool:
    """Whether a process lives."""
    return find_process(pid) is not None
