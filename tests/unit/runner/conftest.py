"""Programs to run, as Python runs them and as the runner does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from attrs import frozen

import guild


@frozen
class Ended:
    """How a process ended."""

    status: int
    out: str
    err: str


@frozen
class RunDir:
    """A run directory with a copy of the user's source.

    Attributes:
        runner: Words that start the runner.
    """

    path: Path
    runner: tuple[str, ...]

    def write(self, files: dict[str, str] | None = None, **more: str) -> None:
        """Write modules: their text by path without `.py`."""
        for name, text in {**(files or {}), **more}.items():
            self.write_file(f"{name}.py", text)

    def write_file(self, name: str, text: str) -> None:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text))

    def python(self, *args: str, stdin: str = "", env: dict[str, str] | None = None) -> Ended:
        """Run Python itself."""
        process = subprocess.run(
            [sys.executable, *args],
            cwd=self.path,
            env=self._env() | (env or {}),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        return Ended(process.returncode, process.stdout, process.stderr)

    def op(self, *args: str, stdin: str = "", env: dict[str, str] | None = None) -> Ended:
        """Run a program through the runner; `env` is set beside the usual."""
        return self.python(*self.runner, *args, stdin=stdin, env=env)

    def op_globals(self, *args: str, dest: str = "globals") -> Ended:
        """Run a program with flags for its globals."""
        return self.op(*args, env={"FLAGS_DEST": dest})

    def _env(self) -> dict[str, str]:
        assert guild.__file__
        source = os.path.dirname(os.path.dirname(guild.__file__))
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {"PYTHONPATH": f".:{source}", "PYTHONDONTWRITEBYTECODE": "1"}


_RUNNER = os.path.join(os.path.dirname(guild.__file__ or ""), "op_main.py")


@pytest.fixture(params=[("-um", "guild.op_main"), ("-u", _RUNNER)], ids=["by module", "by path"])
def run_dir(tmp_path: Path, request: pytest.FixtureRequest) -> RunDir:
    """A run directory; the runner is started by its name or by its path."""
    return RunDir(tmp_path, request.param)
