"""Flags found in scripts."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import pytest
from pytest_bdd import scenarios, then

from tests.features.world import World

pytestmark = pytest.mark.e2e

scenarios("flags.feature")


@then("what is typed for a flag becomes:")
def typed_becomes(world: World, datatable: Sequence[Sequence[str]]) -> None:
    _, *rows = datatable
    names = [f"v{number:02}" for number in range(len(rows))]
    shows = [f"{name} = None\nprint(type({name}).__name__, repr({name}))\n" for name in names]
    world.sandbox.write("show.py", "".join(shows))
    typed = [f"{name}={shlex.split(text)[0]}" for name, (text, _) in zip(names, rows, strict=True)]
    outcome = world.sandbox.guild("run", "show.py", "-y", *typed)
    found = [[text, line] for (text, _), line in zip(rows, outcome.out.splitlines(), strict=True)]
    assert found == [list(row) for row in rows]
