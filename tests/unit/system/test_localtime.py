"""Ranges of time follow the rules of the machine's zone at each moment."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

CENTRAL_EUROPE = "CET-1CEST,M3.5.0,M10.5.0/3"
"""Summer time in 2023: from 26 March 02:00 to 29 October 03:00."""

_PROGRAM = """
import sys
from datetime import datetime
from guild.adapters.system.localtime import local_now
from guild.domain.timerange import parse_range

zone = local_now().tzinfo
found = parse_range(sys.argv[2], datetime.fromisoformat(sys.argv[1]).astimezone(zone))
for moment in (found.start, found.end):
    print(None if moment is None else moment.isoformat())
"""


def in_central_europe(*args: str) -> list[str]:
    """Lines that a program prints in that zone."""
    environ = {**os.environ, "TZ": CENTRAL_EUROPE}
    done = subprocess.run(
        [sys.executable, "-c", *args], env=environ, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("now", "text", "start", "end"),
    [
        ("2023-07-01T12:00+02:00", "after 2023-01-15", "2023-01-15T00:00:00+01:00", "None"),
        ("2023-01-15T12:00+01:00", "after 2022-07-01", "2022-07-01T00:00:00+02:00", "None"),
        (
            "2023-03-27T12:00+02:00",
            "1 day ago",
            "2023-03-26T00:00:00+01:00",
            "2023-03-27T00:00:00+02:00",
        ),
        (
            "2023-10-29T12:00+01:00",
            "today",
            "2023-10-29T00:00:00+02:00",
            "2023-10-30T00:00:00+01:00",
        ),
        (
            "2023-04-10T12:00+02:00",
            "1 month ago",
            "2023-03-01T00:00:00+01:00",
            "2023-04-01T00:00:00+02:00",
        ),
        ("2023-10-29T02:30+01:00", "last 1 hour", "2023-10-29T02:30:00+02:00", "None"),
        ("2023-03-26T03:30+02:00", "last 1 hour", "2023-03-26T01:30:00+01:00", "None"),
    ],
)
def test_ranges_may_cross_a_change_of_the_clocks(
    now: str, text: str, start: str, end: str
) -> None:
    assert in_central_europe(_PROGRAM, now, text) == [start, end]


def test_the_present_is_the_present_in_any_zone() -> None:
    program = (
        "from guild.adapters.system.localtime import local_now; print(local_now().isoformat());"
        "print(local_now().tzname())"
    )

    before = datetime.now(UTC)
    now, name = in_central_europe(program)

    assert before <= datetime.fromisoformat(now) <= datetime.now(UTC)
    assert name in ("CET", "CEST")
