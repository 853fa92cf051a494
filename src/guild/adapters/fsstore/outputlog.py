"""The output of runs: files `output` and `output.index` in the run's `.guild` directory.

`output` has the bytes of both streams as they were read, in order of arrival. Record N of
`output.index` belongs to line N of `output`: 9 bytes, big-endian, of which 8 are the time of
its end in milliseconds since the epoch and one is the stream (0 stdout, 1 stderr). A line of
`output` ends with its line feed, and is of the stream that wrote that: where a stream wrote in
the middle of a line of the other one, the line has text of both. A last line without a line
feed has a record when the output is closed, of the stream that wrote last.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from io import BytesIO

from guild.adapters.fsstore.atomic import storing
from guild.adapters.fsstore.layout import guild_path
from guild.adapters.fsstore.regular import open_regular
from guild.domain.errors import StoreError
from guild.domain.process import Stream
from guild.domain.run import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from guild.app.ports.recording import OutputLog

__all__ = ["DirectoryOutputLogs", "read_output"]

_RECORD = struct.Struct(">QB")
_PIECE = 1 << 20


class DirectoryOutputLogs:
    """Outputs of runs in their directories.

    Args:
        indexed: Whether lines get their times and streams on record.
    """

    def __init__(self, *, indexed: bool = True) -> None:
        self._indexed = indexed

    def open(self, run: Run) -> OutputLog:
        """Begin the run's output anew, in files that take the place of earlier ones.

        Raises:
            StoreError: If they can't be made.
        """
        with storing("write"):
            path = guild_path(run.path, "output")
            index = _replace(f"{path}.index") if self._indexed else None
            try:
                return _DirectoryOutputLog(_replace(path), index)
            except BaseException:
                if index is not None:
                    os.close(index)
                raise


class _DirectoryOutputLog:
    """Writes a run's output.

    What can't be written is told once, with a `StoreError`; the rest of the output is dropped
    then, so that what is there has no gaps.
    """

    def __init__(self, output: int, index: int | None) -> None:
        self._output = output
        self._index = index
        self._open_line = b""
        self._closed = False

    def write(self, stream: Stream, data: bytes, time_ms: int) -> None:
        """Append bytes. See `OutputLog.write`.

        Raises:
            StoreError: If that fails.
        """
        if not data:
            return
        record = _RECORD.pack(time_ms, stream)
        self._write(data, record * data.count(b"\n"))
        self._open_line = b"" if data.endswith(b"\n") else record

    def close(self) -> None:
        """Finish. See `OutputLog.close`.

        Raises:
            StoreError: If the record of a last line without a line feed can't be written.
        """
        try:
            self._write(b"", self._open_line)
        finally:
            self._release()

    def _write(self, data: bytes, records: bytes) -> None:
        if self._closed:
            return
        try:
            with storing("write the run's output"):
                _write_all(self._output, data)
                if self._index is not None:
                    _write_all(self._index, records)
        except StoreError:
            self._release()
            raise

    def _release(self) -> None:
        if not self._closed:
            self._closed = True
            os.close(self._output)
            if self._index is not None:
                os.close(self._index)


def read_output(path: str) -> Iterator[tuple[int | None, Stream, bytes]]:
    """Lines of a run's output.

    Args:
        path: Of the file `output`; its index is beside it.

    Returns:
        Time in milliseconds since the epoch, stream, and bytes of each line with its line
        feed. Lines over 1 MiB come in pieces. Where the index has no record, the time is None
        and the stream is taken for stdout. There are no lines where there is no output.

    Raises:
        StoreError: If there is output that can't be read.
    """
    with storing("read"), _opened(path) as output, _opened(f"{path}.index") as index:
        begins = True
        while piece := output.readline(_PIECE):
            if begins:
                time_ms, stream = _record(index.read(_RECORD.size))
            yield time_ms, stream, piece
            begins = piece.endswith(b"\n")


def _opened(path: str) -> BinaryIO:
    try:
        return os.fdopen(open_regular(path), "rb")
    except FileNotFoundError:
        return BytesIO()


def _record(data: bytes) -> tuple[int | None, Stream]:
    if len(data) < _RECORD.size:
        return None, Stream.STDOUT
    time_ms, number = _RECORD.unpack(data)
    return time_ms, Stream.STDERR if number == Stream.STDERR else Stream.STDOUT


def _replace(path: str) -> int:
    """Put an empty file in the place of another one, and open it."""
    temporary = f"{path}.{os.getpid():x}{os.urandom(3).hex()}~"
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        os.rename(temporary, path)
    except BaseException:
        os.close(fd)
        os.unlink(temporary)
        raise
    return fd


def _write_all(fd: int, data: bytes) -> None:
    """Write data, in one call unless the system takes less."""
    while data:
        data = data[os.write(fd, data) :]
