"""Restarting runs."""

from __future__ import annotations

import shutil

import pytest
from pytest_bdd import parsers, scenarios, then, when

from tests.features.world import World

pytestmark = pytest.mark.e2e

scenarios("restarting.feature")


@when("the project is removed")
def remove_project(world: World) -> None:
    shutil.rmtree(world.sandbox.project)
    world.sandbox.project.mkdir()


@then(parsers.re(r'the random seed of the run "(?P<run>\w+)" is (?P<seed>\d+)'))
def random_seed(world: World, run: str, seed: str) -> None:
    assert world.sandbox.guild("select", run, "--attr", "random_seed").out.strip() == seed
