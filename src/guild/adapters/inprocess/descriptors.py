"""What is written to the descriptors 1 and 2 themselves: by libraries in C, by other processes.

While calls are under way, the descriptors are pipes, which threads of this process read. The
pipes stay open after that, since processes that were started meanwhile may still write to them:
that is passed on to where the descriptors lead then, and counts for the calls under way then.
"""

from __future__ import annotations

import atexit
import io
import os
import select
import threading
from collections.abc import Callable, Mapping

from guild.adapters.inprocess.recordings import certain
from guild.domain.process import Stream

__all__ = ["Descriptors", "descriptors"]

_PIECE = 1 << 16
_ROOM = 1 << 20
_NUMBERS = {Stream.STDOUT: 1, Stream.STDERR: 2}
_F_SETPIPE_SZ = 1031


class _Channel:
    """The pipe of one descriptor.

    Attributes:
        number: The descriptor.
        read, write: The ends of the pipe.
        saved: Where the descriptor led before; None while it is not the pipe.
        writer: The stream of Python that writes to the descriptor, if there is one.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.read, self.write = os.pipe()
        os.set_blocking(self.read, False)
        self.saved: int | None = None
        self.writer: io.TextIOWrapper | None = None
        _enlarge(self.write)


class Descriptors:
    """The descriptors of this process, which calls share: the first has them, the last gives back.

    Its lock is held while what was written is read and passed on, and never while anything waits
    for a writer.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._users = 0
        self._channels: dict[Stream, _Channel] = {}
        self._by_pipe: dict[int, tuple[Stream, _Channel]] = {}
        self._ready = select.poll()
        self._inherited: dict[Stream, int] = {}
        self._writers: tuple[io.TextIOWrapper, ...] = ()
        self._flush_c: Callable[[], None] | None = None

    def take(self, originals: Mapping[Stream, object]) -> None:
        """Have what is written told to the recordings, as far as the system lets us.

        The descriptors are left alone where a stream of Python might write to them in a way that
        can't be known: what goes through that stream would be recorded twice.

        Args:
            originals: The streams behind `sys.stdout` and `sys.stderr`.
        """
        if self._flush_c is None:
            self._flush_c = _flush_of_c()
        with self._lock:
            self._users += 1
            if self._users > 1:
                return
            self._flush_c()
            found = {
                stream: _writes_to(original, _NUMBERS[stream])
                for stream, original in originals.items()
            }
            if None in found.values():
                return
            for stream, is_writer in found.items():
                try:
                    self._redirect(stream, originals[stream] if is_writer else None)
                except OSError:
                    pass  # closed, or too many are open: its output is shown, as ever

    def give_back(self) -> None:
        """Pass on what was written, and have the descriptors lead where they led, if we are last.

        Must be called once for each `take`.
        """
        self.settle()
        with self._lock:
            self._users -= 1
            if self._users:
                return
            self._writers = ()
            for stream, channel in self._channels.items():
                if channel.saved is not None:
                    os.dup2(channel.saved, channel.number)
                    self._pass_on(stream, channel)
                    os.close(channel.saved)
                channel.saved = channel.writer = None

    def settle(self) -> None:
        """Pass on all that was written up to now, also what C or Python keep in buffers."""
        for channel in tuple(self._channels.values()):
            writer = channel.writer
            if writer is not None:
                try:
                    writer.flush()
                except (OSError, ValueError):
                    pass  # closed, or not ours to mend
        self.catch_up()

    def catch_up(self) -> None:
        """Pass on what was written to the descriptors up to now."""
        if not self._users or self._flush_c is None:
            return
        # Not under the lock: who writes in C may wait for the pipe to be read.
        self._flush_c()
        with self._lock:
            for number, _ in self._ready.poll(0):
                self._pass_on(*self._by_pipe[number])

    def show(self, original: object, text: str) -> bool:
        """Write a text past the pipe, if the original stream would write it to the pipe.

        Raises:
            UnicodeEncodeError: If the stream can't write such text.
        """
        if not self.is_writer(original):
            return False
        assert isinstance(original, io.TextIOWrapper)
        data = text.encode(original.encoding, original.errors or "strict")
        return self.show_bytes(original, data)

    def show_bytes(self, original: object, data: bytes) -> bool:
        """As `show`, of bytes."""
        with self._lock:
            for channel in self._channels.values():
                if channel.saved is not None and channel.writer is original:
                    _write_all(channel.saved, data)
                    return True
        return False

    def is_writer(self, original: object) -> bool:
        """Whether the original stream writes to a descriptor that is a pipe now."""
        return any(original is writer for writer in self._writers)

    def is_terminal(self, original: object) -> bool | None:
        """Whether an original stream's descriptor, while it is a pipe, leads to a terminal.

        None if it is no pipe.
        """
        with self._lock:
            for channel in self._channels.values():
                if channel.saved is not None and channel.writer is original:
                    return os.isatty(channel.saved)
        return None

    def inherited(self, stream: Stream) -> int | None:
        """In a process forked while a call was under way: the descriptor of a stream, a pipe."""
        return self._inherited.get(stream)

    def _redirect(self, stream: Stream, writer: object) -> None:
        number = _NUMBERS[stream]
        channel = self._channels.get(stream)
        if channel is None:
            channel = self._channels[stream] = _Channel(number)
            self._by_pipe[channel.read] = stream, channel
            self._ready.register(channel.read, select.POLLIN)
            threading.Thread(
                target=self._read, args=(stream, channel), name="guild-output", daemon=True
            ).start()
        if isinstance(writer, io.TextIOWrapper):
            writer.flush()
            channel.writer = writer
            self._writers = (*self._writers, writer)
        saved = os.dup(number)
        try:
            os.dup2(channel.write, number)
        except OSError:
            os.close(saved)
            raise
        channel.saved = saved

    def _read(self, stream: Stream, channel: _Channel) -> None:
        ready = select.poll()
        ready.register(channel.read, select.POLLIN)
        while True:
            ready.poll()
            with self._lock:
                self._pass_piece_on(stream, channel)

    def _pass_on(self, stream: Stream, channel: _Channel) -> None:
        """Pass on what is in the pipe; not what comes meanwhile for ever."""
        size = 0
        while size <= _ROOM and (piece := self._pass_piece_on(stream, channel)):
            size += piece

    def _pass_piece_on(self, stream: Stream, channel: _Channel) -> int:
        try:
            data = os.read(channel.read, _PIECE)
        except BlockingIOError:
            return 0
        recordings = certain()
        for recording in recordings:
            recording.tell(stream, data)
        if all(recording.echo for recording in recordings):
            _write_all(channel.number if channel.saved is None else channel.saved, data)
        return len(data)

    def release(self) -> None:
        """At the end of this process: nobody will read the pipes."""
        self.settle()
        with self._lock:
            for channel in self._channels.values():
                if channel.saved is not None:
                    os.dup2(channel.saved, channel.number)

    def forget(self) -> None:
        """In a forked process: the pipes are the other process's, and stay where they are."""
        self._lock = threading.RLock()
        self._users = 0
        for stream, channel in self._channels.items():
            if channel.saved is not None:
                self._inherited[stream] = channel.number
        self._channels = {}
        self._writers = ()
        self._by_pipe = {}
        self._ready = select.poll()


