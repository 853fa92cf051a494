"""What people say of runs."""

from __future__ import annotations

from attr import frozen

from guild.domain.timestamps import Timestamp
from guild.domain.value import Value

__all__ = ["Comment"]


@frozen(eq=False, repr=False)
class Comment(Value):
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
