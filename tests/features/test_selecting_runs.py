"""Selecting runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from pytest_bdd import given, parsers, scenarios, then

from tests.features.world import World

pytestmark = pytest.mark.e2e

scenarios("selecting_runs.feature")


@given(parsers.re(r'the run "(?P<run>\w+)" was started at (?P<when>.*)'))
def started_at(world: World, run: str, when: str) -> None:
    moment = datetime.fromisoformat(when).replace(tzinfo=UTC)
    attr = world.sandbox.run_dir(run) / ".guild/attrs/started"
    attr.write_text(f"{int(moment.timestamp() * 1_000_000)}\n")


@then(parsers.re(r'"(?P<line>guild .*)" selects:'))
def selects(world: World, line: str, datatable: Sequence[Sequence[str]]) -> None:
    _, *rows = datatable
    found = [[options, world.run(f"{line} {options}").out.split()] for options, _ in rows]
    assert found == [[options, ids.split()] for options, ids in rows]
