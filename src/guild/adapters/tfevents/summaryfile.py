"""Event files that programs write while they run."""

from __future__ import annotations

import os
import time
from _thread import RLock  # what `threading` has, without the import of that
from collections.abc import Callable
from itertools import count

from guild.adapters.tfevents.messages import version_message
from guild.adapters.tfevents.records import Damage, RecordReader, frames

__all__ = ["SummaryFile"]

_PREFIX = "events.out.tfevents."
_NEW = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL
_OLD = os.O_RDWR | os.O_APPEND | os.O_CREAT

_numbers = count()  # of the files of this process: names sort in the order in which they began


class SummaryFile:
    """One event file, made when the first message is added.

    Each message is handed to the operating system at once, as a whole record: when the process
    is killed, all that was added is there. Any number of threads may add.

    Args:
        directory: Where the file is to be; made, if it is not there.
        base: What its name has after `events.out.tfevents.`. None: time, host, process and a
            number, so that it is a new file. A file that is there is gone on with.
        suffix: The end of its name.
        clock: Seconds since the epoch.
    """

    def __init__(
        self,
        directory: str,
        base: str | None = None,
        suffix: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._directory = directory
        self._base = base
        self._suffix = suffix
        self._clock = clock
        self._closed = False
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._lock = RLock()  # may be taken again: by a signal handler that adds something
        self._path = ""
        self._fd: int | None = None
        self._size = 0

    def append(self, message: bytes) -> None:
        """Write a message.

        Raises:
            ValueError: If the file was closed.
            OSError: If it can't be made or written. It ends with its last whole record then.
        """
        if self._process != os.getpid():  # a fork: the file is its parent's, and so is the lock
            self._forget()
        with self._lock:
            if self._closed:
                raise ValueError(f"the summary writer for {self._directory} is closed")
            if self._fd is None:
                self._open()
            if self._size == 0:
                self._write(frames([version_message(self._clock()), message]))
            else:
                self._write(frames([message]))

    def close(self) -> None:
        """Finish. What was closed stays so."""
        with self._lock:
            self._closed = True
            fd, self._fd = self._fd, None
            if fd is not None:
                os.close(fd)

    def __del__(self) -> None:
        # Nobody else has it, so there is nobody to wait for; a fork may have a lock that is
        # never let go.
        fd = getattr(self, "_fd", None)
        if fd is not None:
            os.close(fd)

    def _forget(self) -> None:
        fd = self._fd
        self._begin()
        if fd is not None:
            os.close(fd)

    def _open(self) -> None:
        os.makedirs(self._directory, exist_ok=True)
        if self._base is None:
            self._path, self._fd = self._new()
            self._size = 0
        else:
            self._path = f"{self._directory}/{_PREFIX}{self._base}{self._suffix}"
            fd = os.open(self._path, _OLD, 0o666)
            try:
                self._size = _end_of(fd, self._path)
            except BaseException:
                os.close(fd)
                raise
            self._fd = fd

    def _new(self) -> tuple[str, int]:
        """Path and descriptor of a new file."""
        host = os.uname().nodename
        while True:
            name = f"{int(self._clock()):010}.{host}.{self._process}.{next(_numbers)}"
            path = f"{self._directory}/{_PREFIX}{name}{self._suffix}"
            try:
                return path, os.open(path, _NEW, 0o666)
            except FileExistsError:
                continue

    def _write(self, data: bytes) -> None:
        assert self._fd is not None
        written = 0
        try:
            while written < len(data):
                written += os.write(self._fd, data[written:] if written else data)
        except BaseException as error:  # also of a signal: nothing may follow a part of a record
            os.ftruncate(self._fd, self._size)
            if isinstance(error, OSError):
                raise OSError(error.errno, error.strerror, self._path) from None
            raise
        self._size += written


def _end_of(fd: int, path: str) -> int:
    """Where a file of records ends, without the part of one that a killed writer left.

    Raises:
        OSError: If it is damaged otherwise: what is added would never be read.
    """
    reader = RecordReader(fd)
    for _ in reader:
        pass
    if reader.damage is Damage.CORRUPT:
        raise OSError(f"cannot add to {path}: it is damaged at byte {reader.offset}")
    if reader.damage is Damage.CUT:
        os.ftruncate(fd, reader.offset)
    return reader.offset
