"""A process to start, and how it ended."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping

from guild.domain.record import Record

__all__ = ["ASKED_TO_STOP", "Exit", "Job", "Stream"]

ASKED_TO_STOP = (-15, -2, -1)
"""How processes end that a user, or the terminal, asks to stop."""


class Stream(enum.IntEnum):
    """Where output came from; the number is the one of the line index."""

    STDOUT = 0
    STDERR = 1


class Job(Record):
    """A process to start.

    Attributes:
        args: Words of the command; no shell reads them.
        env: Its whole environment.
        directory: Absolute working directory.
        name: What to call it in messages.
        run_id: The run it works for: also how processes it left behind are recognised.
        capture: Whether its output is read; otherwise it inherits the terminal.
        merge_streams: Whether stderr goes where stdout goes, in order.
        echo: Whether output read is copied to this process's stdout and stderr.
        background: Whether to return once it is started and leave it to itself.
        stop_after_s: Seconds after which it is stopped; None for never.
        stdin: Whether it reads this process's standard input; otherwise it finds it empty.
        function: What is called in this process instead, by launchers that do that. There are
            no `args` then, and `env` is added to this process's.
    """

    args: tuple[str, ...]
    env: Mapping[str, str]
    directory: str
    name: str = ""
    run_id: str = ""
    capture: bool = True
    merge_streams: bool = False
    echo: bool = True
    background: bool = False
    stop_after_s: float | None = None
    stdin: bool = True
    function: Callable[[], object] | None = None


class Exit(Record):
    """How a process ended.

    Attributes:
        status: What the run keeps: 0 to 255 as the process said, or minus the number of the
            signal that ended it. A process that was told to stop and then ended by its own
            code has minus the number of the signal it was told with.
        running: Whether it goes on in the background; `status` is 0 then.
        pid: Its process id, where known.
    """

    status: int
    running: bool = False
    pid: int | None = None
