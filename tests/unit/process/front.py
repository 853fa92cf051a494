"""A `guild` process as far as launching goes: what it is told and returns is kept in files.

It is given a directory and what to do: `launch` or `crew`.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from guild.adapters.process.evidence import own_evidence
from guild.adapters.process.launcher import SubprocessLauncher
from guild.adapters.process.stopping import Patience
from guild.domain.errors import GuildError, RunIsRunning
from guild.domain.process import Exit, Job, Stream

__all__ = ["FileObserver"]


class Unread(Exception):
    """A message could not be written."""


class FileObserver:
    """Keeps what it is told in a directory, since it may be told in another process.

    Files: `calls`, a line for each call but output; `lock`; `stdout` and `stderr`; `peak`, the
    memory in KiB that the telling process had used at the end.

    Args:
        directory: Where to write.
        failing: Names of the calls that fail as on a full disk; `taken` if the run has got
            another owner.
    """

    def __init__(self, directory: Path, failing: tuple[str, ...] = ()) -> None:
        self._directory = directory
        self._failing = failing

    def started(self, pid: int) -> None:
        """Note the job and the process that tells of it, also as a lock would."""
        if "taken" in self._failing:
            raise RunIsRunning("run of another")
        (self._directory / "lock").write_text(own_evidence(pid), encoding="utf-8")
        self._note("supervisor", os.getpid())
        self._note("started", pid)

    def output(self, stream: Stream, data: bytes) -> None:
        """Append the data."""
        if "output" in self._failing:
            raise GuildError("no space left for output", "Free some.")
        with (self._directory / stream.name.lower()).open("ab") as file:
            file.write(data)

    def idle(self) -> None:
        """Note it."""
        self._note("idle", "")

    def ended(self, exit: Exit) -> None:
        """Note the status."""
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        peak = status.partition("VmHWM:")[2].split()[0]
        (self._directory / "peak").write_text(peak, encoding="utf-8")
        self._note("ended", exit.status)

    def _note(self, call: str, about: object) -> None:
        if call in self._failing:
            raise GuildError(f"no space left for {call}", "Free some.")
        with (self._directory / "calls").open("a", encoding="utf-8") as file:
            file.write(f"{call} {about}\n")


def _launch(directory: Path) -> None:
    given = json.loads((directory / "given.json").read_text(encoding="utf-8"))

    def note(text: str) -> None:
        with (directory / "notes").open("a", encoding="utf-8") as file:
            file.write(text + "\n")

    def tell(call: str, text: str) -> None:
        note(text)
        if call in given["failing"]:
            raise Unread(f"nobody reads {text}")

    def warn(text: str) -> None:
        tell("warn", text)

    launcher = SubprocessLauncher(warn=warn, patience=Patience(**given["patience"]))
    observer = FileObserver(directory, tuple(given["failing"]))
    try:
        exit = launcher.launch(
            Job(**given["job"]),
            observer,
            lambda: tell("interrupted", "interrupted"),
            lambda pid, elapsed_s: tell("timed_out", f"timed out {pid} {elapsed_s >= 0.1}"),
        )
        result = f"{exit.status} {exit.running} {exit.pid}"
    except GuildError as exc:
        result = f"refused {exc}"
    except Unread as exc:
        result = f"raised {exc}"
    _keep_result(directory, result)


def _crew(directory: Path) -> None:
    """Run several jobs side by side, each observed in its own directory."""
    given = json.loads((directory / "given.json").read_text(encoding="utf-8"))
    launcher = SubprocessLauncher(patience=Patience(**given["patience"]))
    statuses = {}
    with launcher.crew(alone=False) as crew:
        for fields in given["jobs"]:
            job = Job(**fields)
            crew.start(job, FileObserver(Path(job.directory)), lambda: None)
        while crew.size:
            ended = crew.wait()
            assert ended is not None
            assert ended.exit is not None
            statuses[ended.job.directory] = ended.exit.status
    result = [statuses[fields["directory"]] for fields in given["jobs"]]
    _keep_result(directory, json.dumps(result))


def _keep_result(directory: Path, result: str) -> None:
    half = directory / "result.half"
    half.write_text(result, encoding="utf-8")
    half.replace(directory / "result")


if __name__ == "__main__":
    {"launch": _launch, "crew": _crew}[sys.argv[2]](Path(sys.argv[1]))
