"""Writing files so that a reader, or a crash, sees the old or the new text and nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from guild.domain.errors import StoreError

__all__ = ["make_dirs", "remove", "storing", "write_bytes", "write_new", "write_text"]

_NO_LINKS = ("EPERM", "EOPNOTSUPP", "ENOTSUP", "ENOSYS")
_HINTS = {
    "ENOSPC": "Free some space and try again.",
    "EDQUOT": "Free some space and try again.",
    "EROFS": "Choose another Guild home with 'guild -H DIR' or GUILD_HOME.",
    "EACCES": "Check the permissions or choose another Guild home with 'guild -H DIR'.",
    "EPERM": "Check the permissions or choose another Guild home with 'guild -H DIR'.",
}


@contextmanager
def storing(what: str, path: str | None = None) -> Iterator[None]:
    """Turn a failure of the file system into a `StoreError` that says what was attempted.

    Args:
        what: Such as `write`.
        path: Of which file; None for the one that the failure tells.
    """
    try:
        yield
    except OSError as error:
        path = path or error.filename2 or error.filename
        where = f" {os.fsdecode(path)}" if isinstance(path, str | bytes) else ""
        raise StoreError(
            f"cannot {what}{where}: {error.strerror or error}", _HINTS.get(_name(error), "")
        ) from error


def _name(error: OSError) -> str:
    import errno  # where something failed

    return errno.errorcode.get(error.errno or 0, "")


def write_text(path: str, text: str) -> None:
    """Replace a file's text (UTF-8). Its directory must exist.

    Raises:
        StoreError: If that fails; the file is as before then.
    """
    write_bytes(path, text.encode("utf-8", "surrogateescape"))


def write_bytes(path: str, data: bytes) -> None:
    """Replace a file's bytes. See `write_text`."""
    with storing("write", path):
        os.rename(_written(path, data), path)


def write_new(path: str, data: bytes) -> bool:
    """Make a file with all of its bytes, unless it exists. Of several that try, one does it.

    Returns:
        Whether this call made it.
    """
    with storing("write", path):
        temporary = _written(path, data)
        try:
            os.link(temporary, path)
        except FileExistsError:
            return False
        except OSError as error:
            if _name(error) not in _NO_LINKS:
                raise
            return _write_exclusively(path, data)
        finally:
            os.unlink(temporary)
    return True


def _write_exclusively(path: str, data: bytes) -> bool:
    """As `write_new`, where the file system knows no hard links.

    Who reads the file in the moment before it has its bytes finds it empty and may replace
    it: then it was not made here.
    """
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    except FileExistsError:
        return False
    try:
        try:
            _write_all(fd, data)
        except BaseException:
            os.unlink(path)
            raise
        return _is_file(path, fd)
    finally:
        os.close(fd)


def _is_file(path: str, fd: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(fd))
    except FileNotFoundError:
        return False


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def _written(path: str, data: bytes) -> str:
    """Write a temporary file beside `path`; nothing is left of it if that fails."""
    temporary = f"{path}.{os.getpid():x}{os.urandom(3).hex()}~"
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        try:
            _write_all(fd, data)
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
