"""Ranges of time as people name them: `today`, `after 2 days ago`, `between 1-1 and 2-1`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from guild.domain.errors import GuildError
from guild.domain.record import Record

__all__ = ["TimeRange", "parse_range"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class TimeRange(Record, kw_only=False):
    """A stretch of time.

    Attributes:
        start: Its first moment, aware; None if it has no beginning.
        end: The first moment after it, aware; None if it has no end.
    """

    start: datetime | None
    end: datetime | None

    def contains(self, timestamp_us: int) -> bool:
        """Whether a time, in microseconds since the epoch, is in the range.

        Only its whole seconds count: a range is told in seconds, too.
        """
        second = timestamp_us // 1_000_000 * 1_000_000
        start, end = self.bounds
        return (start is None or second >= start) and (end is None or second < end)

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        """Start and end in microseconds since the epoch; None for what there is none of."""
        return (
            None if self.start is None else _since_epoch(self.start),
            None if self.end is None else _since_epoch(self.end),
        )


def parse_range(text: str, now: datetime) -> TimeRange | None:
    """Understand the name of a range of time, in any case.

    Days, weeks (from Monday), months and years are those of the calendar in the time zone of
    `now`; hours and minutes are as long as clocks measure them. `last N UNIT` reaches from N
    units ago, without end. A date without year is of this year; of a year with two digits the
    century is the one that brings it nearest to now.

    Args:
        now: The present, aware; give it a real zone rather than a fixed offset for dates on
            the other side of a change to or from daylight-saving time to come out right.

    Returns:
        The range, or None if the text is empty.

    Raises:
        GuildError: If the text names no range, or a date that does not exist.
    """
    if not text.strip():
        return None
    try:
        return _Parser(text, now.replace(microsecond=0)).whole()
    except OverflowError:
        raise _invalid("date is out of range") from None
    except ValueError as error:
        raise _invalid(str(error)) from None


def _since_epoch(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _invalid(detail: str) -> GuildError:
    return GuildError(
        f"invalid RANGE: {detail}",
        "Try 'guild runs list --help' for help specifying time ranges.",
    )


_UNITS = {
    **dict.fromkeys(("minute", "minutes", "min"), "minute"),
    **dict.fromkeys(("hour", "hours", "hr"), "hour"),
    **dict.fromkeys(("day", "days"), "day"),
    **dict.fromkeys(("week", "weeks"), "week"),
    **dict.fromkeys(("month", "months"), "month"),
    **dict.fromkeys(("year", "years"), "year"),
}
_WORDS = frozenset(
    ("today", "yesterday", "this", "ago", "before", "after", "last", "between", "and", *_UNITS)
)

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<date>(?:(?:[0-9]{2}){1,2}-)?[0-9]{1,2}-[0-9]{1,2}(?![0-9-]))
      | (?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![0-9:]))
      | (?P<number>[0-9]+)
      | (?P<word>[^\W\d_]+)
    """,
    re.VERBOSE,
)


class _Token(Record, kw_only=False):
    """A piece of the text; `kind` is `date`, `time`, `number`, `end` or the word itself."""

    kind: str
    text: str
    start: int


def _tokens(text: str) -> list[_Token]:
    tokens = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _invalid(f"unexpected '{text[at:]}' at position {at}")
        kind, piece = str(match.lastgroup), match.group()
        if kind == "word":
            kind = piece.lower()
            if kind not in _WORDS:
                raise _invalid(f"unexpected '{piece}' at position {at}")
        if kind != "space":
            tokens.append(_Token(kind, piece, at))
        at = match.end()
    tokens.append(_Token("end", "", len(text)))
    return tokens


