"""Cache of what import by execution found."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping

from attr import frozen

from guild.adapters.flagimport.modules import SourceText

__all__ = ["DumpCache"]


@frozen
class DumpCache:
    """Parsers written down before, as files below a directory.

    An entry counts only while every file that was read of the project is unchanged, and
    there are no others. Entries that can't be read are none; what can't be written is not
    kept.

    Attributes:
        directory: Where the files are; None to keep nothing.
    """

    directory: str | None

    def get(
        self, key: tuple[str, ...], texts: Iterable[SourceText]
    ) -> Mapping[str, object] | None:
        """The parser kept under a key; None if there is none or it is out of date."""
        if self.directory is None:
            return None
        import json

        try:
            with open(self._path(key), encoding="utf-8") as file:
                entry = json.load(file)
        except (OSError, ValueError, RecursionError):
            return None
        if not isinstance(entry, dict) or entry.get("key") != list(key):
            return None
        parser = entry.get("parser")
        unchanged = entry.get("files") == _digests(texts)
        return parser if unchanged and isinstance(parser, dict) else None

    def put(
        self, key: tuple[str, ...], texts: Iterable[SourceText], parser: Mapping[str, object]
    ) -> None:
        """Keep a parser under a key."""
        if self.directory is None:
            return
        import json

        path = self._path(key)
        entry = {"key": list(key), "files": _digests(texts), "parser": parser}
        temporary = f"{path}.{os.getpid()}.tmp"
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(temporary, "w", encoding="utf-8") as file:
                json.dump(entry, file)
            os.replace(temporary, path)
        except OSError:
            _remove(temporary)

    def _path(self, key: tuple[str, ...]) -> str:
        name = hashlib.md5("\0".join(key).encode(errors="surrogateescape")).hexdigest()
        return os.path.join(self.directory or "", name)


def _remove(path: str) -> None:
    try:
        os.remove(path)
    except OSError:
        pass


def _digests(texts: Iterable[SourceText]) -> dict[str, str]:
    return {text.path: hashlib.md5(text.data).hexdigest() for text in texts}
