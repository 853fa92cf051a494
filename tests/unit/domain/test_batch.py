"""Tests of what batches are to try."""

from __future__ import annotations

from guild.domain.batch import Batch
from guild.domain.flags import FlagSet

_FLAGS = FlagSet({"x": [1, 2], "y": [3, 4, 5], "z": 0})


def test_without_rows_there_is_one_point() -> None:
    assert Batch(flags=_FLAGS).points == (_FLAGS,)


def test_rows_count_more_than_flags_and_less_than_what_the_user_gave() -> None:
    batch = Batch(flags=_FLAGS, rows=({"x": 7, "z": 1}, {"y": 8}), given={"x": [1, 2]})

    assert [dict(point) for point in batch.points] == [
        {"x": [1, 2], "y": [3, 4, 5], "z": 1},
        {"x": [1, 2], "y": 8, "z": 0},
    ]


def test_the_size_of_a_grid_is_that_of_all_its_points() -> None:
    assert Batch(flags=_FLAGS).size == 6
    assert Batch(flags=_FLAGS, rows=({"x": 7}, {"y": 8})).size == 5
    assert Batch(flags=_FLAGS, max_trials=4).size == 4


def test_the_size_of_a_search_is_its_limit() -> None:
    assert Batch(flags=_FLAGS, optimizer="skopt:gp", max_trials=20).size == 20
    assert Batch(flags=_FLAGS, optimizer="tune.py").size is None
