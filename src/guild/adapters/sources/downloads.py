"""Files of the web, downloaded once."""

from __future__ import annotations

import os
from collections.abc import Callable

from guild.adapters.sources.files import file_digest
from guild.adapters.sources.parts import Part, lock_of
from guild.adapters.sources.places import (
    CACHE_PREFIX,
    ResourceCache,
    doing,
    new_name,
    remove_tree,
)
from guild.adapters.sources.postprocess import was_processed
from guild.adapters.sources.transfer import Transfer
from guild.domain.depevents import Downloading
from guild.domain.errors import GuildError

__all__ = ["CachedDownloads"]

_NAMELESS = "download"
_MOST_NAME = 200


class CachedDownloads:
    """See `Downloads`. A file is complete in its place; what is cut short is beside it.

    Attributes:
        cache: Where files are kept.
        timeout_s: How long a server may say nothing.
    """

    def __init__(self, cache: ResourceCache, timeout_s: float = 30.0) -> None:
        self.cache = cache
        self.timeout_s = timeout_s

    def fetch(
        self, url: str, sha256: str | None, notify: Callable[[Downloading], None] | None = None
    ) -> str:
        """See `Downloads.fetch`. Of several processes one downloads, and the others wait."""
        directory = self.cache.of_url(_checked(url))
        path = f"{directory}/{_name(url)}"
        if not os.path.exists(path):
            with doing(f"write to {directory}"):
                os.makedirs(directory, exist_ok=True)
                self._download(url, path, sha256, notify)
        elif sha256 is not None:
            with doing(f"read {path}"):
                actual = _digest(path)
            if actual != sha256.lower():
                raise GuildError(
                    f"bad sha256 for '{path}' (expected {sha256} but got {actual})",
                    f"It was downloaded earlier: delete {directory} to download it again.",
                )
            with doing(f"write to {directory}"):
                _note(path, actual)
        return path

    def _download(
        self,
        url: str,
        path: str,
        sha256: str | None,
        notify: Callable[[Downloading], None] | None,
    ) -> None:
        with lock_of(path):
            if os.path.exists(path):
                return
            try:
                with Part(path) as part:
                    Transfer(url, part.path, self.timeout_s, notify).run()
                    _check(part.path, path, sha256)
                    os.rename(part.path, path)
            except FileNotFoundError:
                # Another was done first, if the lock kept it from nothing, and cleared up.
                if not os.path.exists(path):
                    raise


def _checked(url: str) -> str:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        _ = parts.port  # reading it checks it
    except ValueError as error:
        raise GuildError(f"invalid address '{url}': {error}") from None
    if parts.scheme not in ("http", "https"):
        raise GuildError(f"unsupported address '{url}' (expected http or https)")
    if not parts.hostname or not url.isprintable() or " " in url:
        raise GuildError(f"invalid address '{url}'")
    return url


def _name(url: str) -> str:
    """What the file is called: the last part of the address."""
    from urllib.parse import unquote, urlsplit

    name = unquote(urlsplit(url).path.rpartition("/")[2]).rpartition("/")[2]
    if name in ("", ".", "..") or "\0" in name or name.startswith(".guild"):
        return _NAMELESS
    return name[-_MOST_NAME:]


def _digest(path: str) -> str:
    """The hash of what was downloaded; commands may have changed it since."""
    if was_processed(os.path.dirname(path)):
        try:
            with open(_digest_path(path), encoding="ascii") as file:
                return file.read()
        except FileNotFoundError:
            pass  # nobody asked for it while it could be told
    return file_digest(path, "sha256")


def _digest_path(path: str) -> str:
    directory, _, name = path.rpartition("/")
    return f"{directory}/{CACHE_PREFIX}{name}.sha256"


def _check(part: str, path: str, sha256: str | None) -> None:
    remove_tree(_digest_path(path))  # of an earlier download
    if sha256 is None:
        return
    actual = file_digest(part, "sha256")
    if actual != sha256.lower():
        remove_tree(part)
        raise GuildError(
            f"bad sha256 for '{path}' (expected {sha256} but got {actual})",
            "What was downloaded is not what was expected, and was not kept.",
        )
    _note(path, actual)


def _note(path: str, digest: str) -> None:
    """Keep what was downloaded hashes to, for when commands have changed it."""
    noted = _digest_path(path)
    if os.path.exists(noted):
        return
    temporary = new_name(noted)
    with open(temporary, "x", encoding="ascii") as file:
        file.write(digest)
    os.replace(temporary, noted)
