"""Points in time: whole microseconds since the Unix epoch."""

from __future__ import annotations

__all__ = ["Timestamp", "format_duration"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NewType

    Timestamp = NewType("Timestamp", int)
else:
    Timestamp = int
"""Microseconds since 1970-01-01 00:00 UTC."""


def format_duration(start: Timestamp, end: Timestamp) -> str:
    """Time between two points as `H:MM:SS`, cut to whole seconds, never negative."""
    seconds = max(0, end - start) // 1_000_000
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
