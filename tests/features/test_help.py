"""Help and completion."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_bdd import given, parsers, scenarios, then

from tests.features.world import World

pytestmark = pytest.mark.e2e

scenarios("help.feature")


@given(parsers.re(r'the user has a file "(?P<name>.*)"'))
def user_file(world: World, name: str) -> None:
    (Path(world.sandbox.environ["HOME"]) / name).write_text("# mine\n")


@then(parsers.re(r'the user\'s "(?P<name>.*)" speaks of guild in (?P<count>\d+) lines'))
def speaks_of_guild(world: World, name: str, count: str) -> None:
    lines = (Path(world.sandbox.environ["HOME"]) / name).read_text().splitlines()
    assert lines[0] == "# mine"
    assert sum("guild" in line for line in lines) == int(count)
