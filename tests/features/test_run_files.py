"""The files of a run."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pytest_bdd import parsers, scenarios, then

from tests.features.world import World

pytestmark = pytest.mark.e2e

scenarios("run_files.feature")


@then(parsers.re(r'"(?P<line>guild .*)" lists:'))
def lists(world: World, line: str, datatable: Sequence[Sequence[str]]) -> None:
    _, *rows = datatable
    found = [[options, world.run(f"{line} {options}").out.split()] for options, _ in rows]
    assert found == [[options, paths.split()] for options, paths in rows]
