"""A store in a directory of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from guild.adapters.fsstore.locks import DirectoryRunLocks
from guild.adapters.fsstore.store import DirectoryRunStore
from guild.domain.status import Liveness


@pytest.fixture
def warnings() -> list[str]:
    """What the store warned of."""
    return []


@pytest.fixture
def store(tmp_path: Path, warnings: list[str]) -> DirectoryRunStore:
    """Evidence of a process is its state here: a lock that says `dead` has a dead owner."""
    locks = DirectoryRunLocks(
        evidence=lambda pid: f"{pid}",
        liveness=lambda text: Liveness.DEAD if text == "dead" else Liveness.ALIVE,
    )
    return DirectoryRunStore(home=str(tmp_path / "home"), locks=locks, warn=warnings.append)
