"""What the two processes of a launch tell each other.

The supervisor reports in lines: a letter and its words. The front answers in single bytes:
the number of a signal to pass on, or one of the words below.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

__all__ = [
    "ENDED",
    "FAILED",
    "LATE",
    "READY",
    "RESUME",
    "STARTED",
    "STOPPED",
    "SUSPEND",
    "WARNING",
    "read_reports",
    "report",
]

STARTED = "S"
"""The job runs: its pid and its start time."""
READY = "R"
"""The observer knows of it."""
FAILED = "F"
"""It could not be started: the reason."""
LATE = "L"
"""It was told to stop and still runs."""
STOPPED = "T"
"""Job control stopped it: the number of the signal."""
WARNING = "W"
"""Something about its record went wrong: a sentence."""
ENDED = "E"
"""It ended and all is recorded: the status to keep."""

RESUME = 200
"""Let the stopped job go on."""
SUSPEND = 201
"""Stop the job until it is resumed."""


def report(fd: int, kind: str, *words: object) -> None:
    """Write one report; nothing happens if nobody is there to read it."""
    text = " ".join([kind, *(str(word) for word in words)]).replace("\n", " ")
    data = os.fsencode(text) + b"\n"
    try:
        while data:
            data = data[os.write(fd, data) :]
    except OSError:
        pass


def read_reports(fd: int) -> Iterator[tuple[str, str]]:
    """Kind and words of each report, until the supervisor is gone."""
    rest = b""
    while data := os.read(fd, 4096):
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            text = os.fsdecode(line)
            yield text[:1], text[2:]
