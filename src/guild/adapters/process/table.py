"""The system's table of processes.

It is read from `/proc` where there is one: that costs a tenth of the import of psutil, which
is used elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

__all__ = ["ProcessEntry", "all_processes", "find_process", "run_marks", "start_of"]

_PROC = os.path.exists("/proc/self/stat")


class ProcessEntry:
    """A process that has not ended; one that only waits to be reaped has.

    Attributes:
        pid: Its id, which another process may get later.
        parent: Id of its parent.
        group: Its process group.
        start: When it started, in a form that is only good for comparing.
        name: Short name of its program.
    """

    def __init__(self, pid: int, parent: int, group: int, start: str, name: str) -> None:
        self.pid = pid
        self.parent = parent
        self.group = group
        self.start = start
        self.name = name


def find_process(pid: int) -> ProcessEntry | None:
    """The process of this id; None if there is none, or if it has ended."""
    if not _PROC:
        return _find_elsewhere(pid)
    try:
        return _entry(pid, _read(f"/proc/{pid}/stat"))
    except OSError:
        return None


def start_of(pid: int) -> str | None:
    """When a process started; None if there is none, or if it has ended."""
    found = find_process(pid)
    return found.start if found else None


def all_processes() -> dict[int, ProcessEntry]:
    """Every process that has not ended, by id."""
    return {found.pid: found for pid in _pids() if (found := find_process(pid))}


def run_marks(pid: int) -> tuple[str, str]:
    """`RUN_ID` and `RUN_DIR` a process was started with; empty where unset or not for us."""
    env = _environment(pid)
    return env.get("RUN_ID", ""), env.get("RUN_DIR", "")


def _entry(pid: int, stat: bytes) -> ProcessEntry | None:
    # The name is in parentheses and may itself hold any character.
    head, _, tail = stat.rpartition(b")")
    words = tail.split()
    if len(words) < 20 or words[0] in (b"Z", b"X", b"x"):
        return None
    name = os.fsdecode(head.partition(b"(")[2])
    return ProcessEntry(pid, int(words[1]), int(words[2]), words[19].decode(), name)


def _pids() -> Iterator[int]:
    if _PROC:
        return (int(name) for name in os.listdir("/proc") if name.isdigit())
    import psutil  # Only on systems without /proc.

    return iter(psutil.pids())


def _environment(pid: int) -> Mapping[str, str]:
    if not _PROC:
        return _environment_elsewhere(pid)
    try:
        pairs = os.fsdecode(_read(f"/proc/{pid}/environ")).split("\0")
    except OSError:
        return {}
    return {name: value for name, _, value in (pair.partition("=") for pair in pairs)}


def _read(path: str) -> bytes:
    # A file object costs more than the reading.
    fd = os.open(path, os.O_RDONLY)
    try:
        parts = []
        while part := os.read(fd, 65536):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(fd)


def _find_elsewhere(pid: int) -> ProcessEntry | None:
    import psutil  # Only on systems without /proc.

    try:
        found = psutil.Process(pid)
        if found.status() == psutil.STATUS_ZOMBIE:
            return None
        start = repr(found.create_time())
        return ProcessEntry(pid, found.ppid(), os.getpgid(pid), start, found.name())
    except (psutil.Error, OSError, ValueError):
        return None


def _environment_elsewhere(pid: int) -> Mapping[str, str]:
    import psutil  # Only on systems without /proc.

    try:
        return psutil.Process(pid).environ()
    except (psutil.Error, OSError, ValueError):
        return {}
