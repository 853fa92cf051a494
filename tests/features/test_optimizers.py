"""Optimizers."""

from __future__ import annotations

import pytest
from pytest_bdd import scenarios, then

from tests.features.world import World

pytestmark = pytest.mark.e2e
pytest_plugins = ["tests.features.steps_batches"]

scenarios("optimizers.feature")


@then("it fails with exit status 1 and a traceback")
def fails_with_traceback(world: World) -> None:
    assert world.last.code == 1, world.last
    assert "Traceback" in world.last.err + world.last.out, world.last
