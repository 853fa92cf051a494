"""Runs `guild` and kills it at an exact moment: right before its K-th change of a file.

    python killer.py count DESCRIPTOR -- ARGUMENTS OF GUILD
    python killer.py K-WHOM-HOW DESCRIPTOR -- ARGUMENTS OF GUILD

Or it runs a script of Python, if the first argument is one.

The first writes a byte to the descriptor for each change. In the second, WHOM is `front` (the
process of the command), `one` (the process that was about to make the change, which may be the
one that watches a run) or `tree` (all that belongs to the home), and HOW is `before`, or `torn`,
which lets half of the bytes be written where the change is that of a file's contents. One byte
is written to the descriptor before.

Changes are counted over all forks of the command, but not in what they execute. Those that
SQLite makes are not seen.
"""

from __future__ import annotations

import builtins
import io
import os
import runpy
import signal
import stat
import sys
from collections.abc import Callable
from typing import Any

__all__ = ["end_all_of"]

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_CHANGES = (
    *("rename", "replace", "link", "symlink", "unlink", "remove", "mkdir", "rmdir", "truncate"),
    *("fsync", "ftruncate", "posix_spawn", "fork"),
)
_NO_FILES = ("/dev/", "/proc/")


def end_all_of(home: str, *, but: int = 0) -> int:
    """Kill every process with a Guild home in its environment. Returns how many there were."""
    wanted = b"\0GUILD_HOME=" + os.fsencode(home) + b"\0"
    found = 0
    for name in os.listdir("/proc") if os.path.isdir("/proc") else ():
        if not name.isdigit() or int(name) in (but, os.getpid()):
            continue
        try:
            with _open(f"/proc/{name}/environ", "rb") as file:
                if wanted in b"\0" + file.read():
                    os.kill(int(name), signal.SIGKILL)
                    found += 1
        except OSError:
            continue
    return found


class _Moment:
    """Waits for the K-th change in all forks of this process, and kills then."""

    def __init__(self, number: int, whom: str, how: str, told: int) -> None:
        # Each change takes a byte out of a pipe, which the system gives to one process only.
        self._tickets, put = os.pipe()
        os.set_blocking(self._tickets, False)
        os.set_blocking(put, False)
        os.write(put, b"." * (number - 1) + b"!")
        os.close(put)
        self._whom = whom
        self._torn = how == "torn"
        self._front = os.getpid()
        self._told = told

    def __call__(self, tear: Callable[[], object]) -> None:
        try:
            ticket = os.read(self._tickets, 1)
        except OSError:
            return
        if ticket != b"!":
            return
        _write(self._told, b"!")
        # A process that lives on writes all of it.
        if self._torn and (self._whom != "front" or os.getpid() == self._front):
            tear()
        if self._whom == "front":
            os.kill(self._front, signal.SIGKILL)
        if self._whom == "tree":
            while end_all_of(os.environ["GUILD_HOME"]):
                pass
        if self._whom != "front":
            os.kill(os.getpid(), signal.SIGKILL)


def _nothing() -> None:
    pass


# What the wrappers call, and what this module uses itself.
_write = os.write
_open = open


def _wrap(reached: Callable[[Callable[[], object]], object]) -> None:
    """Have `reached` be told before each change of a file."""

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:  # Any: of any function of os
        def call(*args: Any, **kwargs: Any) -> Any:
            reached(_nothing)
            return real(*args, **kwargs)

        return call

    def write(fd: int, data: bytes) -> int:
        if stat.S_ISREG(os.fstat(fd).st_mode):
            reached(lambda: _write(fd, bytes(data)[: len(data) // 2]))
        return _write(fd, data)

    real_open = os.open

    def open_fd(path: Any, flags: int, *args: Any, **kwargs: Any) -> int:
        if flags & _WRITING and not str(path).startswith(_NO_FILES):
            reached(_nothing)
        return real_open(path, flags, *args, **kwargs)

    def open_file(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        if set(mode) & set("wxa+") and not str(file).startswith(_NO_FILES):
            reached(_nothing)
        return _open(file, mode, *args, **kwargs)

    wrapped = {name: counted(getattr(os, name)) for name in _CHANGES}
    wrapped |= {"write": write, "open": open_fd}
    for name, call in wrapped.items():
        real = getattr(os, name)
        for able in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
            if real in able:
                able.add(call)
        setattr(os, name, call)
    builtins.open = open_file
    io.open = open_file


def _run() -> None:
    how, descriptor, _, *arguments = sys.argv[1:]
    sys.argv = ["guild", *arguments]
    told = int(descriptor)
    if how == "count":
        _wrap(lambda _tear: _write(told, b"."))
    else:
        number, whom, manner = how.split("-")
        _wrap(_Moment(int(number), whom, manner, told))
    del sys.path[0]  # this script's directory
    if arguments[0].endswith(".py"):
        runpy.run_path(arguments[0], run_name="__main__")
        return
    from guild.__main__ import program

    program()


if __name__ == "__main__":
    _run()
