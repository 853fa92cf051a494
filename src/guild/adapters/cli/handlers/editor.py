"""Text written in the user's editor."""

from __future__ import annotations

import os

from guild.adapters.cli.context import Context
from guild.domain.errors import GuildError
from guild.domain.words import split_words

__all__ = ["edited"]

_DEFAULT = "/usr/bin/editor"


def edited(context: Context, text: str, name: str) -> str:
    """The text after the user edited it.

    Args:
        name: Name of the temporary file; its ending tells the editor what is in it.

    Raises:
        GuildError: If the editor can't be run or fails.
    """
    import subprocess
    import tempfile

    named = context.env.get("VISUAL") or context.env.get("EDITOR")
    default = _DEFAULT if os.path.exists(_DEFAULT) else "vi"
    command = split_words(named or "") or [default]
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
