"""How processes are made: a job's, and the one that watches it."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator

from guild.domain.process import Job

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

__all__ = ["fork_apart", "reap", "settle_streams", "spawn"]

# Python ignores the first two for itself; the others are ignored by the supervisor.
_RESTORED = (signal.SIGPIPE, signal.SIGXFSZ)
_DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin"
_FAULT = 70
_GARBAGE = 50_000
"""After how many new objects a supervisor looks for garbage: it makes hardly any in cycles."""


def spawn(
    job: Job, stdout: int | None, stderr: int | None, mask: Iterable[int], ours: Iterable[int]
) -> int:
    """Start a job in a process group of its own.

    `posix_spawn` copies no memory and reports why a program can't be executed, but knows no
    directory: this process goes there and back.

    Args:
        job: What to start.
        stdout: Descriptor of its standard output; None to inherit this process's.
        stderr: Likewise for its standard error.
        mask: Signals it starts with blocked.
        ours: Signals that only this process ignores.

    Returns:
        Its pid.

    Raises:
        OSError: If the directory or the program can't be used.
        ValueError: If an argument or a variable holds what the system can't pass on.
    """
    here = _open_here()
    try:
        os.chdir(job.directory)
        return _spawn_first(job, stdout, stderr, list(mask), [*_RESTORED, *ours])
    finally:
        if here is not None:
            os.fchdir(here)
            os.close(here)


def _open_here() -> int | None:
    try:
        return os.open(".", os.O_RDONLY)
    except OSError:
        return None  # The directory was removed, or may not be read: nothing to go back to.


def _spawn_first(
    job: Job, stdout: int | None, stderr: int | None, mask: list[int], defaults: list[int]
) -> int:
    actions: list[tuple[object, ...]] = [
        (os.POSIX_SPAWN_DUP2, fd, number)
        for number, fd in ((1, stdout), (2, stderr))
        if fd is not None
    ]
    if not job.stdin:
        actions.append((os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0))
    refused: OSError | None = None
    for path in _candidates(job):
        try:
            return os.posix_spawn(
                path,
                job.args,
                job.env,
                file_actions=actions,
                setpgroup=0,
                setsigmask=mask,
                setsigdef=defaults,
            )
        except (FileNotFoundError, NotADirectoryError, PermissionError) as exc:
            # As a shell does: look on, and tell of a file that may not be executed.
            if refused is None or isinstance(exc, PermissionError):
                refused = exc
    if isinstance(refused, PermissionError) or (refused and os.sep in job.args[0]):
        raise refused
    raise FileNotFoundError(2, os.strerror(2), job.args[0])


def _candidates(job: Job) -> Iterator[str]:
    name = job.args[0]
    if os.sep in name:
        yield name
        return
    for directory in job.env.get("PATH", _DEFAULT_PATH).split(os.pathsep):
        yield os.path.join(directory or ".", name)


def settle_streams() -> None:
    """Make the standard streams fit for a fork, and for jobs that inherit them."""
    _open_streams()
    _flush_streams()


def fork_apart(
    work: Callable[[int, int], None], others: Iterable[int] = ()
) -> tuple[int, int, int]:
    """Fork a process that does some work and ends.

    Args:
        work: Called there with two descriptors: one to write to this process, and one to read
            what it writes, whose end says that this process is gone.
        others: Descriptors to close there: as long as it held a pipe to a third process open,
            neither that one nor this would find the other gone.

    Returns:
        Its pid, a descriptor to read what it writes, and one to write to it.

    Raises:
        OSError: If there can be no more pipes or processes.
    """
    fds: list[int] = []
    try:
        fds += os.pipe()
        fds += os.pipe()
        pid = os.fork()
    except OSError:
        for fd in fds:
            os.close(fd)
        raise
    source, their_target, their_source, target = fds
    if pid == 0:
        _work_and_end(lambda: work(their_target, their_source), (source, target, *others))
    os.close(their_target)
    os.close(their_source)
    return pid, source, target


def reap(pid: int) -> None:
    """Wait for the end of a process that was forked."""
    try:
        os.waitpid(pid, 0)
    except ChildProcessError:
        pass  # This process was started with SIGCHLD ignored.


def _work_and_end(work: Callable[[], None], closed: Iterable[int]) -> NoReturn:
    status = _FAULT
    gc.freeze()  # what is there stays: looking at it would only copy shared pages
    gc.set_threshold(_GARBAGE)
    gc.enable()
    try:
        for fd in closed:
            os.close(fd)
        work()
        status = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        # Nothing of the state that was copied from the other process is to be used.
        os._exit(status)


def _open_streams() -> None:
    """Keep the descriptors of closed standard streams from being used for anything else."""
    for fd in (0, 1, 2):
        try:
            os.fstat(fd)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _flush_streams() -> None:
    """Leave nothing in buffers, of which the fork would have a copy."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, ValueError, OSError):
            pass  # None, closed, or nobody reads it.
