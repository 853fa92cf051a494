"""Removing a directory with all that is in it, at little more than what the system needs.

Everything is opened and removed relative to the directory that it was found in, never through
a link: whoever puts a link in the place of a directory meanwhile doesn't lead the removal
elsewhere.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress

from guild.adapters.fsstore.atomic import storing

__all__ = ["remove_tree"]

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_DEEPEST = 32
_O_PATH: int = getattr(os, "O_PATH", 0)  # of Linux


def remove_tree(path: str) -> None:
    """Remove a directory and what is below it; of a link the link, not what it leads to.

    What is gone already, or goes meanwhile, is no error. Directories that the user may not
    read or change are made to allow it, as far as they are the user's. There is no limit to
    how deep they are: those far down are moved up first, below `path`.

    Raises:
        StoreError: If something can't be removed. The rest may be there or gone.
    """
    directory, name = os.path.split(path)
    with storing("delete"):
        try:
            above = os.open(directory, _DIRECTORY)
        except FileNotFoundError:
            return
        try:
            _remove(name, above, path)
        finally:
            os.close(above)


def _remove(name: str, above: int, path: str) -> None:
    """Remove an entry of the open directory `above`; `path` is for errors."""
    try:
        top = _opened(name, above)
        if top is None:
            os.unlink(name, dir_fd=above)
            return
        try:
            removal = _Removal(top)
            removal.empty(top, path, 0)
            removal.rest(path)
        finally:
            os.close(top)
        os.rmdir(name, dir_fd=above)
    except FileNotFoundError:
        return
    except OSError as error:
        raise _located(error, name, path) from error


class _Removal:
    """Empties a directory.

    Args:
        top: The directory, open. What is too deep to keep all open above it is moved here.
    """

    def __init__(self, top: int) -> None:
        self._top = top
        self._moved: list[str] = []

    def rest(self, path: str) -> None:
        """Remove what was moved up, which may have more in it that is moved."""
        while self._moved:
            self._directory(self._moved.pop(), self._top, f"{path}/...", 1)

    def empty(self, fd: int, path: str, depth: int) -> None:
        """Remove all that is in an open directory."""
        with os.scandir(fd) as entries:
            found = list(entries)
        opened = False
        for entry in found:
            name = entry.name
            while True:
                try:
                    if not entry.is_dir(follow_symlinks=False):
                        os.unlink(name, dir_fd=fd)
                    elif depth < _DEEPEST:
                        self._directory(name, fd, f"{path}/{name}", depth + 1)
                    else:
                        self._move_up(name, fd)
                except FileNotFoundError:
                    pass
                except PermissionError as error:
                    # What is in a directory can be removed by who may change the directory.
                    if opened or error.filename != name:
                        raise _located(error, name, f"{path}/{name}") from error
                    opened = True
                    with suppress(OSError):  # the next attempt tells what is wrong
                        os.fchmod(fd, stat.S_IRWXU)
                    continue
                except OSError as error:
                    raise _located(error, name, f"{path}/{name}") from error
                break

    def _directory(self, name: str, above: int, path: str, depth: int) -> None:
        fd = _opened(name, above)
        if fd is None:  # another put something else there
            os.unlink(name, dir_fd=above)
            return
        try:
            self.empty(fd, path, depth)
        finally:
            os.close(fd)
        os.rmdir(name, dir_fd=above)

    def _move_up(self, name: str, above: int) -> None:
        moved = f"deep-{os.urandom(8).hex()}"
        try:
            os.rename(name, moved, src_dir_fd=above, dst_dir_fd=self._top)
        except PermissionError:
            with suppress(OSError):  # the next attempt tells what is wrong
                for fd in (above, self._top):
                    os.fchmod(fd, stat.S_IRWXU)
                _allow(name, above)  # its entry for the directory above it changes, too
            os.rename(name, moved, src_dir_fd=above, dst_dir_fd=self._top)
        self._moved.append(moved)


def _opened(name: str, above: int) -> int | None:
    """A directory, open; None if it is something else, such as a link."""
    flags = _DIRECTORY | os.O_NOFOLLOW
    try:
        return os.open(name, flags, dir_fd=above)
    except NotADirectoryError:
        return None
    except PermissionError:
        with suppress(OSError):
            _allow(name, above)
        return os.open(name, flags, dir_fd=above)
    except OSError:
        if stat.S_ISLNK(os.lstat(name, dir_fd=above).st_mode):
            return None
        raise


def _allow(name: str, above: int) -> None:
    """Let the user do everything with a directory of his own, never through a link.

    Raises:
        OSError: If it isn't his, or no directory.
    """
    if os.chmod in os.supports_follow_symlinks:
        os.chmod(name, stat.S_IRWXU, dir_fd=above, follow_symlinks=False)
        return
    # Linux changes the mode of what is open only if it was opened for reading, save here.
    fd = os.open(name, _O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=above)
    try:
        os.chmod(f"/proc/self/fd/{fd}", stat.S_IRWXU)
    finally:
        os.close(fd)


def _located(error: OSError, name: str, path: str) -> OSError:
    """The error with the path of what it is about, where only the name was known."""
    if error.filename == name:
        return OSError(error.errno, os.strerror(error.errno or 0), path)
    return error