class _Parser:
    def __init__(self, text: str, now: datetime) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._now = now

    def whole(self) -> TimeRange:
        result = self._range()
        if self._next.kind != "end":
            self._refuse()
        return result

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self, *kinds: str) -> _Token:
        token = self._next
        if token.kind not in kinds:
            self._refuse()
        self._at += 1
        return token

    def _took(self, kind: str) -> bool:
        if self._next.kind != kind:
            return False
        self._at += 1
        return True

    def _refuse(self) -> NoReturn:
        token = self._next
        if token.kind == "end":
            raise _invalid("spec cannot be empty")
        raise _invalid(f"unexpected '{token.text}' at pos {token.start}")

    def _range(self) -> TimeRange:
        if self._took("before"):
            return TimeRange(None, self._bound()[0])
        if self._took("after"):
            return TimeRange(self._bound()[1], None)
        if self._took("last"):
            count = int(self._take("number").text) if self._next.kind == "number" else 1
            return TimeRange(_moved(self._now, self._unit(), -count), None)
        if self._took("between"):
            return self._between()
        if self._next.kind in ("date", "time"):
            return TimeRange(*self._moment())
        return TimeRange(*self._calendar_range())

    def _between(self) -> TimeRange:
        bounds = [self._closed_bound()]
        self._take("and")
        bounds.append(self._closed_bound())
        (start, _), (_, end) = sorted(bounds, key=lambda bound: _since_epoch(bound[0]))
        return TimeRange(start, end)

    def _closed_bound(self) -> tuple[datetime, datetime]:
        token = self._next
        if token.kind in ("before", "after", "last"):
            raise _invalid(
                f"'{token.text}' at pos {token.start} is open at one side,"
                " which does not go with 'between'"
            )
        return self._bound()

    def _bound(self) -> tuple[datetime, datetime]:
        """Start and end of something; they are the same for a date or time."""
        if self._next.kind in ("date", "time"):
            start, _ = self._moment()
            return start, start
        return self._calendar_range()

    def _calendar_range(self) -> tuple[datetime, datetime]:
        token = self._take("today", "yesterday", "this", "number")
        match token.kind:
            case "today":
                unit, back = "day", 0
            case "yesterday":
                unit, back = "day", 1
            case "this":
                unit, back = self._unit(), 0
            case _:
                unit, back = self._unit(), int(token.text)
                self._take("ago")
        start = _moved(_floor(self._now, unit), unit, -back)
        return start, _moved(start, unit, 1)

    def _unit(self) -> str:
        return _UNITS[self._take(*_UNITS).kind]

    def _moment(self) -> tuple[datetime, datetime]:
        """A date, a time of today or both, and the end of the day, minute or second named."""
        day = _floor(self._now, "day")
        if self._next.kind == "date":
            year, month, day_of_month = self._date(self._take("date").text)
            day = day.replace(year=year, month=month, day=day_of_month)
            if self._next.kind != "time":
                return day, _moved(day, "day", 1)
        hour, minute, *second = map(int, self._take("time").text.split(":"))
        start = day.replace(hour=hour, minute=minute, second=second[0] if second else 0)
        return start, _moved(start, "second" if second else "minute", 1)

    def _date(self, text: str) -> tuple[int, int, int]:
        *year, month, day = text.split("-")
        if not year:
            return self._now.year, int(month), int(day)
        number = int(year[0])
        if len(year[0]) == 2:
            number += self._now.year // 100 * 100
            if number > self._now.year + 49:
                number -= 100
            elif number < self._now.year - 50:
                number += 100
        return number, int(month), int(day)


def _floor(moment: datetime, unit: str) -> datetime:
    """Start of the unit that `moment` is in."""
    if unit == "minute":
        return moment.replace(second=0)
    if unit == "hour":
        return moment.replace(minute=0, second=0)
    day = moment.replace(hour=0, minute=0, second=0, fold=0)
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    if unit == "year":
        return day.replace(month=1, day=1)
    return day


def _moved(moment: datetime, unit: str, count: int) -> datetime:
    """The moment `count` units later; a day that its new month lacks becomes the last one."""
    if unit in ("second", "minute", "hour"):
        step = timedelta(**{f"{unit}s": count})
        return (moment.astimezone(UTC) + step).astimezone(moment.tzinfo)
    if unit in ("day", "week"):
        # Arithmetic within one zone is on the wall clock: a day may have 23 or 25 hours.
        return (moment + timedelta(**{f"{unit}s": count})).replace(fold=0)
    months = moment.year * 12 + moment.month - 1 + count * (12 if unit == "year" else 1)
    first = moment.replace(year=months // 12, month=months % 12 + 1, day=1, fold=0)
    return first.replace(day=min(moment.day, _days_in_month(first)))


def _days_in_month(first: datetime) -> int:
    if first.month == 12:
        return 31
    return (first.replace(month=first.month + 1) - first).days