def _writes_to(original: object, number: int) -> bool | None:
    """Whether what is written to a stream comes to a descriptor at once; None if unknown."""
    if original is None or isinstance(original, io.StringIO):
        return False
    try:
        found = original.fileno()  # type: ignore[attr-defined]  # whatever it is
    except Exception:
        is_memory = isinstance(original, io.TextIOWrapper)
        return False if is_memory or type(original).__module__.startswith("ipykernel.") else None
    if found != number:
        return False
    return True if type(original) is io.TextIOWrapper else None


def _flush_of_c() -> Callable[[], None]:
    """What has the C library write what it keeps for stdout; it keeps nothing for stderr."""
    try:
        import ctypes  # where there is a C library to speak to

        library = ctypes.CDLL(None)
        flush = library.fflush
        for name in ("stdout", "__stdoutp"):
            try:
                stream = ctypes.c_void_p.in_dll(library, name)
            except ValueError:
                continue
            return lambda: flush(stream)
    except (ImportError, OSError, AttributeError):
        pass
    return lambda: None


def _enlarge(pipe: int) -> None:
    """Give a pipe room: what writes in C may keep our thread from reading meanwhile."""
    try:
        import fcntl

        fcntl.fcntl(pipe, getattr(fcntl, "F_SETPIPE_SZ", _F_SETPIPE_SZ), _ROOM)
    except (ImportError, OSError, ValueError):
        pass


def _write_all(fd: int, data: bytes) -> None:
    """Write, as far as anybody takes it: what can't be shown is recorded nevertheless."""
    try:
        while data:
            data = data[os.write(fd, data) :]
    except OSError:
        pass


descriptors = Descriptors()
"""Those of this process."""

os.register_at_fork(after_in_child=descriptors.forget)
atexit.register(descriptors.release)
