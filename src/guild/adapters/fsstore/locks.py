"""Who works on a run: the `LOCK` file."""

from __future__ import annotations

import os
from collections.abc import Callable

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.atomic import remove, storing, write_bytes, write_new
from guild.domain.errors import RunIsRunning, StoreError
from guild.domain.run import Run
from guild.domain.status import Liveness

__all__ = ["DirectoryRunLocks", "read_lock"]

_MAX_BYTES = 4096


def read_lock(run_dir: str) -> str | None:
    """Text of a run's lock; None without one, or if it can't be read."""
    try:
        text = _read(layout.guild_path(run_dir, layout.LOCK))
    except StoreError:
        return None
    return None if text is None else _decoded(text)


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
        # What was written to each lock by this process, or before it was forked.
        self._own: dict[str, bytes] = {}

    def claim(self, run: Run) -> None:
        """See `RunLocks.claim`."""
        path = layout.guild_path(run.path, layout.LOCK)
        text = self.evidence(os.getpid()).encode()
        while not write_new(path, text):
            if self._is_alive(path):
                raise RunIsRunning(run.id)
            if self._replace(path, text, only=None):
                break
        self._own[path] = text

    def hand_over(self, run: Run, pid: int) -> None:
        """See `RunLocks.hand_over`.

        Raises:
            RunIsRunning: If the lock isn't this process's, or that of the one it was forked
                from, any more: that may have been dead for a while, and its run claimed.
        """
        path = layout.guild_path(run.path, layout.LOCK)
        text = self.evidence(pid).encode()
        own = self._own.get(path)
        while own is not None:
            found = _read(path)
            if found not in (None, own):
                break
            if write_new(path, text) if found is None else self._replace(path, text, only=own):
                self._own[path] = text
                return
        raise RunIsRunning(run.id)

    def release(self, run: Run) -> None:
        """See `RunLocks.release`. What another process made of the lock stays while that lives."""
        path = layout.guild_path(run.path, layout.LOCK)
        own = self._own.pop(path, None)
        if own is None:
            return
        found = _read(path)
        if found == own or (
            found is not None and not self._is_alive(path) and self._replace(path, own, only=found)
        ):
            remove(path)

    def _is_alive(self, path: str) -> bool:
        text = _read(path)
        return text is not None and self.liveness(_decoded(text)) is Liveness.ALIVE

    def _replace(self, path: str, text: bytes, *, only: bytes | None) -> bool:
        """Whether a lock that nobody else may touch has the new text now; False to look again.

        Args:
            path: The lock.
            text: The new text.
            only: What it must hold; None for whatever a dead owner left.
        """
        seen = _identity(path)
        if seen is None:
            return False
        token = self._take_token(f"{path}.{seen}", self.evidence(os.getpid()).encode())
        if token is None:
            return False
        try:
            # It may have become another's between the look that led here and `seen`.
            may = not self._is_alive(path) if only is None else _read(path) == only
            if not may or _identity(path) != seen:
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


def _read(path: str) -> bytes | None:
    """What a lock holds; None if it is gone."""
    with storing("read"):
        try:
            with open(path, "rb") as file:
                return file.read(_MAX_BYTES)
        except FileNotFoundError:
            return None


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def _identity(path: str) -> str | None:
    """What tells this lock from every other that was or will be at the path."""
    with storing("read"):
        try:
            stat = os.stat(path)
        except FileNotFoundError:
            return None
    return f"{stat.st_ino:x}-{stat.st_mtime_ns:x}"
