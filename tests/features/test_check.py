"""Checking the setup and the runs."""

from __future__ import annotations

import pytest
from pytest_bdd import given, parsers, scenarios

from tests.features.world import World

pytestmark = pytest.mark.e2e

scenarios("check.feature")


@given(parsers.re(r'the run "(?P<run>\w+)" has lost what says which operation it is of'))
def lose_opref(world: World, run: str) -> None:
    (world.sandbox.run_dir(run) / ".guild/opref").unlink()
