"""Text written in the user's editor."""

from __future__ import annotations

import os

from guild.adapters.cli.context import Context
from guild.domain.errors import GuildError

__all__ = ["edited"]


def edited(context: Context, text: str, name: str) -> str:
    """The text after the user edited it.

    Args:
        name: Name of the temporary file; its ending tells the editor what is in it.

    Raises:
        GuildError: If the editor can't be run or fails.
    """
    import shlex
    import subprocess
    import tempfile

    command = shlex.split(context.env.get("VISUAL") or context.env.get("EDITOR") or "vi")
    with tempfile.TemporaryDirectory(prefix="guild-") as directory:
        path = os.path.join(directory, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        try:
            status = subprocess.call([*command, path])
        except OSError as error:
            raise GuildError(
                f"cannot run editor '{command[0]}': {error.strerror}",
                "Set VISUAL or EDITOR to the editor to use.",
            ) from error
        if status != 0:
            raise GuildError(f"editor '{command[0]}' failed with exit status {status}")
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
