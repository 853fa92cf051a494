"""Steps about batches and their trials."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_bdd import given, parsers, then, when

from guild.domain.flagtext import encode
from tests.e2e.sandbox import wait_until
from tests.features.world import World, matches

__all__: list[str] = []

_LISTED = ("id", "label", "operation", "status", "tags")


@given("a place where trials meet")
def meeting_place(world: World) -> None:
    """A directory that scripts know as `PLACE`."""
    place = _place(world)
    place.mkdir()
    world.sandbox.environ["PLACE"] = str(place)


@given(parsers.re(r'there is a "(?P<name>\w+)" in that place'))
@when(parsers.re(r'a "(?P<name>\w+)" comes to that place'))
def put_into_place(world: World, name: str) -> None:
    (_place(world) / name).touch()


@when(parsers.re(r'the "(?P<name>\w+)" is taken from that place'))
def take_from_place(world: World, name: str) -> None:
    (_place(world) / name).unlink()


@given("Optuna is installed")
def needs_optuna() -> None:
    pytest.importorskip("optuna")


@given("the library of cma-es is installed")
def needs_cmaes() -> None:
    pytest.importorskip("cmaes")


@when(parsers.re(r'I run for the trial "(?P<label>[^"]*)" "(?P<line>.*)"'))
def run_for_trial(world: World, label: str, line: str) -> None:
    """Run a line in which TRIAL stands for the id of the newest trial with a label."""
    found = [run["id"] for run in _trials(world) if run["label"] == label]
    assert found, f"no trial is labelled {label}"
    world.run(line.replace("TRIAL", found[-1]))


@when(parsers.re(r'"guild (?P<line>.*)" is under way with (?P<count>\d+) trials?'))
def under_way_with_trials(world: World, line: str, count: str) -> None:
    """Started, and seen to have so many trials that run."""
    world.sandbox.start(*shlex.split(line))
    wait_until(
        lambda: sum(run["status"] == "running" for run in _trials(world)) == int(count),
        f"{count} trials are running",
    )


@then("the trials are:")
def trials_are(world: World, datatable: Sequence[Sequence[str]]) -> None:
    """All of them, oldest first: what listings show of them, and flags."""
    heading, *wanted = datatable
    found = [[_shown(world, run, name) for name in heading] for run in _trials(world)]
    assert found == [list(row) for row in wanted]


@then("the trials are, in any order:")
def trials_are_in_any_order(world: World, datatable: Sequence[Sequence[str]]) -> None:
    heading, *wanted = datatable
    found = [[_shown(world, run, name) for name in heading] for run in _trials(world)]
    assert sorted(found) == sorted(map(list, wanted))


@then(parsers.re(r'the trial "(?P<label>[^"]*)" is (?P<status>[a-z]+)'))
def trial_is(world: World, label: str, status: str) -> None:
    assert [run["status"] for run in _trials(world) if run["label"] == label] == [status]


@then(parsers.re(r"there (?:is|are) (?P<count>no|\d+) trials?"))
def count_trials(world: World, count: str) -> None:
    assert len(_trials(world)) == _number(count)


@then(parsers.re(r"there (?:is|are) (?P<count>no|\d+) batch(?:es)?"))
def count_batches(world: World, count: str) -> None:
    assert len(_batches(world)) == _number(count)


@then(parsers.re(r"the batch is (?P<status>[a-z]+)"))
def batch_is(world: World, status: str) -> None:
    assert [run["status"] for run in _batches(world)] == [status]


@then("the batch is:")
def batch_shows(world: World, datatable: Sequence[Sequence[str]]) -> None:
    heading, wanted = datatable
    found = [[_shown(world, run, name) for name in heading] for run in _batches(world)]
    assert found == [list(wanted)]


@then(parsers.re(r'the batch has the attribute "(?P<name>[\w-]+)":'))
def batch_attribute(world: World, name: str, docstring: str) -> None:
    (batch,) = _batches(world)
    attribute = Path(batch["run_dir"], ".guild/attrs", name)
    assert attribute.read_text().strip() == docstring.strip()


@then("the batch has a link to each trial")
def batch_links(world: World) -> None:
    (batch,) = _batches(world)
    links = {path.name: path.resolve() for path in Path(batch["run_dir"]).iterdir()}
    expected = {run["id"]: Path(run["run_dir"]).resolve() for run in _trials(world)}
    assert {name: path for name, path in links.items() if name in expected} == expected


@then("all trials have the same random seed as the batch's template")
def same_seed(world: World) -> None:
    (batch,) = _batches(world)
    template = Path(batch["run_dir"], ".guild/proto")
    seeds = {_attribute(Path(run["run_dir"]), "random_seed") for run in _trials(world)}
    assert seeds == {_attribute(template, "random_seed")}


@then(parsers.re(r'it says "(?P<text>[^"]*)" (?P<count>\d+) times?'))
def says_times(world: World, text: str, count: str) -> None:
    assert world.last.err.count(text) == int(count), world.last


@then(parsers.re(r'it prints or says "(?P<text>.*)"'))
def prints_or_says(world: World, text: str) -> None:
    lines = (world.last.out + world.last.err).splitlines()
    assert any(matches(text, line) for line in lines), world.last


@then(parsers.re(r'it does not say "(?P<text>.*)"'))
def does_not_say(world: World, text: str) -> None:
    assert text not in world.last.err, world.last


@then(parsers.re(r'the file "(?P<name>[^"]*)" is:'))
def file_is(world: World, name: str, docstring: str) -> None:
    assert (world.sandbox.project / name).read_text().rstrip("\n") == docstring


def _place(world: World) -> Path:
    return world.sandbox.root / "place"


def _number(count: str) -> int:
    return 0 if count == "no" else int(count)


def _is_batch(run: dict[str, Any]) -> bool:  # Any: JSON
    return Path(run["run_dir"], ".guild/proto").is_dir()


def _trials(world: World) -> list[dict[str, Any]]:  # Any: JSON
    """Runs that are no batches, oldest first."""
    return [run for run in reversed(world.sandbox.runs()) if not _is_batch(run)]


def _batches(world: World) -> list[dict[str, Any]]:  # Any: JSON
    return [run for run in reversed(world.sandbox.runs()) if _is_batch(run)]


def _attribute(directory: Path, name: str) -> Any:  # Any: YAML
    return yaml.safe_load((directory / ".guild/attrs" / name).read_text())


def _shown(world: World, run: dict[str, Any], name: str) -> str:  # Any: JSON
    if name not in _LISTED:
        flags = _attribute(Path(run["run_dir"]), "flags")
        return encode(flags[name]) if name in flags else "-"
    value = shlex.split(run["opref"])[-1] if name == "operation" else run[name]
    return " ".join(value) if isinstance(value, list) else str("" if value is None else value)
