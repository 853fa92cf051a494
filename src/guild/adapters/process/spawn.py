"""How a job's process is made."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator

from guild.domain.process import Job

__all__ = ["spawn"]

# Python ignores the first two for itself; the others are ignored by the supervisor.
_RESTORED = (signal.SIGPIPE, signal.SIGXFSZ)
_DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin"


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
    actions = [
        (os.POSIX_SPAWN_DUP2, fd, number)
        for number, fd in ((1, stdout), (2, stderr))
        if fd is not None
    ]
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
