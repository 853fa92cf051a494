"""Commands over what was downloaded or unpacked."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from guild.adapters.sources.places import CACHE_PREFIX, ResourceCache, doing
from guild.domain.errors import GuildError

__all__ = ["ShellPostProcesses", "was_processed"]

_MARKER = ".post"
_BEGUN = f"{_MARKER}-begun"


class ShellPostProcesses:
    """See `PostProcesses`. A file beside what is processed says that it is, another that it was.

    Attributes:
        cache: Directories for commands that have no other.
        env: Variables of the commands.
    """

    def __init__(self, cache: ResourceCache, env: Mapping[str, str]) -> None:
        self.cache = cache
        self.env = env

    def run(
        self, command: str, directory: str | None, key: str, begin: Callable[[str], None]
    ) -> None:
        """See `PostProcesses.run`."""
        import hashlib
        import subprocess

        directory = directory or self.cache.of_key(key)
        digest = hashlib.sha1(command.encode("utf-8", "surrogateescape"), usedforsecurity=False)
        name = f"{directory}/{CACHE_PREFIX}{digest.hexdigest()}"
        marker, begun = f"{name}{_MARKER}", f"{name}{_BEGUN}"
        if os.path.exists(marker):
            return
        with doing(f"write to {directory}"):
            os.makedirs(directory, exist_ok=True)
            with open(begun, "wb"):
                pass
        begin(directory)
        try:
            status = subprocess.run(
                command, shell=True, cwd=directory, env=dict(self.env), check=False
            ).returncode
        except (OSError, ValueError) as error:
            raise GuildError(f"Command '{command}' could not be run: {error}") from error
        if status:
            raise GuildError(f"Command '{command}' returned non-zero exit status {status}.")
        with doing(f"write {marker}"):
            os.replace(begun, marker)


def was_processed(directory: str) -> bool:
    """Whether a command may have changed what is in a directory: whether one was begun there.

    Raises:
        OSError: If the directory can't be read.
    """
    return any(
        name.startswith(CACHE_PREFIX) and name.endswith((_MARKER, _BEGUN))
        for name in os.listdir(directory)
    )
