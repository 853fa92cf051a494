"""Named locks of a Guild home, between processes that get along.

They save work and settle who is first where that is all that is needed. What decides who owns a
run are atomic operations on its directory, since file locks may do nothing on network file
systems.
"""

from __future__ import annotations

import os
from types import TracebackType
from typing import TYPE_CHECKING

from guild.adapters.fsstore.atomic import make_dirs, storing
from guild.domain.errors import LockTimeout, StoreError

if TYPE_CHECKING:
    import portalocker

__all__ = ["RUN_STATUS", "NamedLock"]

RUN_STATUS = "run-status"
"""Held while the status of runs is looked at and changed."""

_CHECK_S = 0.05


class NamedLock:
    """A lock for `with` blocks; it may be taken again and again, but not while it is held.

    Args:
        home: Absolute path of the Guild home.
        name: Which lock.
        timeout: Seconds to wait for it; None to wait as long as it takes.
        optional: Whether to go on without it on a file system that has no such locks.
    """

    def __init__(
        self, home: str, name: str, timeout: float | None = None, *, optional: bool = False
    ) -> None:
        self.home = home
        self.optional = optional
        self.name = name
        self.timeout = timeout
        self._held: portalocker.Lock | None = None

    def __enter__(self) -> NamedLock:
        """Wait for the lock and take it.

        Raises:
            LockTimeout: If it doesn't become free in time.
            StoreError: If its file can't be made, or locked.
        """
        import portalocker  # costs more than most commands

        path = os.path.join(self.home, "locks", self.name)
        make_dirs(os.path.dirname(path))
        timeout = self.timeout if self.timeout is not None else float("inf")
        held = portalocker.Lock(path, mode="a", timeout=timeout, check_interval=_CHECK_S)
        try:
            with storing("open"):
                held.acquire()
        except portalocker.exceptions.AlreadyLocked as error:
            raise LockTimeout(f"lock '{self.name}' was not free in {self.timeout} s") from error
        except portalocker.exceptions.LockException as error:
            if self.optional:
                return self
            raise StoreError(f"cannot lock {path}: {_reason(error)}") from error
        self._held = held
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if self._held is not None:
            self._held.release()
            self._held = None


def _reason(error: Exception) -> str:
    """Why the system doesn't lock a file."""
    cause = error.__cause__ or next(iter(error.args), None)
    return getattr(cause, "strerror", None) or str(error)
