"""Processes that end with the test."""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from guild.adapters.process.launcher import SubprocessLauncher
from guild.adapters.process.stopping import Patience
from tests.unit.process.crewsupport import Member, Recruit
from tests.unit.process.support import PROMPT, Sleepers, living


@pytest.fixture
def sleepers() -> Iterator[Sleepers]:
    made = Sleepers()
    yield made
    made.end()


@pytest.fixture
def run_id() -> str:
    return uuid.uuid4().hex


@pytest.fixture
def recruit(tmp_path: Path) -> Iterator[Recruit]:
    """Makes members; nothing of them outlives the test."""
    made: list[Member] = []

    def member(*args: str, **fields: Any) -> Member:
        made.append(Member(tmp_path / str(len(made)), *args, **fields))
        return made[-1]

    yield member
    for each in made:
        for pid in living(each.job.run_id):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def launcher() -> SubprocessLauncher:
    return SubprocessLauncher(patience=Patience(**PROMPT))
