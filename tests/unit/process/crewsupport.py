"""Jobs of a crew under test, in this process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from guild.app.ports.launcher import Crew, Ended
from tests.unit.process.front import FileObserver
from tests.unit.process.support import make_job, wait_until

__all__ = ["NAP", "Member", "Recruit", "all_ended", "end_of", "started", "statuses"]

# A shell may lose an interrupt that comes as it starts a program.
NAP = (sys.executable, "-Sc", "import time; print('ready', flush=True); time.sleep(60)")
"""Command of a job that says `ready` and ends when it is asked."""


class Member:
    """A job with a directory of its own, which what is told of it is kept in.

    Args:
        directory: Made here.
        args: Command of the job.
        failing: Calls of its observer that fail.
        fields: Further ones of the job.
    """

    def __init__(
        self, directory: Path, *args: str, failing: tuple[str, ...] = (), **fields: Any
    ) -> None:
        directory.mkdir()
        self._directory = directory
        self.job = make_job(directory, *args, **{"echo": False, **fields})
        self._observer = FileObserver(directory, failing)
        self.notes: list[str] = []
        self.interrupted: Callable[[], None] = lambda: self.notes.append("interrupted")

    def start(self, crew: Crew) -> None:
        crew.start(
            self.job,
            self._observer,
            lambda: self.interrupted(),
            lambda pid, _elapsed_s: self.notes.append(f"timed out {pid}"),
        )

    def read(self, name: str = "stdout") -> bytes:
        path = self._directory / name
        return path.read_bytes() if path.exists() else b""

    def calls(self, name: str) -> list[int]:
        lines = [line.split(" ") for line in self.read("calls").decode().splitlines()]
        return [int(line[1]) for line in lines if line[0] == name]

    def pid(self, name: str = "started") -> int:
        wait_until(lambda: self.calls(name), f"for {name}")
        return self.calls(name)[0]

    def wait_for_output(self, text: bytes = b"ready\n") -> None:
        wait_until(lambda: text in self.read(), f"for {text!r}")


Recruit = Callable[..., Member]
"""Makes a member with a new directory; see `Member` for the other arguments."""


def started(crew: Crew, *members: Member) -> None:
    """Start jobs and wait until they are ready."""
    for each in members:
        each.start(crew)
    for each in members:
        each.wait_for_output()


def all_ended(crew: Crew) -> dict[str, Ended]:
    """What came of all jobs, by run id."""
    ends: dict[str, Ended] = {}
    while crew.size:
        ended = crew.wait()
        assert ended is not None
        ends[ended.job.run_id] = ended
    return ends


def statuses(crew: Crew, *members: Member) -> list[int | None]:
    """How members ended, once all did."""
    ends = all_ended(crew)
    exits = [ends[each.job.run_id].exit for each in members]
    return [None if exit is None else exit.status for exit in exits]


def end_of(crew: Crew) -> Ended:
    """What came of the next job to end."""
    ended = crew.wait()
    assert ended is not None
    return ended
