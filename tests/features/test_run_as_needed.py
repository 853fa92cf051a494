"""Running as needed."""

from __future__ import annotations

import pytest
from pytest_bdd import parsers, scenarios, then

from tests.features.world import World, matches

pytestmark = pytest.mark.e2e

scenarios("run_as_needed.feature")


@then("it says or prints:")
def says_or_prints(world: World, docstring: str) -> None:
    assert matches(docstring, world.last.out + world.last.err), world.last


@then(parsers.re(r'it says or prints "(?P<text>.*)"'))
def says_or_prints_line(world: World, text: str) -> None:
    assert text in (world.last.out + world.last.err).splitlines(), world.last
