"""Pipelines."""

from __future__ import annotations

import pytest
from pytest_bdd import given, parsers, scenarios, then

from tests.features.world import World

pytestmark = pytest.mark.e2e
pytest_plugins = ["tests.features.steps_processes"]

scenarios("pipelines.feature")


@given(parsers.re(r'I run "(?P<line>.*)"'))
def before(world: World, line: str) -> None:
    world.run(line)


@then(parsers.re(r'the links of the pipeline "(?P<run>\w+)" are "(?P<names>.*)"'))
def links_are(world: World, run: str, names: str) -> None:
    found = [path for path in world.sandbox.run_dir(run).iterdir() if path.is_symlink()]
    assert sorted(path.name for path in found) == names.split()
    assert all(str(path.readlink()).startswith("../") for path in found)
