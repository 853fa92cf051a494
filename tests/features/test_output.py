"""Output."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pytest_bdd import scenarios, then

from tests.features.world import World

pytestmark = pytest.mark.e2e
pytest_plugins = ["tests.features.steps_processes"]

scenarios("output.feature")


_WRITTEN = bytes(range(256)) + b"\r\n\r\n" + b"no newline at the end"


@then("it prints the bytes that the script wrote")
def prints_bytes(world: World) -> None:
    assert world.last.raw_out == _WRITTEN


@then("the output of the latest run are the bytes that the script wrote")
def output_bytes(world: World) -> None:
    assert world.sandbox.guild("cat", "--output").raw_out == _WRITTEN


@then("the output of the latest run has the lines:")
def output_lines(world: World, datatable: Sequence[Sequence[str]]) -> None:
    lines = world.sandbox.guild("cat", "--output").out.splitlines()
    assert sorted(lines) == sorted(row[0] for row in datatable)


@then("nothing of the output of the latest run is kept")
def no_output(world: World) -> None:
    (run,) = world.sandbox.run_dirs()
    assert not (run / ".guild/output").exists()
    assert world.sandbox.info()["scalars"] == {}
