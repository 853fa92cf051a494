"""Writing flags and comments in an editor."""

from __future__ import annotations

import pytest
from pytest_bdd import given, scenarios

from tests.features.world import World

pytestmark = pytest.mark.e2e

scenarios("editor.feature")


@given("an editor that runs:")
def set_editor(world: World, docstring: str) -> None:
    editor = world.sandbox.write("../tools/editor", f"#!/bin/sh\n{docstring}\n")
    editor.chmod(0o755)
    world.sandbox.environ["EDITOR"] = str(editor)
