"""Measure commands: processor time of whole process trees, as ratios to a floor.

Times of a shared machine drift by more than what is to be seen, and all at once. So each round
runs the command and its floor one after the other, and what counts is the median of the rounds'
ratios. Processor time (user and system) instead of elapsed time leaves out what the rest of the
machine does, and includes every process that the command started and waited for.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence

__all__ = ["Failed", "Result", "Usage", "compare", "median", "run", "single"]


class Failed(Exception):
    """A command that failed, or did not do all of its work. Nothing is told of its time."""


class Usage:
    """What a process and those it waited for took.

    Attributes:
        cpu_s: Processor time, user and system, of all of them together.
        peak_mb: Resident memory of the largest of them. It can't be seen below that of this
            process, from which they are forked.
        elapsed_s: Time on the clock.
    """

    __slots__ = ("cpu_s", "elapsed_s", "peak_mb")

    def __init__(self, cpu_s: float, peak_mb: float, elapsed_s: float) -> None:
        self.cpu_s = cpu_s
        self.peak_mb = peak_mb
        self.elapsed_s = elapsed_s

    def __add__(self, other: Usage) -> Usage:
        """One after the other."""
        return Usage(
            self.cpu_s + other.cpu_s,
            max(self.peak_mb, other.peak_mb),
            self.elapsed_s + other.elapsed_s,
        )


class Result:
    """Measured rounds of a case.

    Attributes:
        values: One of each round, in the order measured.
        subject: Median of what is measured: seconds of processor time, or MB.
        floor: Likewise of the floor; None without one.
    """

    __slots__ = ("floor", "subject", "values")

    def __init__(self, values: Sequence[float], subject: float, floor: float | None) -> None:
        self.values = values
        self.subject = subject
        self.floor = floor

    @property
    def value(self) -> float:
        """What is compared with the limit."""
        return median(self.values)


def run(argv: Sequence[str], *, cwd: str, env: Mapping[str, str], out: str | None = None) -> Usage:
    """Run a command to its end.

    Args:
        argv: Its words.
        cwd: Directory it runs in.
        env: Its whole environment.
        out: File for its standard output, which is dropped if there is none.

    Raises:
        Failed: If it can't be started or its exit status is not 0.
    """
    errors = f"{env['HOME']}/stderr"
    began = time.monotonic()
    with open(out or os.devnull, "wb") as stdout, open(errors, "wb") as stderr:
        try:
            process = subprocess.Popen(
                argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr
            )
        except OSError as error:
            raise Failed(f"cannot start {argv[0]}: {error.strerror}") from error
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        words = " ".join(argv[:6])
        raise Failed(f"exit status {process.returncode} of '{words}': {_last_line(errors)}")
    elapsed = time.monotonic() - began
    return Usage(used.ru_utime + used.ru_stime, used.ru_maxrss / _MAXRSS_PER_MB, elapsed)


# Linux tells kilobytes, macOS bytes.
_MAXRSS_PER_MB = 1024 if os.uname().sysname == "Linux" else 1024 * 1024


def _cpu(usage: Usage) -> float:
    return usage.cpu_s


def compare(
    subject: Callable[[], Usage],
    floor: Callable[[], Usage],
    rounds: int,
    figure: Callable[[Usage], float] = _cpu,
) -> Result:
    """Ratios of processor time, or of another figure, after one round that is not counted.

    Which of the two comes first changes from round to round.
    """
    subject()
    floor()
    pairs = []
    for number in range(rounds):
        if number % 2:
            below = figure(floor())
            above = figure(subject())
        else:
            above = figure(subject())
            below = figure(floor())
        pairs.append((above, below))
    return Result(
        [above / below for above, below in pairs],
        median([above for above, _ in pairs]),
        median([below for _, below in pairs]),
    )


def single(subject: Callable[[], Usage], rounds: int) -> Result:
    """Peak memory in MB."""
    peaks = [subject().peak_mb for _ in range(rounds)]
    return Result(peaks, median(peaks), None)


def median(values: Sequence[float]) -> float:
    """The middle value; of an even number of values the mean of the two in the middle."""
    # `statistics` would double the memory of this process, below which no peak can be seen.
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _last_line(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = [line.strip() for line in file if line.strip()]
    return lines[-1] if lines else "no message"
