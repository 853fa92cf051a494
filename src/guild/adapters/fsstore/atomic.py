"""Writing files so that a reader, or a crash, sees the old or the new text and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from guild.domain.errors import StoreError

__all__ = [
    "PRIVATE",
    "make_dirs",
    "remove",
    "storing",
    "sync",
    "write_bytes",
    "write_new",
    "write_text",
]

PRIVATE = 0o600
"""Mode of files with what is nobody else's: environments hold more secrets than names tell."""

_NO_LINKS = ("EPERM", "EOPNOTSUPP", "ENOTSUP", "ENOSYS")
_NO_SYNC = ("EINVAL", "EOPNOTSUPP", "ENOTSUP", "ENOSYS", "EROFS")
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


def write_text(path: str, text: str, *, lasting: bool = False, mode: int = 0o666) -> None:
    """Replace a file's text (UTF-8). Its directory must exist.

    Args:
        path: The file.
        text: All of its new text.
        lasting: Whether a power cut must not leave it empty. That it has this name outlasts
            one when its directory was synced, too.
        mode: Who may read and write it at most, from its first byte on.

    Raises:
        StoreError: If that fails; the file is as before then.
    """
    write_bytes(path, text.encode("utf-8", "surrogateescape"), lasting=lasting, mode=mode)


def write_bytes(path: str, data: bytes, *, lasting: bool = False, mode: int = 0o666) -> None:
    """Replace a file's bytes. See `write_text`."""
    with storing("write", path):
        temporary = _written(path, data, lasting=lasting, mode=mode)
        try:
            os.rename(temporary, path)
        except BaseException:
            _discard(temporary)
            raise


def sync(path: str) -> None:
    """Have what is in a file, or which names are in a directory, outlast a power cut.

    What can't be opened to be synced, or lies where that is unknown, is passed over.

    Raises:
        StoreError: If the disk fails.
    """
    with storing("sync", path):
        try:
            fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            return
        try:
            _sync(fd)
        finally:
            os.close(fd)


def _sync(fd: int) -> None:
    try:
        os.fsync(fd)
    except OSError as error:
        if _name(error) not in _NO_SYNC:
            raise


def write_new(
    path: str, data: bytes, *, without_links: Callable[[str, bytes], bool] | None = None
) -> bool:
    """Make a file with all of its bytes, unless it exists. Of several that try, one does it.

    Args:
        path: The file.
        data: Its bytes.
        without_links: Does it where the file system knows no hard links. Without it the file is
            empty for a moment there.

    Returns:
        Whether this call made it.
    """
    with storing("write", path):
        temporary = _written(path, data)
        try:
            os.link(temporary, path)
        except FileExistsError:
            # By this very call, if the first answer of a server was lost.
            return os.stat(temporary).st_nlink > 1
        except OSError as error:
            if _name(error) not in _NO_LINKS:
                raise
            return (without_links or _write_exclusively)(path, data)
        finally:
            _discard(temporary)
    return True


def _write_exclusively(path: str, data: bytes) -> bool:
    """As `write_new`, where the file system knows no hard links, for what nobody replaces."""
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    except FileExistsError:
        return False
    try:
        try:
            _write_all(fd, data)
        except BaseException:
            _discard(path)
            raise
        return True
    finally:
        os.close(fd)


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def _written(path: str, data: bytes, *, lasting: bool = False, mode: int = 0o666) -> str:
    """Write a temporary file beside `path`; nothing is left of it if that fails."""
    temporary = f"{path}.{os.getpid():x}{os.urandom(3).hex()}~"
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        try:
            _write_all(fd, data)
            if lasting:
                _sync(fd)
        finally:
            os.close(fd)
    except BaseException:
        _discard(temporary)
        raise
    return temporary


def _discard(temporary: str) -> None:
    """Remove a file that is no longer needed; one that stays is named by `guild check`."""
    try:
        os.unlink(temporary)
    except OSError:
        pass


def remove(path: str) -> None:
    """Remove a file, if it is there."""
    with storing("remove"):
        try:
            os.unlink(path)
        except FileNotFoundError:
            pass


def make_dirs(path: str, *, lasting: bool = False) -> None:
    """Make a directory and those above it, where missing.

    Args:
        path: The directory.
        lasting: Whether those that were made must outlast a power cut.
    """
    if lasting and path and not os.path.isdir(path):
        parent = os.path.dirname(path)
        make_dirs(parent, lasting=True)
        make_dirs(path)
        sync(parent)
        return
    with storing("create"):
        os.makedirs(path, exist_ok=True)
