"""Commits of git work trees."""

from __future__ import annotations

import os
import re
import select
import signal
import time

__all__ = ["GitRevisions"]

_CHUNK = 1 << 16
_OID = rb"# branch\.oid ([0-9a-f]{40,64})"

_OF_ANOTHER_REPOSITORY = (
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_WORK_TREE",
)
"""Set where a git hook runs Guild: they would lead git away from the directory asked for."""


class GitRevisions:
    """See `Revisions`.

    A work tree is dirty if what git tracks differs from the commit. Files git does not know
    don't count: to look for them git must read the whole tree, and Guild homes and results in
    a project would make it dirty for ever.

    Attributes:
        timeout_s: How long git may take before the commit counts as unknown.
    """

    def __init__(self, timeout_s: float = 10.0) -> None:
        self.timeout_s = timeout_s

    def commit(self, directory: str) -> str | None:
        """See `Revisions.commit`. Unknown without git, before a first commit, and where git
        refuses, such as in directories of other users.

        Raises:
            GuildError: If the system can't start git.
        """
        if not _in_work_tree(directory):
            return None
        status = self._status(directory)
        if status is None:
            return None
        lines = status.splitlines()
        for line in lines:
            if oid := re.fullmatch(_OID, line):
                dirty = any(not line.startswith(b"#") for line in lines)
                return f"git:{oid[1].decode()}{'*' if dirty else ''}"
        return None

    def _status(self, directory: str) -> bytes | None:
        command = (
            "git",
            "-C",
            directory,
            "status",
            "--porcelain=v2",
            "--branch",
            "--no-ahead-behind",
            "--no-renames",
            "--untracked-files=no",
        )
        env = {name: os.environ[name] for name in os.environ if name not in _OF_ANOTHER_REPOSITORY}
        env |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
        try:
            return _output(command, env, self.timeout_s)
        except (FileNotFoundError, NotADirectoryError, PermissionError, ValueError):
            return None  # there is no git
        except OSError as error:
            from guild.domain.errors import GuildError  # where something failed

            raise GuildError(f"cannot run git: {error.strerror}") from error


def _output(command: tuple[str, ...], env: dict[str, str], timeout_s: float) -> bytes | None:
    """What a command prints; None if it fails or takes too long.

    With what the launcher of runs uses anyway: `subprocess` is not needed otherwise, and
    importing it takes as long as the command.
    """
    reading, writing = os.pipe()
    nothing = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
    silent = (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)
    try:
        try:
            told = (os.POSIX_SPAWN_DUP2, writing, 1)
            pid = os.posix_spawnp(command[0], command, env, file_actions=(nothing, silent, told))
        finally:
            os.close(writing)
        output = _read_all(reading, timeout_s)
        if output is None:
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    finally:
        os.close(reading)
    return output if status == 0 else None


def _read_all(file: int, timeout_s: float) -> bytes | None:
    """All that comes until the end; None if that takes too long."""
    poll = select.poll()
    poll.register(file, select.POLLIN)
    end = time.monotonic() + timeout_s
    chunks: list[bytes] = []
    while poll.poll(max(0.0, end - time.monotonic()) * 1000):
        chunk = os.read(file, _CHUNK)
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)
    return None


def _in_work_tree(directory: str) -> bool:
    """Whether there is a `.git`: a directory, or a file in linked work trees and submodules."""
    path = os.path.realpath(directory)
    while not os.path.exists(f"{path.rstrip('/')}/.git"):
        if path in ("/", ""):
            return False
        path = os.path.dirname(path)
    return True
