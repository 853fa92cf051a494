"""Comparing runs."""

from __future__ import annotations

import csv
from collections.abc import Sequence

import pytest
from pytest_bdd import parsers, scenarios, then

from tests.features.world import World

pytestmark = pytest.mark.e2e

scenarios("comparing_runs.feature")


@then(parsers.re(r'the file "(?P<name>.*)" has the columns:'))
def has_columns(world: World, name: str, datatable: Sequence[Sequence[str]]) -> None:
    heading, *rows = datatable
    with (world.sandbox.project / name).open(newline="") as file:
        found = [[row[name] for name in heading] for row in csv.DictReader(file)]
    assert found == [list(row) for row in rows]
