"""The status of a run."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

import pytest
from pytest_bdd import given, parsers, scenarios, then

from tests.features.world import World

pytestmark = pytest.mark.e2e
pytest_plugins = ["tests.features.steps_processes"]

scenarios("run_status.feature")


@then(parsers.re(r'the run "(?P<run>\w+)" has this status:'))
def has_status(world: World, run: str, datatable: Sequence[Sequence[str]]) -> None:
    _, *rows = datatable
    assert [_status_with(world, run, *row[:2]) for row in rows] == [row[2] for row in rows]


def _status_with(world: World, run: str, exit_status: str, mark: str) -> object:
    kept = world.sandbox.run_dir(run) / ".guild"
    (kept / "attrs/exit_status").write_text(exit_status)
    if mark:
        (kept / mark.upper()).touch()
    status = world.sandbox.info(run)["status"]
    if mark:
        (kept / mark.upper()).unlink()
    return status


@given(parsers.re(r'the run "(?P<run>\w+)" has no exit status'))
def no_exit_status(world: World, run: str) -> None:
    (world.sandbox.run_dir(run) / ".guild/attrs/exit_status").unlink()


@given(parsers.re(r'the run "(?P<run>\w+)" is locked by a process that lives'))
def locked_by_living(world: World, run: str) -> None:
    _lock(world, run, str(os.getpid()))


@given(
    parsers.re(
        r'the run "(?P<run>\w+)" is locked by a process whose number was given to another one'
    )
)
def locked_by_reused(world: World, run: str) -> None:
    _lock(world, run, re.sub(r" start=\S+", " start=1", _own_evidence()))


@given(
    parsers.re(
        r'the run "(?P<run>\w+)" is locked by a process from before the machine was restarted'
    )
)
def locked_before_boot(world: World, run: str) -> None:
    _lock(world, run, re.sub(r" boot=\S+", " boot=earlier", _own_evidence()))


@given(parsers.re(r'the run "(?P<run>\w+)" is locked by a process of another machine'))
def locked_elsewhere(world: World, run: str) -> None:
    _lock(world, run, re.sub(r" host=\S+", " host=elsewhere", _own_evidence()))


@given(parsers.re(r'the run "(?P<run>\w+)" is locked by the remote "(?P<remote>\w+)"'))
def locked_by_remote(world: World, run: str, remote: str) -> None:
    (world.sandbox.run_dir(run) / ".guild/LOCK.remote").write_text(remote)


def _lock(world: World, run: str, text: str) -> None:
    (world.sandbox.run_dir(run) / ".guild/LOCK").write_text(text)


def _own_evidence() -> str:
    """What guild writes of a process of its own, without one that sees the run through."""
    from guild.adapters.process.evidence import own_evidence

    return re.sub(r" guild=.*", "", own_evidence(os.getpid()))
