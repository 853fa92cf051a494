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


@then(parsers.re(r'the file "(?P<name>.*)" is gone'))
def file_is_gone(world: World, name: str) -> None:
    assert not (world.sandbox.project / name).exists()


@then("a temporary file names a process that lives")
def temporary_file_names_living_process(world: World) -> None:
    [file] = (world.sandbox.root / "tmp").iterdir()
    os.kill(int(file.read_text()), 0)


@then("no temporary file is left")
def no_temporary_file(world: World) -> None:
    assert list((world.sandbox.root / "tmp").iterdir()) == []
