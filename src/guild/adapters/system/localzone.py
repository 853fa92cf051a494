"""The time zone of this machine, as its system knows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

__all__ = ["LocalZone"]


class LocalZone(tzinfo):
    """Each moment has the offset that is in force then: summer time begins and ends.

    The system is asked, so that `TZ` counts and no database of zones has to be there.
    """

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """East of UTC, at a time by the wall clock."""
        return None if moment is None else _fixed(moment).utcoffset()

    def dst(self, _moment: datetime | None) -> timedelta | None:
        """Unknown: only the whole offset is."""
        return None

    def tzname(self, moment: datetime | None) -> str | None:
        """What the system calls it, such as `CEST`."""
        return None if moment is None else _fixed(moment).tzname()

    def fromutc(self, moment: datetime) -> datetime:
        """The wall clock's time, told apart from the same an hour before where it is set back."""
        fixed = moment.replace(tzinfo=UTC).astimezone()
        local = fixed.replace(tzinfo=self)
        return local.replace(fold=local.utcoffset() != fixed.utcoffset())


def _fixed(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None).astimezone()
