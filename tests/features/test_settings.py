"""Settings."""

from __future__ import annotations

import pytest
from pytest_bdd import given, parsers, scenarios, then

from tests.features.world import World

pytestmark = pytest.mark.e2e

scenarios("settings.feature")


@given("no Guild home is named")
def no_home(world: World) -> None:
    del world.sandbox.environ["GUILD_HOME"]


@given("an activated Python environment")
def activated(world: World) -> None:
    environment = world.sandbox.root / "environment"
    environment.mkdir()
    world.sandbox.environ["VIRTUAL_ENV"] = str(environment)


@then(parsers.re(r'there is one run in the home "(?P<home>.*)"'))
def one_run_in(world: World, home: str) -> None:
    runs = world.sandbox.root / home / "runs"
    assert runs.is_dir(), world.last
    assert len(list(runs.iterdir())) == 1
