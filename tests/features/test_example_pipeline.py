"""The example of a pipeline, as its reader would run it."""

from __future__ import annotations

import shutil
from pathlib import Path

from pytest_bdd import given, parsers, scenarios, then, when

from tests.features.world import World, matches

scenarios("example_pipeline.feature")

_EXAMPLES = Path(__file__).parents[2] / "examples"


@given(parsers.re(r'the example "(?P<name>.*)"'))
def copy_example(world: World, name: str) -> None:
    shutil.copytree(_EXAMPLES / name, world.sandbox.project, dirs_exist_ok=True)


@when(parsers.re(r'I restart the latest "(?P<operation>\w+)" with "(?P<words>.*)"'))
def restart(world: World, operation: str, words: str) -> None:
    run_id = world.sandbox.shell_line(f"guild select -Fo {operation}", "").out.strip()
    world.run(f"guild run --restart {run_id} {words} -y")


@then(parsers.re(r'"(?P<line>guild .*)" prints:'))
def other_prints(world: World, line: str, docstring: str) -> None:
    told = world.sandbox.shell_line(line, "")
    assert matches(docstring, told.out), told


@then(parsers.re(r'it says "(?P<text>[^"]*)" (?P<count>\d+) times'))
def says_times(world: World, text: str, count: str) -> None:
    assert world.last.err.count(text) == int(count), world.last
