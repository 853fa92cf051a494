"""Copies of files and directories that never lead out of what was asked for."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection

__all__ = ["copy_tree"]

_CHUNK = 1 << 20
_MOST_LEVELS = 300
"""Directories in one another: copying and removing go by recursion."""


def copy_tree(path: str, target: str, exclude: Collection[str] = ()) -> list[str]:
    """Copy a file or a directory with its modes and times.

    What `path` itself leads to is followed. Links in a directory stay links: those that lead to
    something in the directory as they are, others to the absolute path of what they lead to.

    Args:
        path: What is copied.
        target: Where to; nothing is there.
        exclude: Real paths of directories that are left out.

    Returns:
        Paths of what is neither a file nor a directory nor a link: it is left out.

    Raises:
        OSError: If something can't be read or written. What there is of the copy stays.
    """
    found = os.stat(path)
    if stat.S_ISREG(found.st_mode):
        _copy_file(path, target, found)
        return []
    if not stat.S_ISDIR(found.st_mode):
        raise OSError(0, "it is neither a file nor a directory", path)
    skipped: list[str] = []
    root = os.path.realpath(path)
    _copy_dir(root, target, root, frozenset(exclude), skipped, 1)
    return skipped


def _copy_dir(
    directory: str,
    target: str,
    root: str,
    exclude: frozenset[str],
    skipped: list[str],
    level: int,
) -> None:
    if level > _MOST_LEVELS:
        raise OSError(0, "directories are nested too deeply", root)
    os.mkdir(target, 0o700)
    with os.scandir(directory) as scan:
        found = sorted(scan, key=lambda entry: entry.name)
    for entry in found:
        path, copy = entry.path, f"{target}/{entry.name}"
        if entry.is_symlink():
            os.symlink(_link_text(path, root), copy)
        elif entry.is_dir(follow_symlinks=False):
            if path not in exclude:
                _copy_dir(path, copy, root, exclude, skipped, level + 1)
        elif entry.is_file(follow_symlinks=False):
            _copy_file(path, copy, entry.stat(follow_symlinks=False))
        else:
            skipped.append(path)
    info = os.stat(directory)
    # Nobody could remove the run from a directory that may not be written.
    os.chmod(target, stat.S_IMODE(info.st_mode) & 0o777 | 0o700)
    os.utime(target, ns=(info.st_atime_ns, info.st_mtime_ns))


def _link_text(path: str, root: str) -> str:
    text = os.readlink(path)
    if os.path.isabs(text):
        return text
    leads_to = os.path.realpath(path)
    inside = leads_to == root or leads_to.startswith(f"{root}/")
    return text if inside else os.path.normpath(f"{os.path.dirname(path)}/{text}")


def _copy_file(path: str, target: str, info: os.stat_result) -> None:
    mode = stat.S_IMODE(info.st_mode) & 0o777 | stat.S_IRUSR | stat.S_IWUSR
    # Not to be caught by what has come into its place since: a pipe would wait for ever.
    origin = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        copy = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        try:
            while data := os.read(origin, _CHUNK):
                view = memoryview(data)
                while view:
                    view = view[os.write(copy, view) :]
            os.fchmod(copy, mode)
        finally:
            os.close(copy)
    finally:
        os.close(origin)
    os.utime(target, ns=(info.st_atime_ns, info.st_mtime_ns))
