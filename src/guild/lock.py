"""Locks between the processes of one Guild home."""

from __future__ import annotations

import os
from types import TracebackType
from typing import TYPE_CHECKING

from guild import config
from guild.domain.errors import LockTimeout

if TYPE_CHECKING:
    import portalocker

__all__ = ["RUN_STATUS", "Lock", "LockTimeout"]

RUN_STATUS = "run-status"
"""Held while the status of runs is looked at and changed."""


class Lock:
    """A named lock of the Guild home for a `with` block.

    It saves work between processes that get along: what decides who owns a run are atomic
    operations on its directory, since file locks may do nothing on network file systems.

    Args:
        name: Which lock.
        timeout: Seconds to wait for it; None to wait as long as it takes.
    """

    def __init__(self, name: str, timeout: float | None = None) -> None:
        self.name = name
        self.timeout = timeout
        self._held: portalocker.Lock | None = None

    def __enter__(self) -> Lock:
        import portalocker  # costs more than most commands

        path = os.path.join(config.guild_home(), "locks", self.name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        timeout = self.timeout if self.timeout is not None else float("inf")
        self._held = portalocker.Lock(path, mode="a", timeout=timeout, check_interval=0.05)
        try:
            self._held.acquire()
        except portalocker.exceptions.LockException as error:
            self._held = None
            raise LockTimeout(f"lock '{self.name}' was not free in {self.timeout} s") from error
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
