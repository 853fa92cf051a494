"""Whose output it is: which calls of functions a thread works for.

A thread works for the call that it makes, for those around that one, and, if it was started by
a thread that works for a call, for that one. Of a thread that was there before, nobody can tell:
it counts for the only call that is under way, unless it is the main thread.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from guild.domain.process import Stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from guild.app.ports.launcher import ProcessObserver

__all__ = ["Recording", "begin", "certain", "enclosing", "end", "of_this_thread"]


class Recording:
    """What one call writes, told to its observer piece after piece, by whatever thread.

    What the observer can't do is kept, and nothing of it is raised to who wrote: a fault in the
    record of hours of work must not end the work.

    Attributes:
        echo: Whether what is written is shown, too.
        around: The recordings of the calls that this one is made in, and itself.
        failures: What the observer could not do.
    """

    def __init__(
        self, observer: ProcessObserver, enclosing: tuple[Recording, ...], *, echo: bool = True
    ) -> None:
        self.echo = echo
        self.around = (*enclosing, self)
        self.failures: list[Exception] = []
        self._observer = observer
        self._lock = threading.RLock()
        self._open = True

    def tell(self, stream: Stream, data: bytes) -> None:
        """Something was written."""
        if self._open and data:
            with self._lock:
                self._try(lambda: self._observer.output(stream, data))

    def idle(self) -> None:
        """Nothing was written for a while."""
        with self._lock:
            self._try(self._observer.idle)

    def close(self) -> None:
        """Nothing is told any more."""
        with self._lock:
            self._open = False

    def abandon(self) -> None:
        """As `close`, in a process forked from the one that records, where locks may be held."""
        self._open = False

    def _try(self, action: Callable[[], None]) -> None:
        if self._open:
            try:
                action()
            except Exception as error:
                self.failures.append(error)


class _Here(threading.local):
    around: tuple[Recording, ...] | None = None


_INHERITED = "_guild_recordings"
_here = _Here()
_active: tuple[Recording, ...] = ()
_lock = threading.Lock()
_start: Callable[[threading.Thread], None] | None = None


def begin(recording: Recording) -> tuple[Recording, ...] | None:
    """The call is made by this thread from now on. Gives what `end` needs."""
    global _active
    before = _here.around
    with _lock:
        if not _active:
            _watch_threads()
        _active = (*_active, recording)
    _here.around = recording.around
    return before


def end(recording: Recording, before: tuple[Recording, ...] | None) -> None:
    """The call is over."""
    global _active
    _here.around = before
    with _lock:
        _active = tuple(other for other in _active if other is not recording)
        if not _active:
            _unwatch_threads()


def of_this_thread() -> tuple[Recording, ...]:
    """The calls that this thread works for, the outermost first."""
    known = _known()
    if known is not None or not _active:
        return known or ()
    return () if threading.current_thread() is threading.main_thread() else certain()


def enclosing() -> tuple[Recording, ...]:
    """Likewise, but none where that is a guess: the calls that one of this thread is made in."""
    return _known() or ()


def _known() -> tuple[Recording, ...] | None:
    if _here.around is not None or not _active:
        return _here.around
    return threading.current_thread().__dict__.get(_INHERITED)


def certain() -> tuple[Recording, ...]:
    """The calls that whatever this process does is for.

    That is the one that is under way and those around it; of several side by side, only what is
    around all of them.
    """
    active = _active
    return tuple(
        one
        for one in active
        if all(one in other.around or other in one.around for other in active)
    )


def _watch_threads() -> None:
    """Have threads know who started them: Python tells nobody."""
    global _start
    previous = threading.Thread.start

    def start(self: threading.Thread) -> None:
        inherited = _known()
        if inherited:
            self.__dict__[_INHERITED] = inherited
        previous(self)

    _start = start
    _previous.append(previous)
    threading.Thread.start = start  # type: ignore[method-assign]


def _unwatch_threads() -> None:
    """Put back what there was, unless somebody else has put something over it."""
    previous = _previous.pop()
    if threading.Thread.start is _start:
        threading.Thread.start = previous  # type: ignore[assignment,method-assign]


_previous: list[Callable[[threading.Thread], None]] = []


def _forget() -> None:
    """In a forked process: it records nothing."""
    global _active, _lock
    for recording in _active:
        recording.abandon()
    _active = ()
    _lock = threading.Lock()
    _here.around = None
    if _previous:
        _unwatch_threads()


os.register_at_fork(after_in_child=_forget)
