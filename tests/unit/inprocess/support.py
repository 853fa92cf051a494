"""Calls of functions, and what is told of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from guild.adapters.inprocess.launcher import InProcessLauncher
from guild.domain.process import Exit, Job, Stream

__all__ = ["Told", "call", "job_of"]


class Told:
    """Keeps what it is told; set `failure` for what it raises of output."""

    def __init__(self) -> None:
        self.pieces: list[tuple[Stream, bytes]] = []
        self.calls: list[str] = []
        self.exit: Exit | None = None
        self.failure: Exception | None = None
        self.at_end: Callable[[], None] = lambda: None

    def started(self, pid: int) -> None:
        self.calls.append(f"started {pid}")

    def output(self, stream: Stream, data: bytes) -> None:
        if self.failure is not None:
            raise self.failure
        self.pieces.append((stream, data))

    def idle(self) -> None:
        self.calls.append("idle")

    def ended(self, exit: Exit) -> None:
        self.calls.append("ended")
        self.exit = exit
        self.at_end()

    @property
    def text(self) -> str:
        """All output in the order it was told."""
        return b"".join(data for _, data in self.pieces).decode()

    def of(self, stream: Stream) -> str:
        """The output of one stream."""
        return b"".join(data for from_, data in self.pieces if from_ is stream).decode()


def job_of(
    directory: Path, function: Callable[[], object], env: Mapping[str, str] | None = None
) -> Job:
    """A call of a function in a directory."""
    return Job(args=(), env=env or {}, directory=str(directory), name="f", function=function)


def call(
    directory: Path,
    function: Callable[[], object],
    *,
    told: Told | None = None,
    warn: Callable[[str], None] = lambda _text: None,
    env: Mapping[str, str] | None = None,
) -> Told:
    """Call a function in a directory; what was told of it."""
    told = told or Told()
    InProcessLauncher(warn).launch(job_of(directory, function, env), told)
    return told
