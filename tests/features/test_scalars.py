"""Scalars."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from pytest_bdd import scenarios, then
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

from tests.features.world import World

pytestmark = pytest.mark.e2e
pytest_plugins = ["tests.features.steps_processes"]

scenarios("scalars.feature")


@then("TensorBoard reads of the latest run:")
def tensorboard_reads(world: World, datatable: Sequence[Sequence[str]]) -> None:
    (path,) = _event_files(world)
    found = [
        [value.tag, str(event.step), f"{value.tensor.float_val[0]:g}"]
        for event in EventFileLoader(str(path)).Load()
        for value in event.summary.value
    ]
    assert found == [list(row) for row in datatable]


@then("the latest run has no event file")
def no_event_file(world: World) -> None:
    assert _event_files(world) == []


def _event_files(world: World) -> list[Path]:
    (run,) = world.sandbox.run_dirs()
    return list(run.rglob("*.tfevents.*"))
