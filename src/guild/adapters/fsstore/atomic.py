"""Writing files so that a reader, or a crash, sees the old or the new text and nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from guild.domain.errors import StoreError

__all__ = ["make_dirs", "remove", "storing", "write_bytes", "write_new", "write_text"]

_HINTS = {
    "ENOSPC": "Free some space and try again.",
    "EDQUOT": "Free some space and try again.",
    "EROFS": "Choose another Guild home with 'guild -H DIR' or GUILD_HOME.",
    "EACCES": "Check the permissions or choose another Guild home with 'guild -H DIR'.",
    "EPERM": "Check the permissions or choose another Guild home with 'guild -H DIR'.",
}


@contextmanager
def storing(what: str) -> Iterator[None]:
    """Turn a failure of the file system into a `StoreError` that says what was attempted."""
    try:
        yield
    except OSError as error:
        import errno

        path = error.filename2 or error.filename
        where = f" {os.fsdecode(path)}" if isinstance(path, str | bytes) else ""
        name = errno.errorcode.get(error.errno or 0, "")
        raise StoreError(
            f"cannot {what}{where}: {error.strerror or error}", _HINTS.get(name, "")
        ) from error


def write_text(path: str, text: str) -> None:
    """Replace a file's text (UTF-8). Its directory must exist.

    Raises:
        StoreError: If that fails; the file is as before then.
    """
    write_bytes(path, text.encode("utf-8", "surrogateescape"))


def write_bytes(path: str, data: bytes) -> None:
    """Replace a file's bytes. See `write_text`."""
    with storing("write"):
        os.rename(_written(path, data), path)


def write_new(path: str, data: bytes) -> bool:
    """Make a file with all of its bytes, unless it exists. Of several that try, one does it.

    Returns:
        Whether this call made it.
    """
    with storing("write"):
        temporary = _written(path, data)
        try:
            os.link(temporary, path)
        except FileExistsError:
            return False
        finally:
            os.unlink(temporary)
    return True


def _written(path: str, data: bytes) -> str:
    """Write a temporary file beside `path`; nothing is left of it if that fails."""
    temporary = f"{path}.{os.getpid():x}{os.urandom(3).hex()}~"
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(fd, view) :]
        finally:
            os.close(fd)
    except BaseException:
        os.unlink(temporary)
        raise
    return temporary


def remove(path: str) -> None:
    """Remove a file, if it is there."""
    with storing("remove"):
        try:
            os.unlink(path)
        except FileNotFoundError:
            pass


def make_dirs(path: str) -> None:
    """Make a directory and those above it, where missing."""
    with storing("create"):
        os.makedirs(path, exist_ok=True)
