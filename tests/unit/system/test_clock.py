"""Times, ids and seeds."""

from __future__ import annotations

import os
import uuid

import pytest

from guild.adapters.system.clock import new_run_id, new_seed, strict_clock


def test_times_are_microseconds() -> None:
    assert strict_clock(lambda: 1_700_000_000_123_456_789)() == 1_700_000_000_123_456


def test_times_increase_while_the_clock_stands_still_or_goes_back() -> None:
    times = iter([5_000, 5_000, 5_999, 3_000, 9_000])
    clock = strict_clock(lambda: next(times))

    assert [clock() for _ in range(5)] == [5, 6, 7, 8, 9]


def test_ids_are_random_uuids_without_dashes() -> None:
    ids = {new_run_id() for _ in range(100)}

    assert len(ids) == 100
    assert all(uuid.UUID(run_id).hex == run_id for run_id in ids)
    assert all(uuid.UUID(run_id).version == 4 for run_id in ids)


def test_seeds_are_in_their_range() -> None:
    assert all(0 <= new_seed() <= 2**32 for _ in range(1000))


def test_both_ends_of_the_range_of_seeds_are_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter([2**32, 2**32 + 1])
    monkeypatch.setattr(os, "urandom", lambda size: next(numbers).to_bytes(size))

    assert [new_seed(), new_seed()] == [2**32, 0]


def test_numbers_of_the_incomplete_last_round_are_drawn_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    numbers = iter([256**6 - 1, 7])
    monkeypatch.setattr(os, "urandom", lambda size: next(numbers).to_bytes(size))

    assert new_seed() == 7
