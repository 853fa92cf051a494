"""Loading a project's guild.yml."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guild.domain.guildfile import Guildfile

__all__ = ["load_guildfile"]


def load_guildfile(path: str, cache_dir: str | None = None) -> Guildfile:
    """What a guild.yml says, with what it includes and inherits.

    Args:
        path: Of the file.
        cache_dir: Directory for what was read, which is read instead as long as no file
            changed; None to read the file in any case.

    Raises:
        GuildError: If it can't be read, or anything in it is not what is expected: one line with
            file, line, key path, and what was expected.
    """
    path = os.path.abspath(path)
    if cache_dir is None:
        from guild.adapters.guildfile.assembly import assembled

        return assembled(path)[0]

    from guild.adapters.guildfile.cache import GuildfileCache

    cache = GuildfileCache(cache_dir)
    found = cache.get(path)
    if found is None:
        # YAML and cattrs: what the cache saves.
        from guild.adapters.guildfile.assembly import assembled

        found, files = assembled(path)
        if files is not None:
            cache.put(found, files)
    return found
