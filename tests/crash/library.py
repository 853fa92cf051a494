"""The use cases in this process, with runs that need no interpreter of their own."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from guild.app.ports.launcher import Crew, ProcessObserver
from guild.bootstrap import Guild, build
from guild.domain.process import Exit, Job, Stream

__all__ = ["PROJECT", "STARTED", "Instantly", "library"]

PROJECT = "project"
"""Directory of the script `train.py`, beside the home."""
STARTED = "started"
"""File beside the home that gets the id of each run that is started, a line each."""


class Instantly:
    """Launches jobs that say something and are done, in the process that asks for them."""

    def __init__(self, root: Path) -> None:
        self._started = root / STARTED

    def launch(
        self,
        job: Job,
        observer: ProcessObserver,
        interrupted: Callable[[], None],
        timed_out: Callable[[int, float], None] = lambda _pid, _elapsed_s: None,
    ) -> Exit:
        """See `Launcher.launch`."""
        observer.started(os.getpid())
        note(self._started, job.run_id)
        observer.output(Stream.STDOUT, b"loss: 1\n")
        exit = Exit(status=0, pid=os.getpid())
        observer.ended(exit)
        return exit

    def crew(self, *, alone: bool) -> AbstractContextManager[Crew]:
        """No case has one."""
        raise NotImplementedError


def note(file: Path, line: str) -> None:
    """Add a line to a file that other processes add lines to."""
    fd = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        os.write(fd, f"{line}\n".encode())
    finally:
        os.close(fd)


def library(root: Path) -> Guild:
    """The use cases over `root/home`, as seen from `root/project`."""
    project = root / PROJECT
    if not (project / "train.py").exists():
        project.mkdir(parents=True, exist_ok=True)
        (project / "train.py").write_text('lr = 0.1\nprint("loss: 1")\n')
    env = {
        "HOME": str(root),
        "USER": "tester",
        "HOST": "testhost",
        "NO_VCS_COMMIT": "1",
        "NO_PIP_FREEZE": "1",
        "NO_WARN_RUNDIR": "1",
    }
    guild = build(env, lambda _warning: None, home=str(root / "home"), cwd=str(project))
    guild.launcher = Instantly(root)
    return guild
