"""What the two processes of a launch tell each other.

The supervisor's reports are a letter and its words, each ended by a zero byte: what it tells
may have several lines. The front answers in single bytes: the number of a signal to pass on, or
one of the words below.
"""

from __future__ import annotations

import os

__all__ = [
    "EARLY",
    "ENDED",
    "FAILED",
    "LATE",
    "READY",
    "RESUME",
    "STARTED",
    "STOPPED",
    "SUSPEND",
    "TAKEN",
    "WARNING",
    "report",
    "split_reports",
]

STARTED = "S"
"""The job runs: its pid and its start time."""
READY = "R"
"""The observer knows of it."""
FAILED = "F"
"""It could not be started: the reason."""
TAKEN = "O"
"""The run got another owner before it was told of the job, which was killed."""
EARLY = "X"
"""Its time is up and it is told to stop: the seconds since its start."""
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
    text = " ".join([kind, *(str(word) for word in words)]).replace("\0", " ")
    data = os.fsencode(text) + b"\0"
    try:
        while data:
            data = data[os.write(fd, data) :]
    except OSError:
        pass


def split_reports(data: bytes) -> tuple[list[tuple[str, str]], bytes]:
    """Kind and words of each report that is all there, and what is left to be completed."""
    *reports, rest = data.split(b"\0")
    texts = map(os.fsdecode, reports)
    return [(text[:1], text[2:]) for text in texts], rest
