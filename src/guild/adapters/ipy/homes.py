"""The use cases of a Guild home, for as long as a call takes."""

from __future__ import annotations

import gc
import os
import sys
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

_PACKAGE = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(__file__))), "")


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
    """Warn of what a line of the user's did."""
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    warnings.warn(sentence, stacklevel=level)
