"""Who works on a run: the `LOCK` file."""

from __future__ import annotations

import os
from collections.abc import Callable

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.atomic import remove, storing, write_bytes, write_new
from guild.adapters.fsstore.notes import leave_note
from guild.adapters.fsstore.regular import read_regular, refuse_links
from guild.domain.errors import RunIsRunning, StoreError
from guild.domain.run import Run
from guild.domain.status import Liveness

__all__ = ["DirectoryRunLocks", "read_lock"]

_MAX_BYTES = 4096
_DIRECTORY = " dir="
"""Before the run's directory, in the last word of a lock. While there is a run with the very same
lock, a copy of it elsewhere is nobody's: its process works on that run."""
_HOLDER = "holder"
_PLAIN = frozenset(b"/._-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


def read_lock(run_dir: str) -> str | None:
    """Text of a run's lock; None without one, or if it can't be read.

    A lock that was copied together with its run is of nobody here: see `_DIRECTORY`.
    """
    path = layout.guild_path(run_dir, layout.LOCK)
    try:
        if not os.access(path, os.F_OK):  # most have none: quicker than to fail to open it
            return None
        text = _read(path)
    except (StoreError, ValueError):
        return None
    return None if text is None else _here(run_dir, _decoded(text))


class DirectoryRunLocks:
    """Locks as files, which an atomic link makes and an atomic rename replaces.

    A lock outlives a process that is killed, so every reader judges the evidence in it. Which
    of several processes replaces a dead owner's lock is settled by a token named after that
    very lock: only the holder of the token may replace it, and only while it is still there.
    No `flock` is involved, which network file systems may only pretend to support. Nor need
    there be hard links: a directory that is renamed into place with its owner's name in it
    is as exclusive, where nobody has removed what is in it.

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
        refuse_links(run.path)
        path = layout.guild_path(run.path, layout.LOCK)
        text = self._text(run, os.getpid())
        leave_note(run.path)
        while not self._make(path, text):
            if self._is_alive(path):
                raise RunIsRunning(run.id)
            if self._replace(path, text, only=None):
                break
        self._own[path] = text
        leave_note(run.path)

    def owns(self, run: Run) -> bool:
        """Whether this process, or the one it was forked from, claimed the run and has it yet."""
        return layout.guild_path(run.path, layout.LOCK) in self._own

    def hand_over(self, run: Run, pid: int) -> None:
        """See `RunLocks.hand_over`.

        Raises:
            RunIsRunning: If the lock isn't this process's, or that of the one it was forked
                from, any more: that may have been dead for a while, and its run claimed.
        """
        path = layout.guild_path(run.path, layout.LOCK)
        text = self._text(run, pid)
        own = self._own.get(path)
        while own is not None:
            found = _read(path)
            if found not in (None, own):
                break
            if self._make(path, text) if found is None else self._replace(path, text, only=own):
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

    def _text(self, run: Run, pid: int) -> bytes:
        return f"{self.evidence(pid).rstrip()}{_DIRECTORY}{_quoted(run.path)}\n".encode()

    def _is_alive(self, path: str) -> bool:
        text = _read(path)
        if text is None:
            return False
        run_dir = os.path.dirname(os.path.dirname(path))
        return self.liveness(_here(run_dir, _decoded(text))) is Liveness.ALIVE

    def _make(self, path: str, text: bytes) -> bool:
        """Make a lock, unless there is one; False to look again."""
        return write_new(path, text, without_links=self._make_without_links)

    def _make_without_links(self, path: str, text: bytes) -> bool:
        """As `_make`: only one at a time may look whether there is a lock, and make it."""
        token = self._take_token(f"{path}.new")
        if token is None:
            return False
        try:
            if os.path.lexists(path):
                return False
            write_bytes(path, text)
            return True
        finally:
            _drop(token)

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
        token = self._take_token(f"{path}.{seen}")
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
            _drop(token)

    def _take_token(self, name: str) -> str | None:
        """The token's path, or None while a living process has it. Dead holders are passed."""
        text = self.evidence(os.getpid()).encode()
        number = 0
        while True:
            token = f"{name}.{number}~"
            if _put(token, text):
                return token
            holder = _holder(token)
            if holder is None:
                continue  # given back just now
            if self.liveness(holder) is Liveness.ALIVE:
                return None
            number += 1


def _put(token: str, text: bytes) -> bool:
    """Make a token: a directory that names its holder. Of several that try, one does it."""
    made = f"{token[:-1]}.{os.urandom(4).hex()}~"
    with storing("create", token):
        os.mkdir(made)
        try:
            write_bytes(f"{made}/{_HOLDER}", text)
            os.rename(made, token)
        except OSError as error:
            _drop(made)
            if _is_in_the_way(error):
                return False
            raise
    return True


def _is_in_the_way(error: OSError) -> bool:
    import errno  # where two want the same

    return error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR)


def _holder(token: str) -> str | None:
    """Who has a token; None if it is gone."""
    try:
        text = _read(f"{token}/{_HOLDER}")
    except StoreError as error:
        if isinstance(error.__cause__, NotADirectoryError):
            return ""  # of an earlier version, which left it
        raise
    return None if text is None else _decoded(text)


def _drop(token: str) -> None:
    """Give a token back: all of it at once, so that nobody finds one without its holder."""
    dropped = f"{token[:-1]}.{os.urandom(4).hex()}~"
    try:
        os.rename(token, dropped)
        os.unlink(f"{dropped}/{_HOLDER}")
        os.rmdir(dropped)
    except OSError:
        pass  # its run was removed; what stays is named by `guild check`


def _quoted(path: str) -> str:
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in os.fsencode(path))


def _here(run_dir: str, text: str) -> str:
    """What a lock says in this directory: nothing, if it is a copy."""
    directory = text.rstrip().rpartition(_DIRECTORY)[2]
    if directory == _quoted(run_dir) or _DIRECTORY not in text:
        return text
    from guild.adapters.fsstore.lockcopies import is_copy  # of runs that people moved

    return "" if is_copy(text, run_dir, directory) else text


def _read(path: str) -> bytes | None:
    """What a lock holds; None if it is gone."""
    with storing("read"):
        try:
            return read_regular(path, _MAX_BYTES)
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
