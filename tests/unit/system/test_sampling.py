"""Random choices that are the same everywhere, and versions of libraries."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.adapters.system.sampling import library_versions, sample


@pytest.mark.parametrize(
    ("seed", "size", "count", "expected"),
    [
        (0, 10, 3, [0, 6, 9]),
        (1, 10, 3, [1, 2, 4]),
        (42, 1000, 5, [25, 114, 281, 654, 759]),
        (2**32 - 1, 100, 4, [26, 27, 79, 81]),
        (7, 2**62, 2, [445363681616962640, 3641603982383516983]),
    ],
)
def test_choices_are_the_same_on_every_machine(
    seed: int, size: int, count: int, expected: list[int]
) -> None:
    assert list(sample(seed, size, count)) == expected


def test_choices_do_not_depend_on_the_process() -> None:
    code = "from guild.adapters.system.sampling import sample; print(sample(3, 99, 5))"

    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout

    assert shown == f"{sample(3, 99, 5)}\n"


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**40), st.integers(0, 50))
def test_each_place_is_chosen_once_and_in_order(seed: int, size: int, count: int) -> None:
    chosen = sample(seed, size, min(count, size))

    assert len(set(chosen)) == len(chosen) == min(count, size)
    assert list(chosen) == sorted(chosen)
    assert all(0 <= place < size for place in chosen)


def test_versions_of_libraries() -> None:
    assert library_versions(("attrs", "no-such-library")) == {"attrs": version("attrs")}
    assert library_versions(()) == {}
