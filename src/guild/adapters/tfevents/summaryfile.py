"""Event files that programs write while they run, by TensorBoard's own record writer."""

from __future__ import annotations

import os
import time
from _thread import RLock  # what `threading` has, without the import of that
from collections.abc import Callable
from itertools import count

from guild.adapters.tfevents.records import Damage, RecordReader

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
        self._file: _File | None = None
        self._adding = 0  # one, or more where a signal handler adds something

    def append(self, message: bytes) -> None:
        """Write a message.

        Raises:
            ValueError: If the file was closed.
            OSError: If it can't be made or written. It ends with its last whole record then.
        """
        self._notice_fork()
        with self._lock:
            if self._closed:
                raise ValueError(f"the summary writer for {self._directory} is closed")
            self._adding += 1
            try:
                self._append(message)
            finally:
                self._adding -= 1
                self._close_if_wanted()

    def _append(self, message: bytes) -> None:
        if self._file is None:
            self._file = self._opened()
        if self._file.size == 0:
            from guild.adapters.tfevents.summarymessages import version_event

            self._file.append(version_event(self._clock()))
        self._file.append(message)

    def close(self) -> None:
        """Finish. What was closed stays so."""
        self._notice_fork()
        with self._lock:
            self._closed = True
            self._close_if_wanted()

    def _close_if_wanted(self) -> None:
        """Give the file back, unless a signal handler closes it in the midst of something."""
        if self._closed and not self._adding:
            file, self._file = self._file, None
            if file is not None:
                file.close()

    def __del__(self) -> None:
        # Nobody else has it, so there is nobody to wait for; a fork may have a lock that is
        # never let go.
        file = getattr(self, "_file", None)
        if file is not None:
            file.close()

    def _notice_fork(self) -> None:
        """In another process than before the file is its parent's, and so is the lock."""
        if self._process != os.getpid():
            file = self._file
            self._begin()
            if file is not None:
                file.close()

    def _opened(self) -> _File:
        os.makedirs(self._directory, exist_ok=True)
        if self._base is None:
            return self._new()
        return _gone_on_with(f"{self._directory}/{_PREFIX}{self._base}{self._suffix}")

    def _new(self) -> _File:
        host = os.uname().nodename
        while True:
            name = f"{int(self._clock()):010}.{host}.{self._process}.{next(_numbers)}"
            path = f"{self._directory}/{_PREFIX}{name}{self._suffix}"
            try:
                return _File(path, os.open(path, _NEW, 0o666), 0)
            except FileExistsError:
                continue


class _File:
    """A file of records, each of which reaches it as a whole, or not at all.

    Args:
        path: Path of the file.
        fd: Its descriptor, which is closed with it.
        size: How many bytes there are.
    """

    def __init__(self, path: str, fd: int, size: int) -> None:
        self.size = size
        self._path = path
        self._fd = fd

    def append(self, message: bytes) -> None:
        """Add a record.

        Args:
            message: What is in it.

        Raises:
            OSError: If that fails.
        """
        # Slow to load, and not needed by who never writes.
        from tensorboard.summary.writer.record_writer import RecordWriter

        RecordWriter(self).write(message)

    def write(self, record: bytes) -> None:
        """Take a record from the record writer, which calls this once for each."""
        written = 0
        try:
            while written < len(record):
                written += os.write(self._fd, record[written:] if written else record)
        except BaseException as error:  # also of a signal: nothing may follow a part of a record
            if os.fstat(self._fd).st_size == self.size + len(record):
                self.size += len(record)  # it came after the last byte
            else:
                os.ftruncate(self._fd, self.size)
            if isinstance(error, OSError):
                raise OSError(error.errno, error.strerror, self._path) from None
            raise
        self.size += written

    def close(self) -> None:
        """Give the file back. It is called once."""
        os.close(self._fd)


def _gone_on_with(path: str) -> _File:
    """A file that may be there, with what is in it."""
    fd = os.open(path, _OLD, 0o666)
    try:
        return _File(path, fd, _end_of(fd, path))
    except BaseException:
        os.close(fd)
        raise


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
