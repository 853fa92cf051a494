"""A command that is killed at any moment loses nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.crash.cases import CASES, Case
from tests.crash.kills import Kills
from tests.crash.world import World, new_root

pytestmark = pytest.mark.e2e

_SEED = 5
_TWICE = ("run", "batch", "pipeline", "restart", "restart of batch", "restart of pipeline")


@pytest.fixture(scope="module")
def kills() -> Iterator[Kills]:
    """A home with runs, to be copied for each kill."""
    root = new_root()
    yield Kills(World.below(root), _SEED)
    shutil.rmtree(root)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_kill_loses_nothing(kills: Kills, case: Case) -> None:
    wanted = 2 if case.name in _TWICE else 1
    killed = 0
    losses: list[str] = []

    for number in range(1, 20):
        reached, lost = kills.kill(case, number)
        losses += lost
        killed += reached
        if killed == wanted:
            break

    assert (killed, losses) == (wanted, [])
