"""Every launcher under the one contract."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from guild.adapters.inprocess.launcher import InProcessLauncher
from guild.adapters.process.launcher import SubprocessLauncher
from guild.app.ports.launcher import JobLauncher, Launcher
from guild.domain.process import Job
from tests.contract.launcher_contract import (
    JobLauncherContract,
    Jobs,
    LauncherContract,
    Programs,
)

_WRITING = """
import os, sys
for number in 1, 2:
    data = bytes.fromhex(open(f"data{number}").read())
    while data: data = data[os.write(number, data):]
sys.exit(int(sys.argv[1]))
"""


class RealPrograms:
    """Programs that run in a directory of their own."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def writing(self, stdout: bytes, stderr: bytes = b"", status: int = 0) -> Job:
        (self._directory / "data1").write_text(stdout.hex(), encoding="utf-8")
        (self._directory / "data2").write_text(stderr.hex(), encoding="utf-8")
        return self._job(sys.executable, "-Sc", _WRITING, str(status))

    def dying_of(self, number: int) -> Job:
        return self._job("sh", "-c", f"kill -{number} $$; sleep 60")

    def failing_to_start(self) -> Job:
        return self._job("no-such-program")

    def _job(self, *args: str) -> Job:
        return Job(
            args=args,
            env=dict(os.environ),
            directory=str(self._directory),
            name="s.py",
            run_id="abc",
            echo=False,
        )


class TestSubprocessLauncher(LauncherContract):
    @pytest.fixture
    def launcher(self) -> Launcher:
        return SubprocessLauncher()

    @pytest.fixture
    def programs(self, tmp_path: Path) -> Programs:
        return RealPrograms(tmp_path)


class Functions:
    """Functions that work in a directory of their own."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def writing(self, stdout: bytes, stderr: bytes = b"", status: int = 0) -> Job:
        def function() -> None:
            for number, data in (1, stdout), (2, stderr):
                while data:
                    data = data[os.write(number, data) :]
            sys.exit(status)

        return Job(
            args=(),
            env={},
            directory=str(self._directory),
            name="f",
            echo=False,
            function=function,
        )

    def failing_to_start(self) -> Job:
        return self.writing(b"").replaced(directory=f"{self._directory}/missing")


class TestInProcessLauncher(JobLauncherContract):
    @pytest.fixture
    def launcher(self) -> JobLauncher:
        return InProcessLauncher()

    @pytest.fixture
    def programs(self, tmp_path: Path) -> Jobs:
        return Functions(tmp_path)
