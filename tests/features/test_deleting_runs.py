"""Deleting runs."""

from __future__ import annotations

import pytest
from pytest_bdd import parsers, scenarios, when

from tests.features.world import World

pytestmark = pytest.mark.e2e
pytest_plugins = ["tests.features.steps_processes"]

scenarios("deleting_runs.feature")


@when(parsers.re(r'I end the input at "(?P<line>.*)"'))
def end_input(world: World, line: str) -> None:
    world.run(line, "")
