"""Files and directories that dependencies are made of."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from guild.adapters.sources.places import doing

__all__ = ["DirectorySourceFiles", "file_digest"]

_GUILD = ".guild"
_CHUNK = 1 << 20


class DirectorySourceFiles:
    """See `SourceFiles`."""

    def find(self, path: str, roots: Sequence[str]) -> str | None:
        """See `SourceFiles.find`."""
        candidates = [path] if os.path.isabs(path) else [f"{root}/{path}" for root in roots]
        for candidate in candidates:
            if os.path.exists(candidate):
                return os.path.normpath(candidate)
        return None

    def is_dir(self, path: str) -> bool:
        """See `SourceFiles.is_dir`."""
        return os.path.isdir(path)

    def names(self, directory: str) -> list[str]:
        """See `SourceFiles.names`."""
        with doing(f"read {directory}"):
            return sorted(name for name in os.listdir(directory) if not _is_own(name))

    def entries(self, directory: str, *, follow_links: bool = False) -> list[str]:
        """See `SourceFiles.entries`."""
        with doing(f"read {directory}"):
            seen = {os.path.realpath(directory)} if follow_links else None
            return list(_walk(directory, seen))

    def sha256(self, path: str) -> str:
        """See `SourceFiles.sha256`."""
        with doing(f"read {path}"):
            return file_digest(path, "sha256")


def _is_own(name: str) -> bool:
    return name == _GUILD or name.startswith(f"{_GUILD}-")


def _walk(root: str, seen: set[str] | None) -> Iterator[str]:
    """Paths below a directory, each directory before what is in it, however deep that is."""
    below = [(_listed(f"{root}/"), "")]
    while below:
        entries, prefix = below[-1]
        entry = next(entries, None)
        if entry is None:
            below.pop()
            continue
        path = f"{prefix}{entry.name}"
        yield path
        if _enters(entry, seen):
            below.append((_listed(f"{root}/{path}"), f"{path}/"))


def _listed(directory: str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(directory) as scan:
        found = [entry for entry in scan if not _is_own(entry.name)]
    return iter(sorted(found, key=lambda entry: entry.name))


def _enters(entry: os.DirEntry[str], seen: set[str] | None) -> bool:
    """Whether to list what is in a directory: behind links on request, and each only once."""
    if entry.is_dir(follow_symlinks=False):
        return True
    if seen is None or not entry.is_dir():
        return False
    target = os.path.realpath(entry.path)
    if target in seen:
        return False
    seen.add(target)
    return True


def file_digest(path: str, algorithm: str) -> str:
    """A hash of a file's bytes, hexadecimal.

    Raises:
        OSError: If it can't be read.
    """
    import hashlib

    digest = hashlib.new(algorithm, usedforsecurity=False)
    with open(path, "rb") as file:
        while data := file.read(_CHUNK):
            digest.update(data)
    return digest.hexdigest()
