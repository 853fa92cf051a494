"""Files of new projects."""

from __future__ import annotations

import os

from guild.adapters.fsstore import atomic

__all__ = ["DirectoryProjectFiles"]

_DIRECTORIES = ("runs", "trash", "cache/runs")
_NO_COPY = ".guild-nocopy"


class DirectoryProjectFiles:
    """See `ProjectFiles`."""

    def is_file(self, path: str) -> bool:
        """See `ProjectFiles.is_file`."""
        return os.path.isfile(path)

    def is_dir(self, path: str) -> bool:
        """See `ProjectFiles.is_dir`."""
        return os.path.isdir(path)

    def make_home(self, directory: str, resources: str | None) -> None:
        """See `ProjectFiles.make_home`."""
        for name in _DIRECTORIES:
            atomic.make_dirs(f"{directory}/{name}")
        own = f"{directory}/cache/resources"
        if resources is None or os.path.realpath(resources) == os.path.realpath(own):
            atomic.make_dirs(own)
        elif not os.path.lexists(own):
            atomic.make_dirs(resources)
            with atomic.storing("create", own):
                os.symlink(resources, own)
        self.write_new(f"{directory}/{_NO_COPY}", "")

    def write_new(self, path: str, text: str) -> bool:
        """See `ProjectFiles.write_new`."""
        if os.path.lexists(path):
            return False
        return atomic.write_new(path, text.encode())
