"""Runs in the background."""

from __future__ import annotations

import os

import pytest
from pytest_bdd import parsers, scenarios, then

from tests.features.world import World

pytestmark = pytest.mark.e2e
pytest_plugins = ["tests.features.steps_processes"]

scenarios("background_runs.feature")


@then(parsers.re(r'the file "(?P<name>.*)" names a process that lives'))
def names_living_process(world: World, name: str) -> None:
    os.kill(int((world.sandbox.project / name).read_text()), 0)
