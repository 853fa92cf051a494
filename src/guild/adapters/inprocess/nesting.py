"""What belongs to the whole process and is changed for a while, by several at a time."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Generic, TypeVar

__all__ = ["Change", "Changes", "variable", "variables", "working_directory"]

T = TypeVar("T")


class Change(Generic[T]):
    """A change that holds.

    Attributes:
        before: What there was before, and will be again.
    """

    def __init__(self, before: T) -> None:
        self.before = before


class Changes(Generic[T]):
    """Changes to one thing of the process, which may end in another order than they began.

    What the last one made holds until that one ends, whichever of the others end meanwhile. When
    all have ended, what there was before the first is there again.

    Args:
        get: What there is.
        put: Has something else be there.
    """

    def __init__(self, get: Callable[[], T], put: Callable[[T], None]) -> None:
        self._get = get
        self._put = put
        self._lock = threading.RLock()
        self._holding: list[Change[T]] = []

    def begin(self, value: T) -> Change[T]:
        """Have this value be there. Nothing is changed if that fails."""
        with self._lock:
            change = Change(self._get())
            self._put(value)
            self._holding.append(change)
            return change

    def end(self, change: Change[T]) -> None:
        """Take a change back; one that is taken back already is left alone."""
        with self._lock:
            if change not in self._holding:
                return
            place = self._holding.index(change)
            del self._holding[place]
            if place < len(self._holding):
                self._holding[place].before = change.before
            else:
                self._put(change.before)

    @contextmanager
    def during(self, value: T) -> Iterator[None]:
        """Have this value be there for a `with` block."""
        change = self.begin(value)
        try:
            yield
        finally:
            self.end(change)


def variable(name: str) -> Changes[str | None]:
    """Changes to an environment variable; None if it is not set. Always the same object."""
    return _VARIABLES.setdefault(name, Changes(lambda: os.environ.get(name), _setter(name)))


@contextmanager
def variables(values: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for a `with` block; the others stay."""
    with ExitStack() as stack:
        for name, value in values.items():
            stack.enter_context(variable(name).during(value))
        yield


def working_directory() -> Changes[str | None]:
    """Changes to the current directory. Always the same object.

    To go to one that can't be entered raises an `OSError`; so does to go back to it.
    """
    return _DIRECTORY


_VARIABLES: dict[str, Changes[str | None]] = {}


def _setter(name: str) -> Callable[[str | None], None]:
    def put(value: str | None) -> None:
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value

    return put


def _current_directory() -> str | None:
    try:
        return os.getcwd()
    except FileNotFoundError:
        return None


def _change_directory(path: str | None) -> None:
    if path is not None:
        os.chdir(path)


_DIRECTORY = Changes(_current_directory, _change_directory)
