"""Notes about runs that are changed, for the index of runs.

A run that has ended rarely changes, and to look at each of many thousands takes longer than all
else that a listing does. Who changes one therefore writes its name into a file in the home's
cache, where there is an index to read it. Notes save work and decide nothing: a run whose note
was lost is found out by the looks that an index takes at all runs in turn.
"""

from __future__ import annotations

import os

from guild.adapters.fsstore.layout import runs_dir

__all__ = ["leave_note", "notes_path", "read_notes"]

_MAX_BYTES = 4 << 20


def notes_path(home: str) -> str:
    """The file of the notes, one name a line. It is there once something reads it."""
    return f"{home}/cache/runs/changed"


def leave_note(run_dir: str) -> None:
    """Tell that a run is about to change, or has changed. What can't be told is left out."""
    runs, _, name = run_dir.rpartition("/")
    home = runs.removesuffix(runs_dir(""))
    if home == runs:
        return
    try:
        fd = os.open(notes_path(home), os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
    except OSError:
        return
    try:
        # A name that was cut short, on a disk that was full, must not spoil this one.
        os.write(fd, b"\n" + os.fsencode(name) + b"\n")
    except OSError:
        pass
    finally:
        os.close(fd)


def read_notes(home: str, position: int) -> tuple[list[str], int] | None:
    """Names in the notes from a position on, and the position behind them.

    Returns:
        None if the file is another by now, or was so large that it is begun anew.

    Raises:
        OSError: If there are no notes and none can be kept.
    """
    fd = _opened(notes_path(home))
    try:
        size = os.fstat(fd).st_size
        if size > _MAX_BYTES:
            os.ftruncate(fd, 0)
            return None
        if size < position:
            return None
        data = os.pread(fd, size - position, position) if size > position else b""
    finally:
        os.close(fd)
    # The last name may be in the writing.
    whole = data[: data.rfind(b"\n") + 1]
    return [os.fsdecode(line) for line in whole.split(b"\n") if line], position + len(whole)


def _opened(path: str) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
    try:
        return os.open(path, flags, 0o666)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return os.open(path, flags, 0o666)
