"""Failures of the file system in words, and directories of the resource cache."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from guild.domain.errors import StoreError

__all__ = ["CACHE_PREFIX", "ResourceCache", "doing", "new_name", "remove_tree"]

CACHE_PREFIX = ".guild-cache-"
"""How the names of files begin that a cache keeps for itself."""


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Turn a failure of the file system into an error that says what was attempted.

    Args:
        what: Such as `copy /data/a.txt`.
    """
    try:
        yield
    except OSError as error:
        path = error.filename2 or error.filename
        shown = os.fsdecode(path) if isinstance(path, str | bytes) else ""
        where = f" ({shown})" if shown and shown not in what else ""
        raise StoreError(f"cannot {what}: {error.strerror or error}{where}") from error


def new_name(path: str) -> str:
    """Another path in the same directory, for what is not complete."""
    directory, _, name = path.rpartition("/")
    return f"{directory}/.guild-{name[:100]}.{os.getpid():x}{os.urandom(4).hex()}~"


def remove_tree(path: str) -> None:
    """Remove what is there, a link itself and not what it leads to.

    Raises:
        OSError: If something of it can't be removed.
    """
    import shutil  # costs more than most commands

    try:
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.unlink(path)
    except FileNotFoundError:
        pass


class ResourceCache:
    """Directories of a Guild home for what was downloaded or unpacked.

    Attributes:
        home: Absolute path of the Guild home.
    """

    def __init__(self, home: str) -> None:
        self.home = home

    def of_file(self, path: str) -> str:
        """The directory for what is made of a file; it need not exist."""
        return self._of(f"file\n{path}")

    def of_url(self, url: str) -> str:
        """The directory for what is at an address; it need not exist."""
        from urllib.parse import urlparse

        return self._of("\n".join(urlparse(url)))

    def of_key(self, key: str) -> str:
        """The directory for anything else; it need not exist."""
        return self._of(f"key\n{key}")

    def _of(self, key: str) -> str:
        import hashlib

        digest = hashlib.sha224(key.encode("utf-8", "surrogateescape")).hexdigest()
        return f"{self.home}/cache/resources/{digest}"
