"""Steps that several features share. They run the installed `guild` in a project of its own."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd import given, parsers, then, when

from tests.e2e.sandbox import Sandbox
from tests.features.world import World, matches


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The scenario's own world."""
    sandbox = Sandbox.below(tmp_path)
    yield World(sandbox)
    sandbox.close()


@given(parsers.re(r'a script "(?P<name>.*)":'))
@given(parsers.re(r'a file "(?P<name>.*)":'))
@when(parsers.re(r'I change "(?P<name>.*)" to:'))
def write_file(world: World, name: str, docstring: str) -> None:
    world.sandbox.write(name, docstring + "\n")


@given(parsers.re(r'an empty file "(?P<name>.*)"'))
def write_empty_file(world: World, name: str) -> None:
    world.sandbox.write(name, "")


@given(parsers.re(r'a run "(?P<run_id>[^"]*)" of "(?P<what>.*)"'))
def make_run(world: World, run_id: str, what: str) -> None:
    outcome = world.run(f"guild run {what} --run-id {run_id} -y")
    assert outcome.code == 0, outcome


@given(parsers.re(r'a failed run "(?P<run_id>[^"]*)" of "(?P<what>.*)"'))
def make_failed_run(world: World, run_id: str, what: str) -> None:
    outcome = world.run(f"guild run {what} --run-id {run_id} -y")
    assert outcome.code > 0, outcome


@given(parsers.re(r'the run "(?P<run_id>\w+)" is (?P<status>[a-z]+)'))
def set_status(world: World, run_id: str, status: str) -> None:
    """Leave the marks of a status that takes long to come by."""
    kept = world.sandbox.run_dir(run_id) / ".guild"
    if status in ("pending", "staged"):
        (kept / status.upper()).touch()
    elif status == "running":
        (kept / "attrs/exit_status").unlink()
        (kept / "LOCK").write_text(str(os.getpid()))
    else:
        codes = {"completed": "0", "error": "1", "terminated": "-9"}
        (kept / "attrs/exit_status").write_text(codes[status])


@given(parsers.re(r'the run "(?P<run>\w+)" is locked by a process that ended'))
def locked_by_dead(world: World, run: str) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (world.sandbox.run_dir(run) / ".guild/LOCK").write_text(str(ended.pid))


@given(parsers.re(r'the attribute "(?P<name>\w+)" of the run "(?P<run>\w+)" is damaged'))
def damage_attribute(world: World, name: str, run: str) -> None:
    (world.sandbox.run_dir(run) / ".guild/attrs" / name).write_bytes(b"{half: [writ\xff\0")


@given(parsers.re(r'there is a (?P<kind>file|directory) "(?P<name>\w+)" among the runs'))
def foreign(world: World, kind: str, name: str) -> None:
    path = world.sandbox.run_dir(name)
    if kind == "file":
        path.write_text("not a run\n")
    else:
        path.mkdir()


@given(parsers.re(r'I ran "(?P<line>.*)"'))
def ran(world: World, line: str) -> None:
    outcome = world.run(line)
    assert outcome.code == 0, outcome


@given(parsers.re(r'the environment variable (?P<name>\w+) is "(?P<value>.*)"'))
def set_variable(world: World, name: str, value: str) -> None:
    world.sandbox.environ[name] = value


@when(parsers.re(r'I run "(?P<line>.*)"'))
def run_line(world: World, line: str) -> None:
    world.run(line)


@when(parsers.re(r'I answer "(?P<answer>[^"]*)" to "(?P<line>.*)"'))
def run_and_answer(world: World, line: str, answer: str) -> None:
    world.run(line, f"{answer}\n")


@when(parsers.re(r'I answer "(?P<one>[^"]*)" and "(?P<two>[^"]*)" to "(?P<line>.*)"'))
def answer_twice(world: World, one: str, two: str, line: str) -> None:
    world.run(line, f"{one}\n{two}\n")


@when("I run in Python:")
def run_python(world: World, docstring: str) -> None:
    world.commands.append(world.sandbox.python(docstring))


@then("it succeeds")
def succeeds(world: World) -> None:
    assert world.last.code == 0, world.last


@then("it fails")
def fails(world: World) -> None:
    assert world.last.code != 0, world.last


@then(parsers.parse("it fails with exit status {code:d}"))
def fails_with(world: World, code: int) -> None:
    assert world.last.code == code, world.last
    assert "Traceback" not in world.last.err, world.last


@then(parsers.re(r'it prints "(?P<text>.*)"'))
def prints_line(world: World, text: str) -> None:
    found = [line.rstrip() for line in world.last.out.splitlines()]
    assert any(matches(text, line) for line in found), world.last


