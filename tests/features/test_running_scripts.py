"""Running a script."""

from __future__ import annotations

import pytest
from pytest_bdd import given, parsers, scenarios, then

from tests.features.world import World

pytestmark = pytest.mark.e2e

scenarios("running_scripts.feature")


@given(parsers.re(r'an executable "(?P<name>.*)":'))
def write_executable(world: World, name: str, docstring: str) -> None:
    world.sandbox.write(name, docstring + "\n").chmod(0o755)


@then(parsers.re(r'the project file "(?P<name>.*)" still says "(?P<text>.*)"'))
def project_file_says(world: World, name: str, text: str) -> None:
    assert text in (world.sandbox.project / name).read_text()
