"""Output of a job on its way to whoever observes it, and to the terminal."""

from __future__ import annotations

import errno
import os
import select
import stat
from collections.abc import Callable

from guild.domain.process import Stream

__all__ = ["Pump"]

_CHUNK = 65536
_NEVER = float("inf")

# A job that writes each line for itself is let write a few milliseconds' worth before the next
# read, once it has shown that it goes on like that on one stream.
_REST_S = 0.002
_STREAK_GAP_S = 0.010
_STREAK = 16
_SMALL = 8192

# What a pipe that is ready takes without blocking.
_SAFE_WRITE = 4096


def _keep_silent(error: OSError) -> None:
    """Nobody asked to be told."""


class Pump:
    """Reads a job's streams as they come, tells of them, and copies them to the terminal.

    It never blocks: while the terminal takes no more, nothing more is read, so that memory
    stays flat. A terminal that is gone is given up; telling goes on.

    Args:
        poll: Told which descriptors to wait for.
        told: Is given all that is read.
        echo: Whether to copy to standard output and error.
        lost: Is told why not all is copied, unless the terminal is gone.
    """

    def __init__(
        self,
        poll: select.poll,
        told: Callable[[Stream, bytes], None],
        *,
        echo: bool,
        lost: Callable[[OSError], None] = _keep_silent,
    ) -> None:
        self._poll = poll
        self._told = told
        self._sources: dict[int, Stream] = {}
        self._sinks = {stream: _Sink(stream + 1, lost) for stream in Stream} if echo else {}
        self._waiting: _Sink | None = None
        self._watching = True
        self._streak = 0
        self._last_stream: Stream | None = None
        self._last_read = 0.0
        self.due = _NEVER
        """When to call `wake`, by the monotonic clock."""

    @property
    def open(self) -> bool:
        """Whether more may come."""
        return bool(self._sources)

    @property
    def blocked(self) -> bool:
        """Whether the terminal takes no more for now."""
        return self._waiting is not None

    def add(self, stream: Stream) -> int:
        """Make a pipe for a stream. Returns the end to write to."""
        source, target = os.pipe()
        os.set_blocking(source, False)
        self._sources[source] = stream
        self._poll.register(source, select.POLLIN)
        return target

    def ready(self, fd: int, now: float) -> bool:
        """Act on a descriptor that the poll found ready; false if it is none of the pump's."""
        if fd in self._sources:
            # One of several that were ready may have blocked the terminal just now.
            if self._watching:
                self._read(fd, now)
        elif self._waiting and fd == self._waiting.fd:
            self._write(self._waiting, b"")
        else:
            return False
        return True

    def wake(self, now: float) -> None:
        """Go on reading after a rest."""
        if now >= self.due:
            self.due = _NEVER
            self._watch_sources()

    def stop_echo(self) -> None:
        """Give up the terminal."""
        if self._waiting:
            self._poll.unregister(self._waiting.fd)
            self._waiting = None
        self._sinks = {}
        self._watch_sources()

    def close(self) -> None:
        """Read no more."""
        for fd in list(self._sources):
            self._close(fd)

    def _read(self, fd: int, now: float) -> None:
        stream = self._sources[fd]
        try:
            data = os.read(fd, _CHUNK)
        except BlockingIOError:
            return
        if not data:
            self._close(fd)
            return
        self._told(stream, data)
        if stream in self._sinks:
            self._write(self._sinks[stream], data)
        self._maybe_rest(stream, len(data), now)

    def _maybe_rest(self, stream: Stream, size: int, now: float) -> None:
        # Never with both streams in use: reading late would lose the order between them.
        if stream is not self._last_stream or now - self._last_read > _STREAK_GAP_S:
            self._streak = 0
        # A full pipe held the job up: it writes faster than a rest is good for.
        self._streak = 0 if size == _CHUNK else self._streak + 1
        self._last_stream, self._last_read = stream, now
        if self._streak > _STREAK and size < _SMALL and not self._waiting:
            self.due = now + _REST_S
            self._ignore_sources()

    def _write(self, sink: _Sink, data: bytes) -> None:
        blocked = self._waiting is sink
        sink.write(data)
        if sink.rest and not blocked:
            self._waiting = sink
            self._ignore_sources()
            self._poll.register(sink.fd, select.POLLOUT)
        elif blocked and not sink.rest:
            self._waiting = None
            self._poll.unregister(sink.fd)
            self._watch_sources()

    def _ignore_sources(self) -> None:
        if self._watching:
            for fd in self._sources:
                self._poll.unregister(fd)
        self._watching = False

    def _watch_sources(self) -> None:
        if not self._watching:
            for fd in self._sources:
                self._poll.register(fd, select.POLLIN)
        self._watching = True

    def _close(self, fd: int) -> None:
        if self._watching:
            self._poll.unregister(fd)
        del self._sources[fd]
        os.close(fd)


class _Sink:
    """A standard stream that is written to without blocking."""

    def __init__(self, fd: int, lost: Callable[[OSError], None]) -> None:
        self.rest = memoryview(b"")
        self._broken = False
        self._lost = lost
        self.fd, self._at_once = _own_description(fd)

    def write(self, data: bytes) -> None:
        """Write what there is room for; the rest waits in `rest`."""
        if data:
            # Nothing waits here: no more is read until all is written.
            self.rest = memoryview(data)
        while self.rest and not self._broken:
            if self._at_once is not None and not _has_room(self.fd):
                return
            try:
                self.rest = self.rest[os.write(self.fd, self.rest[: self._at_once]) :]
            except BlockingIOError:
                return
            except OSError as error:
                self._broken = True
                if error.errno != errno.EPIPE and not self._is_closed_terminal(error):
                    self._lost(error)
        self.rest = memoryview(b"")

    def _is_closed_terminal(self, error: OSError) -> bool:
        return error.errno == errno.EIO and not stat.S_ISREG(os.fstat(self.fd).st_mode)


def _own_description(fd: int) -> tuple[int, int | None]:
    """A descriptor that may be made non-blocking, and how much to write at once if it is not.

    The description behind a standard stream is shared with the user's shell, which must not
    find it non-blocking.
    """
    try:
        if stat.S_ISREG(os.fstat(fd).st_mode):
            return fd, None
        flags = os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY
        return os.open(f"/proc/self/fd/{fd}", flags), None
    except OSError:
        return fd, _SAFE_WRITE


def _has_room(fd: int) -> bool:
    room = select.poll()
    room.register(fd, select.POLLOUT)
    return bool(room.poll(0))
