"""What people say of runs."""

from __future__ import annotations

from guild.domain.record import Record
from guild.domain.timestamps import Timestamp

__all__ = ["Comment"]


class Comment(Record, kw_only=False):
    """What somebody said of a run.

    Attributes:
        body: The text, possibly of several lines.
        time: When it was said.
        user, host: Who said it and where; may be empty.
    """

    body: str
    time: Timestamp
    user: str = ""
    host: str = ""
