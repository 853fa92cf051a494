"""Comments."""

from __future__ import annotations

import pytest
from pytest_bdd import given, parsers, scenarios

from tests.features.world import World

pytestmark = pytest.mark.e2e

scenarios("comments.feature")


@given(parsers.re(r'the editor writes "(?P<text>.*)"'))
def editor(world: World, text: str) -> None:
    script = world.sandbox.write("editor.sh", f"#!/bin/sh\necho '{text}' > \"$1\"\n")
    script.chmod(0o755)
    world.sandbox.environ["VISUAL"] = str(script)
