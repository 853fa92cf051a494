"""Hashes that name contents. They protect nothing.

The modules behind `hashlib` are used where Python has them: `hashlib` itself loads OpenSSL,
which costs a fifth of a bare start of the interpreter, and hashes small files no faster.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Digest(Protocol):
        """A hash being computed."""

        def update(self, data: bytes, /) -> None:
            """Add bytes."""
            ...

        def hexdigest(self) -> str:
            """The hash of all bytes so far, as lower-case hexadecimal digits."""
            ...


__all__ = ["Digest", "NoDigest", "md5", "sha1"]


class NoDigest:
    """In the place of a hash that is not wanted."""

    def update(self, data: bytes, /) -> None:
        """Add nothing."""

    def hexdigest(self) -> str:
        """An empty text."""
        return ""


def md5() -> Digest:
    """A new MD5."""
    return _new("_md5", "md5")


def sha1() -> Digest:
    """A new SHA-1."""
    return _new("_sha1", "sha1")


def _new(module: str, name: str) -> Digest:
    try:
        make = getattr(__import__(module), name)
    except ImportError:
        import hashlib

        make = getattr(hashlib, name)
    digest: Digest = make(usedforsecurity=False)
    return digest
