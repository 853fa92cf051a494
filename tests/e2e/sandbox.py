"""A project, a Guild home and a clean environment to run the installed command in."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest
from attrs import field, frozen

__all__ = ["GUILD", "Outcome", "Sandbox", "wait_until"]

GUILD = Path(sys.executable).parent / "guild"

_PATIENCE_S = 30.0
_LOOK_EVERY_S = 0.02


@frozen(repr=False)
class Outcome:
    """What a finished command left behind."""

    command: str
    code: int
    raw_out: bytes
    raw_err: bytes

    @property
    def out(self) -> str:
        """Its standard output."""
        return self.raw_out.decode("utf-8", "surrogateescape")

    @property
    def err(self) -> str:
        """Its standard error."""
        return self.raw_err.decode("utf-8", "surrogateescape")

    def __repr__(self) -> str:
        text = f"$ {self.command}\n{self.out}{self.err}<exit {self.code}>"
        return text.encode("utf-8", "backslashreplace").decode()


@frozen
class Sandbox:
    """Runs `guild` as a user would: in a project, with nothing of the tester's surroundings.

    Attributes:
        root: Directory of everything below.
        project: The current directory of the commands.
        home: Guild home.
        environ: The whole environment of the commands; change it at will.
        left_running: Processes to end with the test.
    """

    root: Path
    project: Path
    home: Path
    environ: dict[str, str]
    left_running: list[subprocess.Popen[bytes]] = field(factory=list)

    @classmethod
    def below(cls, root: Path, project: str = "project", home: str = "home") -> Sandbox:
        """A new sandbox; the names say where in `root` the project and the home are."""
        made = cls(
            root,
            root / project,
            root / home,
            {
                "PATH": f"{GUILD.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
                "HOME": str(root / "user"),
                "USER": "tester",
                "HOST": "testhost",
                "LANG": "C.UTF-8",
                "TZ": "UTC",
                "TMPDIR": str(root / "tmp"),
                "GUILD_HOME": str(root / home),
            },
        )
        for path in (made.project, made.home, root / "user", root / "tmp"):
            path.mkdir(parents=True, exist_ok=True)
        return made

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file of the project."""
        path = self.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def shell_line(self, line: str, answer: str = "") -> Outcome:
        """Run a line such as `guild runs -s`, without a shell."""
        words = shlex.split(line)
        assert words[0] == "guild", f"not a guild command: {line}"
        return self.guild(*words[1:], answer=answer)

    def guild(
        self,
        *args: str | bytes,
        answer: str = "",
        preexec: Callable[[], object] | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Run `guild` to its end; `answer` is what the user types."""
        done = subprocess.run(
            [str(GUILD), *args],
            input=answer.encode(),
            capture_output=True,
            cwd=self.project,
            env={**self.environ, **(env or {})},
            timeout=_PATIENCE_S * 4,
            preexec_fn=preexec,
            check=False,
        )
        words = [os.fsdecode(arg) for arg in args]
        return Outcome(shlex.join(["guild", *words]), done.returncode, done.stdout, done.stderr)

    def python(self, code: str) -> Outcome:
        """Run Python code in the project, with the same environment."""
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            cwd=self.project,
            env=self.environ,
            timeout=_PATIENCE_S * 4,
            check=False,
        )
        return Outcome("python -c ...", done.returncode, done.stdout, done.stderr)

    def start(self, *args: str) -> subprocess.Popen[bytes]:
        """Start `guild` and leave it running, in a process group of its own."""
        process = subprocess.Popen(
            [str(GUILD), *args],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.project,
            env=self.environ,
            start_new_session=True,
        )
        self.left_running.append(process)
        return process

    def runs(self, *args: str) -> list[dict[str, Any]]:  # Any: JSON
        """The listed runs as `guild runs --json` shows them, newest first."""
        outcome = self.guild("runs", "--json", *args)
        assert outcome.code == 0, outcome
        return list(json.loads(outcome.out or "[]"))

    def info(self, run: str = "1", *args: str) -> dict[str, Any]:  # Any: JSON
        """What `guild runs info --json` shows of a run."""
        outcome = self.guild("runs", "info", run, "--json", *args)
        assert outcome.code == 0, outcome
        return dict(json.loads(outcome.out))

    def run_dirs(self) -> list[Path]:
        """The directories of all runs, in no order."""
        runs = self.home / "runs"
        return [path for path in runs.iterdir() if path.is_dir()] if runs.is_dir() else []

    def run_dir(self, run_id: str) -> Path:
        """Directory of a run."""
        return self.home / "runs" / run_id

    def memory_peaks(self) -> list[int]:
        """Most bytes that each living process of `guild` itself ever held.

        The test is skipped where the system does not tell.
        """
        peaks = []
        for process in psutil.process_iter():
            try:
                surroundings = process.environ()
                if surroundings.get("GUILD_HOME") != str(self.home) or "RUN_ID" in surroundings:
                    continue
                status = Path(f"/proc/{process.pid}/status").read_text()
            except psutil.Error:
                continue
            except OSError:
                pytest.skip("no /proc")
            peaks.append(int(status.partition("VmHWM:")[2].split()[0]) * 1024)
        return peaks

    def close(self) -> None:
        """End what a test left running."""
        if self.left_running or any((path / ".guild/LOCK").exists() for path in self.run_dirs()):
            self._end_processes()
        for process in self.left_running:
            process.communicate(timeout=_PATIENCE_S)

    def _end_processes(self) -> None:
        """End all processes that have this sandbox's home in their environment."""
        for process in psutil.process_iter():
            try:
                if process.environ().get("GUILD_HOME") == self.environ["GUILD_HOME"]:
                    process.kill()
            except (psutil.Error, OSError):
                continue


def wait_until(holds: Callable[[], object], what: str) -> None:
    """Look again and again until something holds; fail after half a minute."""
    deadline = time.monotonic() + _PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(_LOOK_EVERY_S)
