"""Reading files that somebody else may have put there, and that may be no files at all."""

from __future__ import annotations

import os
from stat import S_ISDIR, S_ISREG

from guild.adapters.fsstore.layout import ATTRS, GUILD
from guild.domain.errors import DamagedRun

__all__ = ["NotRegular", "open_regular", "read_regular", "refuse_links"]

_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_NO_LINK = _FLAGS | os.O_NOFOLLOW
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
        fd = os.open(path, _FLAGS if follow else _NO_LINK)
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


def read_regular(path: str, most: int, *, follow: bool = True, listed: bool = False) -> bytes:
    """The first bytes of a file, all of them if there are no more than `most`.

    Args:
        path: The file.
        most: How many bytes to read.
        follow: Whether the path itself may be a link; one that is listed may not.
        listed: Whether its directory called it a regular file. To ask the file itself again takes
            a fifth of the time. Should it be another one by now, it is neither followed nor
            waited for; of a pipe what is in it may be read.

    Raises:
        NotRegular, OSError: As `open_regular`.
    """
    if listed:
        try:
            return _read(os.open(path, _NO_LINK), most)
        except OSError:
            follow = False  # and say why
    return _read(open_regular(path, follow=follow), most)


def _read(fd: int, most: int) -> bytes:
    """The first bytes of an open file, which is closed."""
    try:
        data = os.read(fd, min(most, _PIECE))
        return data if len(data) < _PIECE else data + _rest(fd, most - len(data))
    finally:
        os.close(fd)


def _rest(fd: int, most: int) -> bytes:
    parts: list[bytes] = []
    while most and (data := os.read(fd, min(most, 1 << 20))):
        parts.append(data)
        most -= len(data)
    return b"".join(parts)


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
