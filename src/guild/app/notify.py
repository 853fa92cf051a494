"""Being told what happens."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.domain.events import Event

__all__ = ["ignore"]


def ignore(event: Event) -> None:  # the shape of every listener
    """Be told, and do nothing."""
