"""Runs `guild` with a file system that notes what is asked of it, or fails where it is told to.

    python faultfs.py PLAN -- ARGUMENTS OF GUILD

runs one command; PLAN is a JSON object, empty to change nothing:

    log    file to which a line is added for each call: process, operation, call site, what about
    fault  site: call site; nth: which of its calls, from 1; kind: an error's name, or `short` for
           a write of half the bytes, or `half` for one that ENOSPC follows; lasting: whether the
           site goes on to fail, and with ENOSPC all else that writes; mark: file that is made
           when it happens

    python faultfs.py serve

runs commands one after another in forks of one process that has loaded `guild` before: for each
line of its input, a PLAN that also has `args`, `cwd`, `env`, `out`, `err` and `patience`, it
answers with a line: the exit status, or `timeout`.

A call site is an operation and the lines of `guild`'s own code that led to it, innermost first: of
those of one file in a row the innermost.
Only calls that come from that code count, in all forks of it, and not in what they execute. Of
reading and writing only that of files counts, not of pipes and terminals; of looks at what is
where (`stat` and its like) only those that can tell a failure from nothing being there, which
`os.path.exists` can't. What SQLite does is not seen.
"""

from __future__ import annotations

import builtins
import errno
import io
import json
import os
import signal
import stat
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn, TypeVar

__all__ = ["KINDS", "program"]

_T = TypeVar("_T")

_DEPTH = 4
"""How many lines tell a call site, such as the writing of a label from that of flags."""

_NEW = ("ENOSPC", "EACCES", "EIO")
_LOOK = ("EACCES", "EIO")
_LOOKS = ("stat", "lstat", "readlink")
KINDS: dict[str, tuple[str, ...]] = {
    "create": ("ENOSPC", "EACCES", "EIO", "EMFILE"),
    "open": ("EACCES", "EIO", "EMFILE"),
    "read": ("EIO",),
    "write": ("ENOSPC", "EIO", "short", "half"),
    "copy": ("ENOSPC", "EIO"),
    "fsync": ("ENOSPC", "EIO"),
    "ftruncate": ("EIO",),
    "pipe": ("EMFILE",),
    **dict.fromkeys(("rename", "replace", "link", "symlink", "mkdir"), _NEW),
    **dict.fromkeys(("unlink", "remove", "rmdir", "chmod", "utime"), _LOOK),
    **dict.fromkeys(_LOOKS, _LOOK),
    **dict.fromkeys(("listdir", "scandir"), (*_LOOK, "EMFILE")),
}
"""Ways in which each operation may fail."""

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_WRAPPED = (
    *("pipe", "rename", "replace", "link", "symlink", "mkdir", "unlink", "remove", "rmdir"),
    *("chmod", "utime", "listdir", "scandir", "fsync", "ftruncate", *_LOOKS),
)

# What the wrappers call, and what this module uses itself.
_os_open, _os_write, _os_read, _os_close = os.open, os.write, os.read, os.close
_fstat, _stat, _readlink, _open = os.fstat, os.stat, os.readlink, open


