"""Scalars found in output, written as TensorBoard events."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from math import inf
from typing import TYPE_CHECKING

from guild.adapters.tfevents.records import frames
from guild.domain.errors import StoreError
from guild.domain.run import Run
from guild.domain.scalars import ScalarPoint

if TYPE_CHECKING:
    from guild.app.ports.recording import ScalarLog

__all__ = ["TfEventsScalarLogs"]

_FLUSH_SIZE = 1 << 18
_MAX_TAGS = 1 << 12
_FLOAT = struct.Struct("<f")
_STEP_FIELD = 0x10


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
        self._messages: _Messages | None = None

    def append(self, points: Iterable[ScalarPoint]) -> None:
        """Add values, all of this moment. See `ScalarLog.append`.

        Raises:
            StoreError: If many were added since the last flush, and can't be written.
        """
        added = list(points)
        if self._closed or not added:
            return
        if self._messages is None:
            self._messages = _Messages()
            self._buffer += frames([self._messages.version()])
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


class _Messages:
    """Event messages in their binary form.

    A message is its fields one after another, by number: the time (1), the step (2), the
    summary (5), whose one value ends in the number. So one message of each tag is made with
    `event_pb2`, and steps and numbers are put into it: making each anew takes three times as
    long.
    """

    def __init__(self) -> None:
        from tensorboard.compat.proto import event_pb2  # slow to load: at the first scalar only

        self._event = event_pb2.Event
        self._summaries: dict[str, bytes] = {}

    def version(self) -> bytes:
        """The message that begins a file."""
        return self._bytes(file_version="brain.Event:2")

    def scalars(self, points: Iterable[ScalarPoint], seconds: float) -> Iterator[bytes]:
        """The messages of values of one time."""
        summaries = self._summaries
        time = head = self._bytes(wall_time=seconds)
        step = 0
        for point in points:
            if point.step != step:
                step = point.step
                head = time + self._step(step)
            try:
                number = _FLOAT.pack(point.value)
            except OverflowError:  # a message has an infinite value then
                number = _FLOAT.pack(point.value * inf)
            yield head + (summaries.get(point.tag) or self._summary(point.tag)) + number

    def _step(self, step: int) -> bytes:
        """The field of a step: absent for 0, else 7 bits in each byte, the lowest first."""
        if step <= 0:
            return self._bytes(step=step)
        field = [_STEP_FIELD]
        while step > 0x7F:
            field.append(step & 0x7F | 0x80)
            step >>= 7
        field.append(step)
        return bytes(field)

    def _summary(self, tag: str) -> bytes:
        value = {"tag": tag, "simple_value": 0.0}
        summary = self._bytes(summary={"value": [value]})[: -_FLOAT.size]
        if len(self._summaries) >= _MAX_TAGS:
            self._summaries.clear()
        self._summaries[tag] = summary
        return summary

    def _bytes(self, **fields: object) -> bytes:
        data: bytes = self._event(**fields).SerializeToString()
        return data
