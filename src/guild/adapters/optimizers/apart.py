"""Searches in processes of their own.

The libraries of a search make a process of hundreds of megabytes. Every trial is started by a
fork of the process of its batch, whose memory the system would have to share out page by page
each time: that took as long as the suggestions did. So what loads them is forked once, before,
and asked.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

from guild.app.ports.optimizer import Observation, Suggestion
from guild.domain.errors import GuildError

if TYPE_CHECKING:
    from guild.app.ports.optimizer import Optimizer, Search
    from guild.domain.flags import FlagValue
    from guild.domain.searchspace import SearchSpace

__all__ = ["SearchesApart"]

_SIZE = struct.Struct("<Q")
_SPARED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP)

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""What the libraries go by when they are loaded. The models of a search are small."""

_LOOK_S = 0.2
"""How often somebody who waits for an answer looks whether it is wanted any more."""


def _never() -> bool:
    """Nothing stops the search."""
    return False


class SearchesApart:
    """See `Searches`."""

    @contextmanager
    def begin(
        self,
        optimizer: Optimizer,
        space: SearchSpace,
        seed: int,
        options: Mapping[str, FlagValue],
        max_trials: int,
        stopped: Callable[[], bool] = _never,
    ) -> Iterator[Search]:
        """See `Searches.begin`."""

        def search() -> Search:
            return optimizer.search(space, seed, options, max_trials)

        apart = _Apart(optimizer.name, search, stopped)
        try:
            apart.answer()
            yield apart
        finally:
            apart.close()


class _Apart:
    """A search that is asked over pipes. What it is told is sent once."""

    def __init__(
        self, name: str, search: Callable[[], Search], stopped: Callable[[], bool]
    ) -> None:
        self._name = name
        self._stopped = stopped
        self._sent: list[Observation] = []
        self._busy = True
        questions, ask = os.pipe()
        answers, answer = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(ask)
            os.close(answers)
            _serve(search, questions, answer)
        os.close(questions)
        os.close(answer)
        self._ask, self._answers = ask, answers

    def suggest(
        self, past: Sequence[Observation], pending: Sequence[Mapping[str, FlagValue]] = ()
    ) -> Suggestion:
        """See `Search.suggest`."""
        same = 0
        for sent, seen in zip(self._sent, past, strict=False):
            if sent is not seen and sent != seen:
                break
            same += 1
        self._sent = list(past)
        more = [(dict(seen.flags), seen.value) for seen in past[same:]]
        self._busy = True
        try:
            _send(self._ask, (same, more, [dict(flags) for flags in pending]))
        except BrokenPipeError:
            raise self._gone() from None
        flags, random_start, notice = self.answer()
        return Suggestion(flags=flags, random_start=random_start, notice=notice)

    def answer(self) -> Any:
        """What comes back.

        Raises:
            GuildError: If the search failed, its process is gone, or nobody waits any more.
        """
        while not select.select([self._answers], [], [], _LOOK_S)[0]:
            if self._stopped():
                raise GuildError(f"optimizer '{self._name}' was stopped")
        try:
            failure, found = _received(self._answers)
        except EOFError:
            raise self._gone() from None
        self._busy = False
        if failure is not None:
            raise GuildError(*failure)
        return found

    def close(self) -> None:
        """Let the process end, and wait for that. One that still computes is killed."""
        os.close(self._ask)
        os.close(self._answers)
        try:
            if self._busy:
                os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        except (ChildProcessError, ProcessLookupError):
            pass  # this process was started with SIGCHLD ignored

    def _gone(self) -> GuildError:
        return GuildError(f"the process of optimizer '{self._name}' ended unexpectedly")


def _serve(search: Callable[[], Search], questions: int, answers: int) -> NoReturn:
    """In a fork: answer questions until nobody can ask any more."""
    try:
        for name in _THREADS:
            os.environ.setdefault(name, "1")
        signal.set_wakeup_fd(-1)
        for number in _SPARED:  # it ends with the batch, which decides what a signal means
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        _answer(search, questions, answers)
    except (EOFError, OSError):
        pass
    finally:
        os._exit(0)


def _answer(begin: Callable[[], Search], questions: int, answers: int) -> None:
    past: list[Observation] = []
    try:
        search = begin()
    except Exception as error:
        _send(answers, (_in_words(error), None))
        return
    _send(answers, (None, None))
    while True:
        same, more, pending = _received(questions)
        past[same:] = [Observation(flags=flags, value=value) for flags, value in more]
        try:
            suggestion = search.suggest(past, pending)
        except Exception as error:
            _send(answers, (_in_words(error), None))
            continue
        told = dict(suggestion.flags), suggestion.random_start, suggestion.notice
        _send(answers, (None, told))


def _in_words(error: Exception) -> tuple[str, str]:
    """A failure in words: a message and a hint."""
    if isinstance(error, GuildError):
        return error.message, error.hint
    return f"the optimizer failed: {type(error).__name__}: {error}", ""


def _send(fd: int, value: object) -> None:
    data = pickle.dumps(value)
    view = memoryview(_SIZE.pack(len(data)) + data)
    while view:
        view = view[os.write(fd, view) :]


def _received(fd: int) -> Any:
    """The next value.

    Raises:
        EOFError: If the other side is gone.
    """
    size = _SIZE.unpack(_read(fd, _SIZE.size))[0]
    return pickle.loads(_read(fd, size))


def _read(fd: int, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        piece = os.read(fd, size - len(data))
        if not piece:
            raise EOFError
        data += piece
    return bytes(data)
