"""What stands for `sys.stdout` and `sys.stderr` while functions are called as runs."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from guild.adapters.inprocess.descriptors import descriptors
from guild.adapters.inprocess.recordings import Recording, of_this_thread
from guild.domain.process import Stream

__all__ = ["Tee", "finish_lines", "teed"]

_LONGEST = 1 << 12
_NAMES = {Stream.STDOUT: "stdout", Stream.STDERR: "stderr"}
_lock = threading.RLock()


class Tee:
    """A text stream that writes to another one, and to the runs that this is the output of.

    Runs are told line by line, or when the stream is flushed: lines of several threads are not
    mixed. Once the runs have ended it is that other stream, for whoever has kept it.

    Attributes:
        original: The other one; None for nowhere.
        recordings: Those that began while this stood for the stream.
    """

    def __init__(self, stream: Stream, original: object) -> None:
        self.original = original
        self.recordings: frozenset[Recording] = frozenset()
        self._stream = stream
        self._pid = os.getpid()
        self._lock = threading.RLock()
        # Lines that are not at their end, by thread, and whose they are.
        self._begun: dict[int, tuple[list[Recording], str]] = {}

    def write(self, text: str) -> int:
        """Write a text; see `io.TextIOBase.write`."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if not self.recordings:
            self._show(text)
        elif self._pid == os.getpid() or not self._write_in_fork(_encoded(text)):
            thread = threading.get_ident()
            begun = self._begun.pop(thread, None)
            recordings, line = begun or (self._of_this_thread(), "")
            if not descriptors.is_writer(self.original):
                self._show_unless_silent(recordings, text)
            if "\n" in text or len(line) > _LONGEST:
                self._tell(recordings, line + text)
            else:
                self._begun[thread] = recordings, line + text
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write texts, one after another."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Have the runs told of a line that is not at its end, and the original write it."""
        begun = self._begun.pop(threading.get_ident(), None)
        if begun is not None:
            self._tell(*begun)
        flush = getattr(self.original, "flush", None)
        if flush is not None:
            flush()

    def close(self) -> None:
        """Flush only: the original stream is not this one's to close."""
        self.flush()

    def isatty(self) -> bool:
        """Whether what is written is shown on a terminal."""
        is_terminal = descriptors.is_terminal(self.original)
        if is_terminal is None:
            isatty = getattr(self.original, "isatty", None)
            return bool(isatty and isatty())
        return is_terminal

    @property
    def buffer(self) -> _Bytes:
        """The stream of bytes below, if the original has one."""
        return _Bytes(self, self.original.buffer)  # type: ignore[attr-defined]  # or it says so

    def __getattr__(self, name: str) -> object:
        return getattr(self.original, name)

    def __repr__(self) -> str:
        return f"<guild output of {self.original!r}>"

    def write_bytes(self, original: object, data: bytes) -> int:
        """Write bytes to the original's stream of bytes, and to the runs."""
        self.flush()
        if self._pid == os.getpid() or not self._write_in_fork(data):
            recordings = self._of_this_thread()
            with self._lock:
                descriptors.catch_up()
                for recording in recordings:
                    recording.tell(self._stream, data)
            if all(recording.echo for recording in recordings) and not descriptors.show_bytes(
                self.original, data
            ):
                original.write(data)  # type: ignore[attr-defined]  # it is some stream
        return len(data)

    def finish(self, recording: Recording) -> None:
        """Tell of the lines that are not at their end, whatever thread began them."""
        for thread, (recordings, _) in tuple(self._begun.items()):
            if recording in recordings:
                begun = self._begun.pop(thread, None)
                if begun is not None:
                    self._tell(*begun)

    def _of_this_thread(self) -> list[Recording]:
        return [one for one in of_this_thread() if one in self.recordings]

    def _tell(self, recordings: list[Recording], text: str) -> None:
        """Tell runs of a text, and show it, if that is not done already."""
        data = _encoded(text)
        with self._lock:
            descriptors.catch_up()
            for recording in recordings:
                recording.tell(self._stream, data)
            if descriptors.is_writer(self.original):
                self._show_unless_silent(recordings, text)

    def _write_in_fork(self, data: bytes) -> bool:
        """Write in a process forked meanwhile, for the one that records to read.

        Returns:
            Whether anybody reads there.
        """
        number = descriptors.inherited(self._stream)
        if number is None:
            return False
        while data:
            data = data[os.write(number, data) :]
        return True

    def _show_unless_silent(self, recordings: list[Recording], text: str) -> None:
        if all(recording.echo for recording in recordings):
            self._show(text)

    def _show(self, text: str) -> None:
        if self.original is not None and not descriptors.show(self.original, text):
            self.original.write(text)  # type: ignore[attr-defined]  # it is some stream


class _Bytes:
    """The stream of bytes below a `Tee`."""

    def __init__(self, tee: Tee, original: object) -> None:
        self._tee = tee
        self._original = original

    def write(self, data: bytes) -> int:
        """Write bytes; see `io.BufferedIOBase.write`."""
        return self._tee.write_bytes(self._original, bytes(memoryview(data)))

    def writelines(self, lines: Iterable[bytes]) -> None:
        """Write bytes, one piece after another."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Have the original stream write what it keeps."""
        self._tee.flush()

    def __getattr__(self, name: str) -> object:
        return getattr(self._original, name)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def finish_lines(recording: Recording) -> None:
    """Tell a run of the lines that it has begun."""
    for name in _NAMES.values():
        stream = getattr(sys, name)
        if isinstance(stream, Tee):
            stream.finish(recording)


@contextmanager
def teed(recording: Recording) -> Iterator[None]:
    """Have a run record what is written, for a `with` block.

    Streams that others put over ours meanwhile stay, unless it was this very function, which
    in the main thread is supposed: what it leaves behind is taken away.
    """
    with _lock:
        tees = {stream: _joined(stream, recording) for stream in _NAMES}
    descriptors.take({stream: tee.original for stream, tee in tees.items()})
    try:
        yield
    finally:
        for tee in tees.values():
            tee.finish(recording)
        descriptors.give_back()
        with _lock:
            for stream, tee in tees.items():
                _leave(stream, tee, recording)


def _joined(stream: Stream, recording: Recording) -> Tee:
    current = getattr(sys, _NAMES[stream])
    if isinstance(current, Tee):
        current.flush()  # what this thread began before is not of this run
    tee = current if isinstance(current, Tee) else Tee(stream, current)
    tee.recordings |= {recording}
    setattr(sys, _NAMES[stream], tee)
    return tee


def _leave(stream: Stream, tee: Tee, recording: Recording) -> None:
    tee.recordings -= {recording}
    current = getattr(sys, _NAMES[stream])
    in_main = threading.current_thread() is threading.main_thread()
    if current is tee or (in_main and not isinstance(current, Tee)):
        setattr(sys, _NAMES[stream], tee if tee.recordings else tee.original)
