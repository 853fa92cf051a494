"""Who works on a run: the `LOCK` file."""

from __future__ import annotations

import os
from collections.abc import Callable

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.atomic import remove, storing, write_bytes, write_new
from guild.domain.errors import RunIsRunning
from guild.domain.run import Run
from guild.domain.status import Liveness

__all__ = ["DirectoryRunLocks", "read_lock"]

_MAX_BYTES = 4096


def read_lock(run_dir: str) -> str | None:
    """Text of a run's lock; None without one."""
    try:
        with open(layout.guild_path(run_dir, layout.LOCK), "rb") as file:
            return file.read(_MAX_BYTES).decode("utf-8", "replace")
    except OSError:
        return None


class DirectoryRunLocks:
    """Locks as files, which an atomic link makes and an atomic rename replaces.

    A lock outlives a process that is killed, so every reader judges the evidence in it. Which
    of several processes replaces a dead owner's lock is settled by a token named after that
    very lock: only the holder of the token may replace it, and only while it is still there.
    No `flock` is involved, which network file systems may only pretend to support.

    Attributes:
        evidence: Text that identifies a process for ever, from its id.
        liveness: What such a text says about its process now.
    """

    def __init__(
        self, evidence: Callable[[int], str], liveness: Callable[[str], Liveness]
    ) -> None:
        self.evidence = evidence
        self.liveness = liveness

    def claim(self, run: Run) -> None:
        """See `RunLocks.claim`."""
        path = layout.guild_path(run.path, layout.LOCK)
        text = self.evidence(os.getpid()).encode()
        while not write_new(path, text):
            if self._is_alive(path):
                raise RunIsRunning(run.id)
            if self._replace_dead(path, text):
                return

    def hand_over(self, run: Run, pid: int) -> None:
        """See `RunLocks.hand_over`."""
        write_bytes(layout.guild_path(run.path, layout.LOCK), self.evidence(pid).encode())

    def release(self, run: Run) -> None:
        """See `RunLocks.release`."""
        remove(layout.guild_path(run.path, layout.LOCK))

    def _is_alive(self, path: str) -> bool:
        try:
            with open(path, "rb") as file:
                text = file.read(_MAX_BYTES).decode("utf-8", "replace")
        except FileNotFoundError:
            return False
        return self.liveness(text) is Liveness.ALIVE

    def _replace_dead(self, path: str, text: bytes) -> bool:
        """Whether this process now owns a lock whose owner is dead; False to look again."""
        seen = _identity(path)
        if seen is None:
            return False
        token = self._take_token(f"{path}.{seen}", text)
        if token is None:
            return False
        try:
            if _identity(path) != seen:
                return False
            write_bytes(path, text)
            return True
        finally:
            remove(token)

    def _take_token(self, name: str, text: bytes) -> str | None:
        """The token's path, or None while a living process has it. Dead holders are passed."""
        number = 0
        while True:
            token = f"{name}.{number}~"
            if write_new(token, text):
                return token
            if self._is_alive(token):
                return None
            number += 1


def _identity(path: str) -> str | None:
    """What tells this lock from every other that was or will be at the path."""
    with storing("read"):
        try:
            stat = os.stat(path)
        except FileNotFoundError:
            return None
    return f"{stat.st_ino:x}-{stat.st_mtime_ns:x}"
