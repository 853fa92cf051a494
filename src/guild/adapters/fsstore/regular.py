"""Reading files that somebody else may have put there, and that may be no files at all."""

from __future__ import annotations

import os
from stat import S_ISDIR, S_ISREG

from guild.adapters.fsstore.layout import ATTRS, GUILD
from guild.domain.errors import DamagedRun

__all__ = ["NotRegular", "open_regular", "read_listed", "read_regular", "refuse_links"]

_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_PIECE = 1 << 16


class NotRegular(OSError):
    """A pipe, which would be waited for, a device, which may never end, or a refused link."""


def open_regular(path: str, *, follow: bool = True) -> int:
    """Open a file for reading; never waits.

    Args:
        path: The file.
        follow: Whether the path itself may be a link.

    Raises:
        NotRegular: If there is something else.
        OSError: If it can't be opened.
    """
    try:
        fd = os.open(path, _FLAGS if follow else _FLAGS | os.O_NOFOLLOW)
    except OSError as error:
        why = "it is a link" if not follow and os.path.islink(path) else _why(error)
        if why:
            raise NotRegular(error.errno, why, path) from None
        raise
    mode = os.fstat(fd).st_mode
    if not S_ISREG(mode):
        os.close(fd)
        why = "Is a directory" if S_ISDIR(mode) else "it is no regular file"
        raise NotRegular(0, why, path)
    return fd


def read_regular(path: str, most: int, *, follow: bool = True) -> bytes:
    """The first bytes of a file, all of them if there are no more than `most`.

    Raises:
        NotRegular, OSError: As `open_regular`.
    """
    return _read(open_regular(path, follow=follow), most)


def read_listed(path: str, most: int) -> bytes:
    """As `read_regular` without following links, of what its directory calls a regular file.

    To ask the file itself again takes a fifth of the time. Should it be another one by now, it is
    neither followed nor waited for.
    """
    try:
        fd = os.open(path, _FLAGS | os.O_NOFOLLOW)
    except OSError:
        fd = open_regular(path, follow=False)  # which says why not
    return _read(fd, most)


def _read(fd: int, most: int) -> bytes:
    """The first bytes of an open file, which is closed."""
    try:
        data = os.read(fd, min(most, _PIECE))
        if len(data) < _PIECE:
            return data
        parts = [data]
        most -= len(data)
        while most and (data := os.read(fd, min(most, 1 << 20))):
            parts.append(data)
            most -= len(data)
        return b"".join(parts)
    finally:
        os.close(fd)


def refuse_links(run_dir: str) -> None:
    """Refuse a run whose state, or whose attributes, are behind a link.

    A run itself may be a link. Who made a link in it could have any files taken for attributes,
    and written.

    Raises:
        DamagedRun: If there is such a link.
    """
    for path in (f"{run_dir}/{GUILD}", f"{run_dir}/{GUILD}/{ATTRS}"):
        if os.path.islink(path):
            raise DamagedRun(f"cannot use {path}: it is a link", "Put what it leads to there.")


def _why(error: OSError) -> str:
    import errno  # where something failed

    return "it is no regular file" if error.errno == errno.ENXIO else ""  # a socket
