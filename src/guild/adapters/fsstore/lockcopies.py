"""Telling a lock from a copy of it, in a run directory that was copied as it is."""

from __future__ import annotations

import os

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.regular import read_regular

__all__ = ["is_copy"]

_MAX_BYTES = 1 << 20


def is_copy(text: str, run_dir: str, directory: str) -> bool:
    """Whether a lock was copied, and the run that it was made for still has it.

    A run that was only moved is not a copy, nor one that has several names or mounts.

    Args:
        text: The lock.
        run_dir: Where it was found.
        directory: Where it was made, with all bytes but plain ones as `%XX`.
    """
    from urllib.parse import unquote_to_bytes

    made_in = os.fsdecode(unquote_to_bytes(directory))
    try:
        here = os.stat(layout.guild_path(run_dir, layout.LOCK))
        there = os.stat(layout.guild_path(made_in, layout.LOCK))
        # Devices are not compared: one directory may be mounted in two ways.
        if here.st_ino == there.st_ino:
            return False
        lock = read_regular(layout.guild_path(made_in, layout.LOCK), _MAX_BYTES)
        return lock.decode("utf-8", "replace") == text
    except (OSError, ValueError):
        return False
