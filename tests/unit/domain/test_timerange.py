"""Ranges of time as people name them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.errors import GuildError
from guild.domain.timerange import TimeRange, parse_range

NOW = datetime(2023, 11, 16, 14, 25, 36, 700_000, tzinfo=UTC)
"""A Thursday."""


class _SummerTime(tzinfo):
    """One hour ahead of UTC, and two from 26 March to 29 October 2023, 01:00 UTC."""

    def utcoffset(self, when: datetime | None) -> timedelta:
        return timedelta(hours=1) + self.dst(when)

    def dst(self, when: datetime | None) -> timedelta:
        if when is None:
            return timedelta(0)
        wall = when.replace(tzinfo=None)
        start, end = datetime(2023, 3, 26, 3), datetime(2023, 10, 29, 3)  # noqa: DTZ001
        if end - timedelta(hours=1) <= wall < end:
            return timedelta(hours=0 if when.fold else 1)
        return timedelta(hours=1 if start <= wall < end else 0)

    def tzname(self, when: datetime | None) -> str:
        return f"test{self.utcoffset(when)}"


def parsed(text: str, now: datetime = NOW) -> TimeRange:
    result = parse_range(text, now)
    assert result is not None
    return result


def shown(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else ""


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("today", "2023-11-16 00:00:00", "2023-11-17 00:00:00"),
        ("This Day", "2023-11-16 00:00:00", "2023-11-17 00:00:00"),
        ("YESTERDAY", "2023-11-15 00:00:00", "2023-11-16 00:00:00"),
        ("this minute", "2023-11-16 14:25:00", "2023-11-16 14:26:00"),
        ("this hour", "2023-11-16 14:00:00", "2023-11-16 15:00:00"),
        ("this week", "2023-11-13 00:00:00", "2023-11-20 00:00:00"),
        ("this month", "2023-11-01 00:00:00", "2023-12-01 00:00:00"),
        ("this year", "2023-01-01 00:00:00", "2024-01-01 00:00:00"),
        ("1 hour ago", "2023-11-16 13:00:00", "2023-11-16 14:00:00"),
        ("2 min ago", "2023-11-16 14:23:00", "2023-11-16 14:24:00"),
        ("3 weeks ago", "2023-10-23 00:00:00", "2023-10-30 00:00:00"),
        ("11 months ago", "2022-12-01 00:00:00", "2023-01-01 00:00:00"),
        ("2 years ago", "2021-01-01 00:00:00", "2022-01-01 00:00:00"),
        ("0 days ago", "2023-11-16 00:00:00", "2023-11-17 00:00:00"),
        ("last hour", "2023-11-16 13:25:36", ""),
        ("last 5 minutes", "2023-11-16 14:20:36", ""),
        ("last 3 days", "2023-11-13 14:25:36", ""),
        ("last week", "2023-11-09 14:25:36", ""),
        ("last 3 weeks", "2023-10-26 14:25:36", ""),
        ("last month", "2023-10-16 14:25:36", ""),
        ("last year", "2022-11-16 14:25:36", ""),
        ("after 2023-11-15", "2023-11-15 00:00:00", ""),
        ("after 2 days ago", "2023-11-15 00:00:00", ""),
        ("before 2023-11-15 10:00", "", "2023-11-15 10:00:00"),
        ("before yesterday", "", "2023-11-15 00:00:00"),
        ("before 9:05:07", "", "2023-11-16 09:05:07"),
        ("2023-11-15", "2023-11-15 00:00:00", "2023-11-16 00:00:00"),
        ("23-11-15 10:00", "2023-11-15 10:00:00", "2023-11-15 10:01:00"),
        ("1-2 10:00:30", "2023-01-02 10:00:30", "2023-01-02 10:00:31"),
        ("10:00", "2023-11-16 10:00:00", "2023-11-16 10:01:00"),
        ("72-1-1", "2072-01-01 00:00:00", "2072-01-02 00:00:00"),
        ("99-1-1", "1999-01-01 00:00:00", "1999-01-02 00:00:00"),
        (
            "between 2023-11-15 and 2023-11-15 05:00",
            "2023-11-15 00:00:00",
            "2023-11-15 05:00:00",
        ),
        ("between 11-15 and 11-1", "2023-11-01 00:00:00", "2023-11-15 00:00:00"),
        ("between 3 days ago and yesterday", "2023-11-13 00:00:00", "2023-11-16 00:00:00"),
        ("between yesterday and 1-1", "2023-01-01 00:00:00", "2023-11-16 00:00:00"),
    ],
)
def test_a_range_has_these_bounds(text: str, start: str, end: str) -> None:
    result = parsed(text)

    assert (shown(result.start), shown(result.end)) == (start, end)


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("foo", "unexpected 'foo' at position 0"),
        ("100-1-1", "unexpected '-1-1' at position 3"),
        ("before weeks", "unexpected 'weeks' at pos 7"),
        ("today today", "unexpected 'today' at pos 6"),
        ("before", "spec cannot be empty"),
        ("3 days", "spec cannot be empty"),
        ("2023-2-30", "day is out of range for month"),
        ("25:00", "hour must be in 0..23"),
        ("before last week", "unexpected 'last' at pos 7"),
        (
            "between before 1-1 and today",
            "'before' at pos 8 is open at one side, which does not go with 'between'",
        ),
        (
            "between today and after 1-1",
            "'after' at pos 18 is open at one side, which does not go with 'between'",
        ),
        ("99999999999999999999 hours ago", "date is out of range"),
        ("9999-12-31", "date is out of range"),
    ],
)
def test_a_wrong_range_is_told(text: str, detail: str) -> None:
    with pytest.raises(GuildError) as raised:
        parse_range(text, NOW)

    assert raised.value.message == f"invalid RANGE: {detail}"
    assert raised.value.hint == "Try 'guild runs list --help' for help specifying time ranges."


def test_an_empty_text_is_no_range() -> None:
    assert parse_range(" ", NOW) is None


def test_the_last_month_of_a_long_month_ends_on_the_last_day_of_a_short_one() -> None:
    result = parsed("last month", datetime(2024, 3, 31, 12, tzinfo=UTC))

    assert shown(result.start) == "2024-02-29 12:00:00"


def in_us(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def test_the_start_is_in_a_range_and_the_end_is_not() -> None:
    result = parsed("2023-11-15")
    start, end = datetime(2023, 11, 15, tzinfo=UTC), datetime(2023, 11, 16, tzinfo=UTC)

    assert result.contains(in_us(start))
    assert not result.contains(in_us(start) - 1)
    assert result.contains(in_us(end) - 1)
    assert not result.contains(in_us(end))


def test_a_time_counts_in_whole_seconds() -> None:
    moment = datetime(2023, 11, 15, 10, 0, 0, 999_999, tzinfo=UTC)

    assert parsed("2023-11-15 10:00:00").contains(in_us(moment))
    assert not parsed("before 2023-11-15 10:00:00").contains(in_us(moment))


def test_an_open_range_has_no_bound() -> None:
    assert parsed("after 2023-11-15").contains(2**80)
    assert parsed("before 2023-11-15").contains(-(2**80))


def test_the_day_clocks_change_is_longer() -> None:
    day = parsed("10-29", datetime(2023, 11, 16, 12, tzinfo=_SummerTime()))
    assert day.start is not None
    assert day.end is not None

    assert day.end.astimezone(UTC) - day.start.astimezone(UTC) == timedelta(hours=25)


def test_hours_across_a_change_of_clocks_are_those_of_the_clock() -> None:
    now = datetime(2023, 10, 29, 4, 30, tzinfo=_SummerTime())

    start = parsed("last 3 hours", now).start

    assert start is not None
    assert start.astimezone(UTC) == datetime(2023, 10, 29, 0, 30, tzinfo=UTC)


names = ["today", "this", "last", "between", "and", "before", "after", "ago", "week", "months"]
numbers = ["3", "0", "1-1", "2-30", "99-1-1", "0000-1-1", "10:00", "24:00:61", "-", "x", "é"]
words = st.one_of(st.sampled_from(names), st.sampled_from(numbers))


@given(st.one_of(st.text(), st.lists(words).map(" ".join)))
def test_any_text_is_a_range_or_refused(text: str) -> None:
    try:
        result = parse_range(text, NOW)
    except GuildError:
        return

    assert result is None or result.contains(0) in (True, False)


@given(st.integers(0, 500), st.sampled_from(["minute", "hour", "day", "week", "month", "year"]))
def test_calendar_units_follow_each_other_without_gap(count: int, unit: str) -> None:
    assert parsed(f"{count + 1} {unit} ago").end == parsed(f"{count} {unit} ago").start
