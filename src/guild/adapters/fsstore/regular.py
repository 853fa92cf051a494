"""Reading files that somebody else may have put there, and that may be no files at all."""

from __future__ import annotations

import os
from stat import S_ISDIR, S_ISREG

from guild.adapters.fsstore.layout import ATTRS, GUILD
from guild.domain.errors import DamagedRun

__all__ = ["NotRegular", "open_regular", "read_regular", "refuse_links"]


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
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
    try:
        fd = os.open(path, flags)
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
    fd = open_regular(path, follow=follow)
    try:
        data = os.read(fd, min(most, 1 << 16))
        if len(data) < 1 << 16:
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
