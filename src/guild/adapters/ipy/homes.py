"""The use cases of a Guild home, for as long as a call takes."""

from __future__ import annotations

import gc
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from guild.bootstrap import build
from guild.config import guild_home

if TYPE_CHECKING:
    from guild.bootstrap import Guild

__all__ = ["opened", "without_collection"]

_LOOKS = 128
"""Fewer than of a command: many calls come one after another, and each goes on with the looks."""


@contextmanager
def opened(home: str | None = None) -> Iterator[Guild]:
    """The use cases of a home; nothing of it stays open.

    Args:
        home: Absolute path; the one that `guild.config` knows if None.
    """
    guild = build(os.environ, _warn, home=home or guild_home())
    guild.looks = _LOOKS
    try:
        yield guild
    finally:
        guild.close()


@contextmanager
def without_collection() -> Iterator[None]:
    """Leave garbage alone while many rows are read.

    None of them is garbage, and to look for some takes half as long as to read them.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _warn(sentence: str) -> None:
    warnings.warn(sentence, stacklevel=2)
