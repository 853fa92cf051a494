"""Batches."""

from __future__ import annotations

import pytest
from pytest_bdd import given, scenarios

from tests.features.world import World

pytestmark = pytest.mark.e2e
pytest_plugins = ["tests.features.steps_batches", "tests.features.steps_processes"]

scenarios("batches.feature")


@given("scripts know the project's directory as PROJECT")
def project_variable(world: World) -> None:
    world.sandbox.environ["PROJECT"] = str(world.sandbox.project)
