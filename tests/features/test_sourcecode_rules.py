"""Rules about source code."""

from __future__ import annotations

import subprocess

import pytest
from pytest_bdd import given, parsers, scenarios, then

from tests.features.world import World

pytestmark = pytest.mark.e2e

scenarios("sourcecode-rules.feature")


@given(parsers.re(r'a binary file "(?P<name>.*)"'))
def binary_file(world: World, name: str) -> None:
    world.sandbox.write(name, bytes(range(256)) * 4)


@given("the project is a Git repository")
def git_repository(world: World) -> None:
    command = ["git", "init", "--quiet"]
    subprocess.run(command, cwd=world.sandbox.project, env=world.sandbox.environ, check=True)


@then(parsers.re(r'the run "(?P<run>\w+)" has no digest of source code'))
def no_digest(world: World, run: str) -> None:
    assert world.sandbox.info(run)["sourcecode_digest"] in (None, "")
