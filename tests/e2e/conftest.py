"""Fixtures for tests of the installed command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.sandbox import Sandbox


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A project and a home of the test's own."""
    sandbox = Sandbox.below(tmp_path)
    yield sandbox
    sandbox.close()
