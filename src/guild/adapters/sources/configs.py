"""Config files that are made for runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from guild.adapters.sources.places import doing, remove_tree
from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue
from guild.domain.run import Run

__all__ = ["GeneratedConfigs"]

_TYPES = (".json", ".yml", ".yaml", ".cfg", ".ini", ".toml")
_TEMPLATE = ".in"

Write = Callable[[str, str, Mapping[str, FlagValue]], None]
"""Writes the second file like the first, with other values."""


class GeneratedConfigs:
    """See `ConfigCopies`.

    Attributes:
        write: Writes config files.
    """

    def __init__(self, write: Write) -> None:
        self.write = write

    def generate(self, run: Run, path: str, values: Mapping[str, FlagValue]) -> str:
        """See `ConfigCopies.generate`."""
        name = os.path.basename(path).removesuffix(_TEMPLATE)
        if not name.lower().endswith(_TYPES):
            raise GuildError(
                f"unsupported file type for '{path}'", f"Supported are {', '.join(_TYPES)}."
            )
        if os.path.isdir(path):
            raise GuildError(f"error loading config from {path}: it is a directory")
        directory = f"{run.path}/.guild/generated/{os.urandom(4).hex()}"
        with doing(f"write to {directory}"):
            os.makedirs(directory)
        try:
            self.write(path, f"{directory}/{name}", values)
        except BaseException as error:
            remove_tree(directory)
            if isinstance(error, GuildError) and not error.message.startswith("error loading"):
                raise GuildError(
                    f"error loading config from {path}: {error.message}", error.hint
                ) from error
            raise
        return f"{directory}/{name}"
