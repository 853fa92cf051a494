"""Guildfiles that were read before, so that commands need no YAML for a file that did not change.

Reading one with 300 operations takes as long as some ten bare starts of the interpreter.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import md5
from stat import S_ISREG

import guild
from guild.domain.errors import GuildError
from guild.domain.guildfile import Guildfile

__all__ = ["GuildfileCache"]

_MAX_BYTES = 32 * 1024 * 1024
_DAMAGES = (ArithmeticError, AttributeError, GuildError, LookupError, RecursionError, TypeError)


class GuildfileCache:
    """Guildfiles as files below a directory, one for each path.

    One counts only while every file that was read for it has the same content, and the program
    is the same. What can't be read or decoded is none; what can't be written is not kept.

    Args:
        directory: Where they are.
    """

    def __init__(self, directory: str) -> None:
        self._directory = directory

    def get(self, path: str) -> Guildfile | None:
        """What was kept of a file; None if that is nothing or out of date."""
        import json

        try:
            with open(self._entry(path), encoding="ascii") as file:
                entry = json.loads(file.read(_MAX_BYTES))
            if entry["path"] != path or entry["program"] != _program():
                return None
            if any(_digest(name) != digest for name, digest in entry["files"].items()):
                return None

            from guild.adapters.guildfile.codec import decoded

            found = decoded(entry["guildfile"])
        except (OSError, ValueError, *_DAMAGES):
            return None
        return found if isinstance(found, Guildfile) and found.path == path else None

    def put(self, guildfile: Guildfile, files: Mapping[str, str]) -> None:
        """Keep a file.

        Args:
            guildfile: What was read.
            files: MD5 of each file that was read for it, by absolute path.
        """
        import json

        from guild.adapters.guildfile.codec import encoded

        entry = {
            "path": guildfile.path,
            "program": _program(),
            "files": dict(files),
            "guildfile": encoded(guildfile),
        }
        name = self._entry(guildfile.path)
        temporary = f"{name}.{os.getpid()}.tmp"
        try:
            os.makedirs(self._directory, exist_ok=True)
            with open(temporary, "w", encoding="ascii") as file:
                file.write(json.dumps(entry, separators=(",", ":")))
            os.replace(temporary, name)
        except OSError:
            try:
                os.remove(temporary)
            except OSError:
                pass

    def _entry(self, path: str) -> str:
        name = md5(path.encode(errors="surrogateescape"), usedforsecurity=False).hexdigest()
        return f"{self._directory}/{name}.json"


def _digest(path: str) -> str:
    # A named pipe would be waited for.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with open(descriptor, "rb") as file:
        if not S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"{path} is no regular file")
        return md5(file.read(_MAX_BYTES), usedforsecurity=False).hexdigest()


def _program() -> str:
    """What changes whenever this package or the values of the domain do."""
    newest = 0
    here = os.path.dirname(os.path.abspath(__file__))
    for directory in (here, f"{os.path.dirname(os.path.dirname(here))}/domain"):
        with os.scandir(directory) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    newest = max(newest, entry.stat().st_mtime_ns)
    return f"{guild.__version__} {newest}"
