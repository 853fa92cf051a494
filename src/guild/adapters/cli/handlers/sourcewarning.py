"""The one line that says which source code was not copied."""

from __future__ import annotations

from collections.abc import Sequence

from guild.domain.display import shown
from guild.domain.leftout import SourceLimitReached

__all__ = ["source_warning"]

_NAMED = 3


def source_warning(event: SourceLimitReached) -> str:
    """What was left out of the copy of the source code, and why."""
    parts = []
    if event.too_big:
        parts.append(f"{_names(event.too_big)} (larger than {event.max_size:,} bytes)")
    if event.not_copied:
        parts.append(
            f"{event.not_copied} or more text files after the first {event.max_files}"
            if event.not_copied >= 1000
            else f"{event.not_copied} text file(s) after the first {event.max_files}"
        )
    if event.unreadable:
        parts.append(f"{_names(event.unreadable)} (not readable)")
    return f"source code was not copied completely: left out {'; '.join(parts)}"


def _names(paths: Sequence[str]) -> str:
    names = ", ".join(shown(path) for path in paths[:_NAMED])
    more = len(paths) - _NAMED
    return f"{names} and {more} more" if more > 0 else names
