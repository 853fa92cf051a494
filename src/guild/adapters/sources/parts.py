"""Incomplete files of downloads, each in a directory that one process works in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from guild.adapters.sources.places import CACHE_PREFIX, remove_tree

__all__ = ["VERSION", "Part", "lock_of"]

VERSION = "-version"
"""How the name of the file ends that tells of which version an incomplete one is."""

_LOCK = ".guild-cache-lock"
_MOST_NAME = 100


@contextmanager
def lock_of(path: str) -> Iterator[None]:
    """Wait until no other process downloads this file.

    It only saves work: where locks are not known, or do nothing, it is downloaded twice.
    """
    import fcntl

    lock = f"{os.path.dirname(path)}/{_LOCK}"
    fd = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
        except OSError:
            pass
        yield
    finally:
        os.close(fd)


class Part:
    """A directory of its own for the incomplete file, gone when that is where it belongs.

    Of a download that fails the directory is left under a name that the next one knows: whoever
    renames it first goes on with it. What was killed left one under another name, and may yet be
    at work there where locks do nothing: its file is copied, and written to by nobody else.

    Args:
        path: Where the complete file will be; its directory exists.

    Attributes:
        path: The incomplete file; it need not exist.
    """

    def __init__(self, path: str) -> None:
        directory, _, name = path.rpartition("/")
        self._directory = directory
        self._left = f"{CACHE_PREFIX}part-{name[:_MOST_NAME]}"
        self._own = f"{directory}/{self._left}.{os.getpid():x}{os.urandom(4).hex()}"
        self.path = f"{self._own}/{name}"

    def __enter__(self) -> Part:
        try:
            os.rename(f"{self._directory}/{self._left}", self._own)
        except FileNotFoundError:
            os.mkdir(self._own)
            self._copy_from_killed()
        return self

    def __exit__(self, error: object, *_: object) -> None:
        if error is None:
            for name in self._killed():
                remove_tree(f"{self._directory}/{name}")
        if error is not None and os.path.exists(self.path + VERSION):
            try:
                os.rename(self._own, f"{self._directory}/{self._left}")
            except OSError:
                pass  # another left its own just now
        remove_tree(self._own)

    def _killed(self) -> list[str]:
        """Names of the directories of others that did not end, or have not yet."""
        own = os.path.basename(self._own)
        names = os.listdir(self._directory)
        return [name for name in names if name.startswith(f"{self._left}.") and name != own]

    def _copy_from_killed(self) -> None:
        """Take over the longest file that it is known how to go on with."""
        name = os.path.basename(self.path)
        found = []
        for each in self._killed():
            file = f"{self._directory}/{each}/{name}"
            if os.path.exists(file) and os.path.exists(file + VERSION):
                found.append((os.path.getsize(file), file))
        if not found:
            return
        import shutil  # few downloads were killed

        file = max(found)[1]
        version = _text(file + VERSION)
        shutil.copyfile(file, self.path)
        if _text(file + VERSION) == version:  # else it is of two versions
            shutil.copyfile(file + VERSION, self.path + VERSION)


def _text(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""
