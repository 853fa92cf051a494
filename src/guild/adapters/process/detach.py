"""Work that goes on in the background."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from guild.domain.errors import GuildError

__all__ = ["detach"]

_FAULT = 70


def detach(work: Callable[[int], None]) -> int:
    """Do work in a process that outlives this one and has no terminal.

    Args:
        work: Called there, with the id of that process, which ends when this returns.

    Returns:
        The id.

    Raises:
        GuildError: If there can be no such process.
    """
    reports, told = os.pipe()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    between = os.fork()
    if between == 0:
        os.close(reports)
        _leave(work, told)
    os.close(told)
    os.waitpid(between, 0)
    with open(reports, "rb") as file:
        pid = file.read()
    if not pid:
        raise GuildError("cannot go on in the background: its process could not be started")
    return int(pid)


def _leave(work: Callable[[int], None], told: int) -> None:
    """In a fork: be nobody's child, then work."""
    status = _FAULT
    try:
        os.setsid()
        if os.fork() != 0:
            os._exit(0)
        pid = os.getpid()
        os.write(told, str(pid).encode())
        os.close(told)
        null = os.open(os.devnull, os.O_RDWR)
        for fd in (0, 1, 2):
            os.dup2(null, fd)
        os.close(null)
        work(pid)
        status = 0
    except Exception:
        pass  # what failed is in the log of the work
    finally:
        os._exit(status)
