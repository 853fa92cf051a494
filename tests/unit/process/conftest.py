"""Processes that end with the test."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.unit.process.support import Sleepers


@pytest.fixture
def sleepers() -> Iterator[Sleepers]:
    made = Sleepers()
    yield made
    made.end()


@pytest.fixture
def run_id() -> str:
    return uuid.uuid4().hex