class _Fault:
    """The one fault of a command; see the module."""

    def __init__(self, *, site: str, nth: int, kind: str, mark: str, lasting: bool) -> None:
        self._site = site
        self._nth = nth
        self._kind = kind
        self._mark = mark
        self._lasting = lasting
        self._seen = 0

    def due(self, operation: str, site: str) -> str:
        """The kind of fault that happens now; empty for none."""
        if self._lasting and self._happened():
            is_full = self._kind == "ENOSPC" and self._kind in KINDS[operation]
            return self._kind if is_full or site == self._site else ""
        if site != self._site:
            return ""
        self._seen += 1
        # Of several forks one gets it.
        return self._kind if self._seen == self._nth and self._marked() else ""

    def _happened(self) -> bool:
        try:
            _stat(self._mark)
        except OSError:
            return False
        return True

    def _marked(self) -> bool:
        try:
            _os_close(_os_open(self._mark, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            return False
        return True


class _System:
    """Stands between `guild` and the system.

    Args:
        source: Directory of the code whose calls count.
        log: Descriptor to note calls in, if they are noted.
        fault: What is to fail, if anything is.
    """

    def __init__(self, source: str, log: int | None, fault: _Fault | None) -> None:
        self._source = source
        self._log = log
        self._fault = fault

    def call(self, operation: str, about: object, real: Callable[[], _T]) -> _T:
        """Do a call of the system, or fail as it might."""
        site = self._site(operation)
        if not site:
            return real()
        self._note(operation, site, about)
        kind = self._fault.due(operation, site) if self._fault else ""
        if not kind:
            return real()
        raise OSError(getattr(errno, kind), os.strerror(getattr(errno, kind)), *_name(about))

    def write(self, fd: int, data: Any, real: Callable[[Any], int]) -> int:  # Any: buffers
        """Write to a file: all, less, or nothing."""
        if not stat.S_ISREG(_fstat(fd).st_mode):
            return real(data)
        site = self._site("write")
        if not site:
            return real(data)
        self._note("write", site, fd)
        kind = self._fault.due("write", site) if self._fault else ""
        if kind in ("short", "half") and len(data) > 1:
            written = real(memoryview(data)[: len(data) // 2])
            if kind == "short":
                return written
            kind = "ENOSPC"
        if kind in ("", "short"):
            return real(data)
        number = getattr(errno, "ENOSPC" if kind == "half" else kind)
        raise OSError(number, os.strerror(number))

    def _note(self, operation: str, site: str, about: object) -> None:
        if self._log is not None:
            words = (str(os.getpid()), operation, site, _shown(about))
            _os_write(self._log, ("\t".join(words) + "\n").encode())

    def _site(self, operation: str) -> str:
        """The call site; empty if it is not in the code that counts."""
        lines: list[str] = []
        last = ""
        frame: FrameType | None = sys._getframe(2)
        assert frame is not None
        if operation in _LOOKS and not self._is_own(frame.f_back):
            return ""
        while frame is not None and len(lines) < _DEPTH:
            name = frame.f_code.co_filename
            if self._is_own(frame) and name != last:
                last = name
                lines.append(f"{name[len(self._source) :]}:{frame.f_lineno}")
            frame = frame.f_back
        return f"{operation}@{'<'.join(lines)}" if lines else ""

    def _is_own(self, frame: FrameType | None) -> bool:
        return frame is not None and frame.f_code.co_filename.startswith(self._source)


def _shown(about: object) -> str:
    if isinstance(about, int):
        try:
            return os.fsdecode(_readlink(f"/proc/self/fd/{about}"))
        except OSError:
            return str(about)
    text = os.fsdecode(about) if isinstance(about, str | bytes) else str(about)
    return text.replace("\t", " ").replace("\n", " ")


def _name(about: object) -> tuple[object, ...]:
    return (about,) if isinstance(about, str | bytes) else ()


def _wrap(system: _System) -> None:
    """Put the system's calls behind `system`, for all modules of this process."""
    for name in _WRAPPED:
        _replace(name, _wrapped(system, name, getattr(os, name)))
    _replace("open", _opening(system))
    _replace("read", _reading(system))
    _replace("write", lambda fd, data: system.write(fd, data, lambda part: _os_write(fd, part)))
    for name in ("sendfile", "copy_file_range"):
        if hasattr(os, name):
            _replace(name, _wrapped(system, name, getattr(os, name), "copy"))
    builtins.open = io.open = _opener(system)


def _replace(name: str, new: Callable[..., Any]) -> None:  # Any: of any function of os
    real = getattr(os, name)
    for supported in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
        if real in supported:  # shutil asks that before it removes a tree
            supported.add(new)
    setattr(os, name, new)


def _wrapped(
    system: _System, name: str, real: Callable[..., Any], operation: str = ""
) -> Callable[..., Any]:  # Any: of any function of os
    def call(*args: Any, **kwargs: Any) -> Any:
        about = args[-1] if name in ("rename", "replace", "link", "symlink") else (*args, "")[0]
        return system.call(operation or name, about, lambda: real(*args, **kwargs))

    return call


def _opening(system: _System) -> Callable[..., int]:
    def opening(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        operation = "create" if flags & _WRITING else "open"
        return system.call(operation, path, lambda: _os_open(path, flags, mode, dir_fd=dir_fd))

    return opening


def _reading(system: _System) -> Callable[[int, int], bytes]:
    def reading(fd: int, size: int) -> bytes:
        if not stat.S_ISREG(_fstat(fd).st_mode):
            return _os_read(fd, size)
        return system.call("read", fd, lambda: _os_read(fd, size))

    return reading


def _opener(system: _System) -> Callable[..., Any]:  # Any: what open gives
    class File(io.FileIO):
        """A file whose reading and writing goes through the system."""

        def readinto(self, buffer: Any) -> int | None:
            return system.call("read", self.fileno(), lambda: super(File, self).readinto(buffer))

        def readall(self) -> bytes:
            return system.call("read", self.fileno(), lambda: super(File, self).readall())

        def write(self, data: Any) -> int:
            return system.write(self.fileno(), data, lambda part: super(File, self).write(part))

    def opened(
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Any = None,
    ) -> Any:
        writes = any(letter in mode for letter in "wax+")
        if not system._site("open"):
            return _open(file, mode, buffering, encoding, errors, newline, closefd, opener)
        raw = mode.replace("t", "")

        def real() -> File:
            return File(file, raw.replace("b", ""), closefd, opener)

        # Of a descriptor nothing is opened, nor where an opener does that.
        plain = isinstance(file, int) or opener is not None
        made = real() if plain else system.call("create" if writes else "open", file, real)
        if buffering == 0:
            return made
        if "+" in mode:
            buffered: Any = io.BufferedRandom(made)
        elif writes:
            buffered = io.BufferedWriter(made)
        else:
            buffered = io.BufferedReader(made)
        if "b" in mode:
            return buffered
        text = io.TextIOWrapper(
            buffered, encoding or "utf-8", errors, newline, line_buffering=buffering == 1
        )
        text.mode = mode  # type: ignore[misc]  # as open does
        return text

    return opened


def _begin(plan: dict[str, Any]) -> None:
    """Have what is run from now on go as planned."""
    import guild

    if not plan.get("log") and not plan.get("fault"):
        return
    log = None
    if plan.get("log"):
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        log = _os_open(plan["log"], flags, 0o600)
    fault = _Fault(**plan["fault"]) if plan.get("fault") else None
    _wrap(_System(os.path.dirname(os.path.abspath(guild.__file__)) + os.sep, log, fault))


def _guild(plan: dict[str, Any], args: list[str]) -> NoReturn:
    from guild.__main__ import program

    sys.argv = ["guild", *args]
    _begin(plan)
    program()
    raise AssertionError("program() ends the process")


def _serve() -> None:
    """Run the commands that are asked for."""
    _load()
    answers = os.dup(1)
    os.set_inheritable(answers, False)
    for line in sys.stdin:
        plan = json.loads(line)
        pid = os.fork()
        if pid == 0:
            os._exit(_command(plan))
        status = _waited(pid, plan["patience"])
        _os_write(answers, f"{'timeout' if status is None else status}\n".encode())


def _command(plan: dict[str, Any]) -> int:
    """Be a command; for the fork of the server."""
    os.setsid()
    for number, name, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, plan["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND),
        (2, plan["err"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND),
    ):
        fd = _os_open(name, flags, 0o600)
        os.dup2(fd, number)
        _os_close(fd)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115  # for the life of this process
    os.chdir(plan["cwd"])
    os.environ.clear()
    os.environ.update(plan["env"])
    try:
        _guild(plan, plan["args"])
    except SystemExit as end:
        sys.stdout.flush()
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 70


def _waited(pid: int, patience_s: float) -> int | None:
    """The exit status of a command; None if it was killed for taking too long."""
    deadline = time.monotonic() + patience_s
    pause_s = 0.001
    while True:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return None
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.3, 0.02)


_PACKAGES = (
    *("domain", "app", "app.ports", "bootstrap", "adapters.cli", "adapters.cli.commands"),
    *("adapters.cli.handlers", "adapters.fsstore", "adapters.process", "adapters.flagimport"),
    *("adapters.guildfile", "adapters.project", "adapters.sources", "adapters.system"),
    *("adapters.vcs", "adapters.tfevents", "adapters.configfiles", "adapters.index"),
    "adapters.memory",
)


def _load() -> None:
    """Load what commands load, so that their forks needn't."""
    import importlib
    import pkgutil

    for package in _PACKAGES:
        module = importlib.import_module(f"guild.{package}")
        for found in pkgutil.iter_modules(module.__path__):
            if not found.ispkg:
                importlib.import_module(f"guild.{package}.{found.name}")
    for name in ("cattrs", "shutil", "tempfile", "yaml", "encodings.latin_1"):
        importlib.import_module(name)


def program() -> None:
    """Do what the command line of this process says."""
    what, *rest = sys.argv[1:]
    if what == "serve":
        _serve()
    elif rest[:1] == ["--"]:
        _guild(json.loads(what), rest[1:])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    program()
