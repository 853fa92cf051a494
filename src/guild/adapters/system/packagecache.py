"""The list of installed packages, kept until an installation changes."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

__all__ = ["cached_packages"]

_FORMAT = "packages 1"
_END = "end"


def cached_packages(
    file: str | None, paths: Sequence[str], listed: Callable[[Sequence[str]], list[str]]
) -> list[str]:
    """The packages in directories, from a file if it was written of them as they are now.

    Whoever installs or removes a package adds or removes a directory for its metadata, so that
    the time of the directory it lies in tells whether anything changed. A file that is damaged,
    of another state or can't be written is done without.

    Args:
        file: Absolute path of the file; its directory is made. None for no file.
        paths: The directories.
        listed: Makes the list.
    """
    if file is None:
        return listed(paths)
    state = _state(paths)
    found = _read(file, state)
    if found is None:
        found = listed(paths)
        _write(file, [*state, "", *found, _END])
    return found


def _state(paths: Sequence[str]) -> list[str]:
    """What identifies the directories as they are now, a line each."""
    lines = [_FORMAT]
    for path in paths:
        try:
            changed = os.stat(path or ".").st_mtime_ns
        except OSError:
            continue
        lines.append(f"{changed} {path}".replace("\n", " "))
    return lines


def _read(file: str, state: list[str]) -> list[str] | None:
    try:
        with open(file, encoding="utf-8", errors="surrogateescape") as stream:
            lines = stream.read().split("\n")
    except OSError:
        return None
    head = len(state)
    if lines[: head + 1] != [*state, ""] or lines[-2:] != [_END, ""]:
        return None
    return lines[head + 1 : -2]


def _write(file: str, lines: list[str]) -> None:
    temporary = f"{file}.{os.getpid():x}~"
    try:
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(temporary, "w", encoding="utf-8", errors="surrogateescape") as stream:
            stream.write("\n".join(lines) + "\n")
        os.replace(temporary, file)
    except OSError:
        return
