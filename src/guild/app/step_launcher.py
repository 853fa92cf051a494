"""Start the processes of a pipeline's steps."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Self

from guild.domain.process import Exit, Job, Stream

if TYPE_CHECKING:
    from guild.app.ports.launcher import Crew, Ended, Launcher, ProcessObserver

__all__ = ["StepLauncher"]

Keep = Callable[[Stream, bytes], None]

_LONGEST = 1 << 16
"""Bytes of a line that are waited for."""


def _keep_silent_of_time(pid: int, elapsed_s: float) -> None:
    """Nobody asked to be told of the time."""


class StepLauncher:
    """A launcher whose jobs' output is also that of a pipeline.

    The output of jobs that run side by side is not: it would be mixed up.

    Args:
        launcher: Starts them.
        keep: Is given what jobs write, each time up to the end of a line, and their last line
            with a line feed in any case.
        told: The signal by which this process was asked to stop before a launch, which is not
            made then: the job counts as ended by it. None if it was not.
    """

    def __init__(self, launcher: Launcher, keep: Keep, told: Callable[[], int | None]) -> None:
        # Of a step of a step, the launcher itself is asked: each crew asks those around it
        # whether they were told to stop, and would ask them twice, and those around them twice.
        nested = launcher if isinstance(launcher, StepLauncher) else None
        self._launcher: Launcher = nested._launcher if nested else launcher
        self._keep: Keep = _to_both(nested._keep, keep) if nested else keep
        self._told = told

    def launch(
        self,
        job: Job,
        observer: ProcessObserver,
        interrupted: Callable[[], None],
        timed_out: Callable[[int, float], None] = _keep_silent_of_time,
    ) -> Exit:
        """See `Launcher.launch`."""
        told = self._told()
        if told is not None:
            exit = Exit(status=-told)
            observer.ended(exit)
            return exit
        return self._launcher.launch(job, _Both(observer, self._keep), interrupted, timed_out)

    def crew(self, *, alone: bool) -> AbstractContextManager[Crew]:
        """See `Launcher.crew`."""
        return _StepCrew(
            self._launcher.crew(alone=alone), self._keep if alone else None, self._told
        )


def _to_both(outer: Keep, inner: Keep) -> Keep:
    def keep(stream: Stream, data: bytes) -> None:
        inner(stream, data)
        outer(stream, data)

    return keep


class _StepCrew:
    def __init__(
        self,
        crew: AbstractContextManager[Crew],
        keep: Keep | None,
        told: Callable[[], int | None],
    ) -> None:
        self._entered = crew
        self._keep = keep
        self._told_before = told

    def __enter__(self) -> Self:
        self._crew = self._entered.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._entered.__exit__(*exc)  # type: ignore[arg-type]  # they come from there

    @property
    def told(self) -> int | None:
        told = self._crew.told
        return self._told_before() if told is None else told

    @property
    def size(self) -> int:
        return self._crew.size

    def start(
        self,
        job: Job,
        observer: ProcessObserver,
        interrupted: Callable[[], None],
        timed_out: Callable[[int, float], None] = _keep_silent_of_time,
    ) -> None:
        observed = observer if self._keep is None else _Both(observer, self._keep)
        self._crew.start(job, observed, interrupted, timed_out)

    def wait(self, timeout_s: float | None = None) -> Ended | None:
        return self._crew.wait(timeout_s)

    def pause(self, seconds: float) -> None:
        self._crew.pause(seconds)

    def stop(self) -> None:
        self._crew.stop()


class _Both:
    """Tells an observer all, and passes on whole lines of the output."""

    def __init__(self, observer: ProcessObserver, keep: Keep) -> None:
        self._observer = observer
        self._keep = keep
        self._open = {Stream.STDOUT: b"", Stream.STDERR: b""}

    def started(self, pid: int) -> None:
        self._observer.started(pid)

    def output(self, stream: Stream, data: bytes) -> None:
        try:
            self._observer.output(stream, data)
        finally:
            data = self._open[stream] + data
            end = data.rfind(b"\n") + 1
            if len(data) - end > _LONGEST:
                end = len(data)
            self._open[stream] = data[end:]
            if end:
                self._keep(stream, data[:end])

    def idle(self) -> None:
        self._observer.idle()

    def ended(self, exit: Exit) -> None:
        try:
            for stream, rest in self._open.items():
                if rest:
                    self._keep(stream, rest + b"\n")
        finally:
            self._observer.ended(exit)
