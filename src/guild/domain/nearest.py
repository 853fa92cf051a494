"""The name that a misspelt one was meant to be."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["did_you_mean", "nearest"]


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The name that is most like another one; None if none is near enough to be meant."""
    from difflib import get_close_matches  # only a mistake needs it

    known = list(dict.fromkeys(names))
    close = get_close_matches(name, known, n=1)
    if not close:
        lower = {other.lower(): other for other in known}
        close = [lower[found] for found in get_close_matches(name.lower(), list(lower), n=1)]
    return close[0] if close else None


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """`Did you mean 'x'?` for the nearest name; empty if none is near."""
    meant = nearest(name, names)
    if meant is None:
        return ""
    if meant.isprintable():
        return f"Did you mean '{meant}'?"
    from guild.domain.display import shown

    return f"Did you mean '{shown(meant)}'?"
