"""Event files below a run's directory."""

from __future__ import annotations

import os
from collections.abc import Iterable
from stat import S_ISREG

from guild.domain.scalarreading import FoundFile, reading_order

__all__ = ["event_files"]

_MARK = ".tfevents."
_GUILD = ".guild"
_ATTRS = "attrs"


def event_files(root: str) -> tuple[list[FoundFile], bool]:
    """The event files, in reading order, and whether links were followed to find them.

    Links to directories are followed only to runs, and to each once, if the walk does not come
    to it without links: links of runs to each other may form circles.
    """
    walk = _Walk()
    walk.below("", root)
    walk.follow_links()
    if len(walk.found) > 1:
        walk.found.sort(key=lambda file: reading_order(file[0]))
    return walk.found, walk.linked


class _Walk:
    """One walk through the directory of a run.

    Attributes:
        found: The files.
        linked: Whether a link was followed.
    """

    def __init__(self) -> None:
        self.found: list[FoundFile] = []
        self.linked = False
        self._links: list[tuple[str, str]] = []
        self._directories: list[str] = []
        # By device and inode. Most runs have no links, and need none.
        self._seen: set[tuple[int, int]] | None = None

    def follow_links(self) -> None:
        """Walk through the runs that are linked to."""
        if not self._links:
            return
        self.linked = True
        self._seen = set()
        for directory in self._directories:
            self._is_new(directory)
        waiting = sorted(self._links)
        for prefix, directory in waiting:
            self._links.clear()
            self.below(prefix, directory)
            waiting += sorted(self._links)

    def below(self, prefix: str, directory: str) -> None:
        """Walk through a directory and those in it.

        Args:
            prefix: Its path relative to the run's, by the links that lead to it.
            directory: Its path.
        """
        waiting = [(prefix, directory)]
        while waiting:
            prefix, directory = waiting.pop()
            if self._seen is None:
                self._directories.append(directory)
            elif not self._is_new(directory):
                continue
            try:
                with os.scandir(directory) as entries:
                    waiting += self._inner(prefix, entries)
            except OSError:
                continue  # gone, or not ours to read

    def _is_new(self, directory: str) -> bool:
        """Whether this is the first time that this directory is seen."""
        try:
            status = os.stat(directory)
        except OSError:
            return False
        identity = (status.st_dev, status.st_ino)
        if self._seen is None or identity in self._seen:
            return False
        self._seen.add(identity)
        return True

    def _inner(self, prefix: str, entries: Iterable[os.DirEntry[str]]) -> list[tuple[str, str]]:
        """Directories in a directory, as paths relative to the run and paths."""
        inner: list[tuple[str, str]] = []
        within = f"{prefix}/" if prefix else ""
        of_guild = prefix == _GUILD or prefix.endswith(f"/{_GUILD}")
        for entry in entries:
            name = entry.name
            if entry.is_dir(follow_symlinks=False):
                if name != _ATTRS or not of_guild:  # nothing but attributes
                    inner.append((within + name, entry.path))
            elif entry.is_symlink() and os.path.isfile(f"{entry.path}/{_GUILD}/opref"):
                self._links.append((within + name, entry.path))
            elif _MARK in name:
                self._add(within + name, entry)
        return inner

    def _add(self, path: str, entry: os.DirEntry[str]) -> None:
        try:
            status = entry.stat()
        except OSError:
            return
        if S_ISREG(status.st_mode):
            self.found.append((path, status.st_size, status.st_ino, status.st_mtime_ns))
            self.linked = self.linked or entry.is_symlink()
