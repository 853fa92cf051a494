"""What every launcher keeps to. Adapters subclass it and give `launcher` and `programs`.

`JobLauncherContract` is for what does one job, `LauncherContract` for what starts processes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pytest

from guild.app.ports.launcher import JobLauncher, Launcher
from guild.domain.errors import GuildError
from guild.domain.process import Exit, Job, Stream

__all__ = ["JobLauncherContract", "Jobs", "LauncherContract", "Programs"]


class Jobs(Protocol):
    """Jobs that the launcher can do, without echo."""

    def writing(self, stdout: bytes, stderr: bytes = b"", status: int = 0) -> Job:
        """Writes to its streams and ends by itself."""
        ...

    def failing_to_start(self) -> Job:
        """Can't be started."""
        ...


class Programs(Jobs, Protocol):
    """Processes."""

    def dying_of(self, number: int) -> Job:
        """Is ended by a signal."""
        ...


class Record:
    """Keeps what it is told in a file, since it may be told in another process."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def started(self, pid: int) -> None:
        self._note("started", pid)

    def output(self, stream: Stream, data: bytes) -> None:
        self._note(stream.name, data.hex())

    def idle(self) -> None:
        pass

    def ended(self, exit: Exit) -> None:
        self._note("ended", exit.status)

    @property
    def lines(self) -> list[list[str]]:
        """Words of each call."""
        if not self._path.exists():
            return []
        return [line.split(" ") for line in self._path.read_text("utf-8").splitlines()]

    def written(self, stream: Stream) -> bytes:
        """All output of one stream."""
        return b"".join(bytes.fromhex(line[1]) for line in self.lines if line[0] == stream.name)

    def _note(self, call: str, about: object) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{call} {about}\n")


def _never() -> None:
    raise AssertionError("nobody interrupted it")


class JobLauncherContract:
    """Subclasses give fixtures `launcher` and `programs`."""

    @pytest.fixture
    def record(self, tmp_path: Path) -> Record:
        return Record(tmp_path / "record")

    @pytest.mark.parametrize("status", [0, 1, 255])
    def test_status_is_what_the_job_said(
        self, launcher: JobLauncher, programs: Jobs, record: Record, status: int
    ) -> None:
        exit = launcher.launch(programs.writing(b"", status=status), record, _never)

        assert (exit.status, exit.running) == (status, False)
        assert record.lines[-1] == ["ended", str(status)]

    def test_calls_begin_with_the_start_and_end_with_the_end(
        self, launcher: JobLauncher, programs: Jobs, record: Record
    ) -> None:
        exit = launcher.launch(programs.writing(b"out", b"err"), record, _never)

        calls = [line[0] for line in record.lines]
        assert calls[0] == "started"
        assert calls[-1] == "ended"
        assert sorted(calls[1:-1]) == ["STDERR", "STDOUT"]
        assert exit.pid in (None, int(record.lines[0][1]))

    @pytest.mark.parametrize("data", [b"", b"a\n", b"a\r\nb", bytes(range(256)) * 1000])
    def test_output_is_told_byte_for_byte(
        self, launcher: JobLauncher, programs: Jobs, record: Record, data: bytes
    ) -> None:
        launcher.launch(programs.writing(data, data[::-1]), record, _never)

        assert record.written(Stream.STDOUT) == data
        assert record.written(Stream.STDERR) == data[::-1]

    def test_what_cannot_start_is_refused_and_not_told_of(
        self, launcher: JobLauncher, programs: Jobs, record: Record
    ) -> None:
        job = programs.failing_to_start()

        with pytest.raises(GuildError, match=f"error running {job.name}: "):
            launcher.launch(job, record, _never)

        assert record.lines == []

    def test_one_launcher_starts_many(
        self, launcher: JobLauncher, programs: Jobs, tmp_path: Path
    ) -> None:
        records = [Record(tmp_path / f"record{status}") for status in range(3)]

        exits = [
            launcher.launch(programs.writing(b"", status=status), record, _never)
            for status, record in enumerate(records)
        ]

        assert [exit.status for exit in exits] == [0, 1, 2]
        assert [record.lines[-1] for record in records] == [["ended", f"{n}"] for n in range(3)]


class LauncherContract(JobLauncherContract):
    """Subclasses give fixtures `launcher` and `programs`."""

    @pytest.mark.parametrize("number", [2, 9, 15])
    def test_status_of_a_signal_is_negative(
        self, launcher: Launcher, programs: Programs, record: Record, number: int
    ) -> None:
        exit = launcher.launch(programs.dying_of(number), record, _never)

        assert exit.status == -number
        assert record.lines[-1] == ["ended", str(-number)]

    @pytest.mark.parametrize("alone", [False, True])
    def test_crew_tells_of_each_job_how_it_ended(
        self, launcher: Launcher, programs: Programs, tmp_path: Path, alone: bool
    ) -> None:
        statuses = []
        with launcher.crew(alone=alone) as crew:
            for status in range(3):
                job = programs.writing(b"", status=status)
                crew.start(job, Record(tmp_path / f"record{status}"), _never)
                ended = crew.wait()
                assert ended is not None
                assert (ended.job, ended.failure, crew.size) == (job, None, 0)
                statuses.append(ended.exit and ended.exit.status)

        records = [Record(tmp_path / f"record{n}") for n in range(3)]
        assert statuses == [0, 1, 2]
        assert [record.lines[-1] for record in records] == [["ended", f"{n}"] for n in range(3)]
        assert crew.told is None

    def test_crew_tells_of_what_cannot_start(
        self, launcher: Launcher, programs: Programs, record: Record
    ) -> None:
        job = programs.failing_to_start()

        with launcher.crew(alone=False) as crew:
            crew.start(job, record, _never)
            size, ended = crew.size, crew.wait()

        assert size == 1
        assert ended is not None
        assert (ended.job, ended.exit) == (job, None)
        assert str(ended.failure).startswith(f"error running {job.name}: ")
        assert record.lines == []