@then(parsers.re(r'it does not print "(?P<text>.*)"'))
def does_not_print(world: World, text: str) -> None:
    assert text not in world.last.out, world.last


@then("it prints:")
def prints(world: World, docstring: str) -> None:
    assert matches(docstring, world.last.out), world.last


@then("it prints nothing")
def prints_nothing(world: World) -> None:
    assert not world.last.out, world.last


@then(parsers.re(r'it says "(?P<text>.*)"'))
def says_line(world: World, text: str) -> None:
    found = [line.rstrip() for line in world.last.err.splitlines()]
    assert any(matches(text, line) for line in found), world.last


@then(parsers.re(r"it prints (?P<count>\d+) lines"))
def prints_lines(world: World, count: str) -> None:
    assert len(world.last.out.splitlines()) == int(count), world.last


@then(parsers.re(r'it prints the ids "(?P<ids>.*)"'))
@then(parsers.re(r'it prints the paths "(?P<ids>.*)"'))
def prints_words(world: World, ids: str) -> None:
    assert world.last.out.split() == ids.split(), world.last


@then("it prints JSON that begins:")
def prints_json(world: World, datatable: Sequence[Sequence[str]]) -> None:
    heading, *rows = datatable
    found = json.loads(world.last.out)
    objects = found if isinstance(found, list) else [found]
    shown = [[_json_text(item[name]) for name in heading] for item in objects]
    assert shown == [list(row) for row in rows]


@then("it says:")
def says(world: World, docstring: str) -> None:
    assert matches(docstring, world.last.err), world.last


@then("it says nothing")
def says_nothing(world: World) -> None:
    assert not world.last.err, world.last


@then("the output of the latest run is:")
def output_is(world: World, docstring: str) -> None:
    assert matches(docstring, world.sandbox.guild("cat", "--output").out)


@then(parsers.re(r'the project has (?P<which>a|no) file "(?P<name>.*)"'))
def project_has(world: World, which: str, name: str) -> None:
    assert (world.sandbox.project / name).is_file() == (which == "a")


@then("there are no runs")
def no_runs(world: World) -> None:
    assert world.sandbox.runs() == []


@then(parsers.parse("there are {count:d} runs"))
def count_runs(world: World, count: int) -> None:
    assert len(world.sandbox.runs()) == count


@then("the runs are:")
def runs_are(world: World, datatable: Sequence[Sequence[str]]) -> None:
    heading, *wanted = datatable
    found = [[_shown(run, name) for name in heading] for run in world.sandbox.runs()]
    assert found == [list(row) for row in wanted]


@then(parsers.re(r'the run "(?P<run>[^"]*)" is (?P<status>[a-z]+)'))
def run_is(world: World, run: str, status: str) -> None:
    assert world.sandbox.info(run)["status"] == status


@then(parsers.re(r'the flags of the run "(?P<run>[^"]*)" are:'))
@then(parsers.re(r"the flags of the (?P<run>latest) run are:"))
def flags_are(world: World, run: str, datatable: Sequence[Sequence[str]]) -> None:
    outcome = world.sandbox.guild("runs", "info", "1" if run == "latest" else run)
    assert _section(outcome.out, "flags") == [f"{name}: {text}" for name, text in datatable]


@then(parsers.re(r'the scalars of the run "(?P<run>[^"]*)" are:'))
@then(parsers.re(r"the scalars of the (?P<run>latest) run are:"))
def scalars_are(world: World, run: str, datatable: Sequence[Sequence[str]]) -> None:
    found = world.sandbox.info("1" if run == "latest" else run)["scalars"]
    steps = [[name, f"{value:g}", str(step)] for name, (value, step) in found.items()]
    assert steps == [list(row) for row in datatable]


@then(parsers.re(r'the source code of the run "(?P<run>[^"]*)" is:'))
@then(parsers.re(r"the source code of the (?P<run>latest) run is:"))
def source_is(world: World, run: str, datatable: Sequence[Sequence[str]]) -> None:
    outcome = world.sandbox.guild("ls", "1" if run == "latest" else run, "-s", "-n")
    assert sorted(outcome.out.splitlines()) == sorted(row[0] for row in datatable)


def _shown(run: dict[str, Any], name: str) -> str:  # Any: JSON
    if name == "operation":
        return shlex.split(run["opref"])[-1]
    value = run[name]
    return " ".join(value) if isinstance(value, list) else str("" if value is None else value)


def _json_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _section(text: str, name: str) -> list[str]:
    lines = text.splitlines()
    start = lines.index(f"{name}:") + 1
    rest = (number for number in range(start, len(lines)) if not lines[number].startswith(" "))
    return [line.strip() for line in lines[start : next(rest, len(lines))]]
