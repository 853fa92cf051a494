"""What tests of sources share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from guild.adapters.sources.places import ResourceCache
from guild.domain.ids import RunId
from guild.domain.run import Run
from tests.unit.sources.webserver import Web, serving


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server."""
    with serving() as made:
        yield made


@pytest.fixture
def cache(tmp_path: Path) -> ResourceCache:
    """The resource cache of an empty home."""
    return ResourceCache(str(tmp_path / "home"))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run that is made."""
    path = tmp_path / "home/runs/aaa"
    (path / ".guild").mkdir(parents=True)
    return Run(id=RunId("aaa"), path=str(path))
