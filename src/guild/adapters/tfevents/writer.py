"""Scalars found in output, written as TensorBoard events."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable

from guild.adapters.tfevents.messages import EventMessages, version_message
from guild.adapters.tfevents.records import frames
from guild.domain.errors import StoreError
from guild.domain.run import Run
from guild.domain.scalars import ScalarPoint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.app.ports.recording import ScalarLog

__all__ = ["TfEventsScalarLogs"]

_FLUSH_SIZE = 1 << 18


class TfEventsScalarLogs:
    """Logs of scalars as event files in the `.guild` directories of runs.

    Args:
        clock: Seconds since the epoch: the time of values, and of the file in its name.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._count = 0

    def open(self, run: Run) -> ScalarLog:
        """A new log of the run. Its file is made when the first values are written."""
        return _EventFile(lambda: self._create(f"{run.path}/.guild"), self._clock)

    def _create(self, directory: str) -> tuple[str, int]:
        host = os.uname().nodename
        while True:
            name = f"events.out.tfevents.{int(self._clock()):010}.{host}.{os.getpid()}"
            path = f"{directory}/{name}.{self._count}"
            self._count += 1
            try:
                return path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
            except FileExistsError:
                continue
            except OSError as error:
                raise StoreError(f"cannot write {path}: {error.strerror}") from error


class _EventFile:
    """One event file.

    What can't be written is told once, with a `StoreError`. The file ends with its last whole
    record then, and what is added later is dropped.
    """

    def __init__(self, create: Callable[[], tuple[str, int]], clock: Callable[[], float]) -> None:
        self._create = create
        self._clock = clock
        self._buffer = bytearray()
        self._file: tuple[str, int] | None = None
        self._size = 0
        self._closed = False
        self._messages = EventMessages()
        self._begun = False

    def append(self, points: Iterable[ScalarPoint]) -> None:
        """Add values, all of this moment. See `ScalarLog.append`.

        Raises:
            StoreError: If many were added since the last flush, and can't be written.
        """
        added = list(points)
        if self._closed or not added:
            return
        if not self._begun:
            self._begun = True
            self._buffer += frames([version_message()])
        self._buffer += frames(self._messages.scalars(added, self._clock()))
        if len(self._buffer) >= _FLUSH_SIZE:
            self.flush()

    def flush(self) -> None:
        """Write what was added.

        Raises:
            StoreError: If that fails.
        """
        if not self._buffer:
            return
        data = bytes(self._buffer)
        self._buffer.clear()
        try:
            if self._file is None:
                self._file = self._create()
            self._write(*self._file, data)
        except StoreError:
            self.close()
            raise

    def close(self) -> None:
        """Flush and finish."""
        try:
            self.flush()
        finally:
            self._closed = True
            if self._file is not None:
                os.close(self._file[1])
                self._file = None

    def _write(self, path: str, fd: int, data: bytes) -> None:
        written = 0
        try:
            while written < len(data):
                written += os.write(fd, data[written:] if written else data)
        except OSError as error:
            try:
                os.ftruncate(fd, self._size)
            except OSError:
                pass  # readers stop at a cut record
            raise StoreError(f"cannot write {path}: {error.strerror}") from error
        self._size += written
