"""Locks between the processes of one Guild home."""

from __future__ import annotations

from guild import config
from guild.adapters.fsstore.namedlock import RUN_STATUS, NamedLock
from guild.domain.errors import LockTimeout

__all__ = ["RUN_STATUS", "Lock", "LockTimeout"]


class Lock(NamedLock):
    """A named lock of the Guild home for a `with` block.

    The home is the one that is set when the block begins.

    Args:
        name: Which lock.
        timeout: Seconds to wait for it; None to wait as long as it takes.
    """

    def __init__(self, name: str, timeout: float | None = None) -> None:
        super().__init__("", name, timeout)

    def __enter__(self) -> Lock:
        """Wait for the lock and take it.

        Raises:
            LockTimeout: If it doesn't become free in time.
        """
        self.home = config.guild_home()
        super().__enter__()
        return self
