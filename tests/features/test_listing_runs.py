"""Listing runs."""

from __future__ import annotations

import shutil

import pytest
from pytest_bdd import given, parsers, scenarios, then

from tests.features.world import World

pytestmark = pytest.mark.e2e

scenarios("listing_runs.feature")


@given(parsers.re(r'(?P<count>\d+) runs of "(?P<what>.*)"'))
def many_runs(world: World, count: str, what: str) -> None:
    world.run(f"guild run {what} --run-id original -y")
    for number in range(int(count) - 1):
        shutil.copytree(world.sandbox.run_dir("original"), world.sandbox.run_dir(f"copy{number}"))


@then("it prints no control characters")
def no_control_characters(world: World) -> None:
    assert world.last.out
    assert world.last.out.replace("\n", "").isprintable()
