"""What happens while dependencies are resolved."""

from __future__ import annotations

from guild.domain.record import Record

__all__ = ["DependencyNote", "Downloading"]


class DependencyNote(Record):
    """Something to be said.

    Attributes:
        text: One line.
        warning: Whether it is something that may be wrong.
    """

    text: str
    warning: bool = False


class Downloading(Record):
    """How far a download is: told some times a second, once it takes time.

    Attributes:
        name: Of the file.
        done: Bytes that are there.
        total: Bytes there will be; None if that is not known.
        ended: Whether it is over, however it ended.
    """

    name: str
    done: int
    total: int | None = None
    ended: bool = False
