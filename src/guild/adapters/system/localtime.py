"""Times as people read them: local time."""

from __future__ import annotations

import time

from guild.domain.timestamps import Timestamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from guild.domain.timerange import TimeRange

__all__ = ["format_time", "local_now", "local_range"]

_LONGEST_US = 10**18


def format_time(timestamp: Timestamp | None) -> str:
    """Local time as `YYYY-MM-DD HH:MM:SS`; empty for None, the number for what is no time."""
    if timestamp is None:
        return ""
    if abs(timestamp) > _LONGEST_US:
        return str(timestamp)
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(timestamp // 1_000_000))


def local_now() -> datetime:
    """The present, in the zone of this machine, which knows when summer time is."""
    from datetime import datetime

    from guild.adapters.system.localzone import LocalZone

    return datetime.now(LocalZone())


def local_range(text: str | None) -> TimeRange | None:
    """A range of local time in words, as in `last 2 hours`; None for none.

    Raises:
        GuildError: If it makes no sense.
    """
    if not text:
        return None
    from guild.domain.timerange import parse_range  # few filters have one

    return parse_range(text, local_now())
