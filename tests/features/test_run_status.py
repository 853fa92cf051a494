"""The status of a run."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from tests.e2e.sandbox import wait_until
from tests.features.world import World

pytestmark = pytest.mark.e2e

scenarios("run_status.feature")


@given(parsers.re(r'the run "(?P<run>\w+)" ended with exit status (?P<code>-?\d+)'))
def ended_with(world: World, run: str, code: str) -> None:
    (world.sandbox.run_dir(run) / ".guild/attrs/exit_status").write_text(code)


@given(parsers.re(r'the run "(?P<run>\w+)" is marked as (?P<mark>\w+)'))
def marked_as(world: World, run: str, mark: str) -> None:
    (world.sandbox.run_dir(run) / ".guild" / mark.upper()).touch()


@given(parsers.re(r'the run "(?P<run>\w+)" has no exit status'))
def no_exit_status(world: World, run: str) -> None:
    (world.sandbox.run_dir(run) / ".guild/attrs/exit_status").unlink()


@given(parsers.re(r'the run "(?P<run>\w+)" is locked by a process that lives'))
def locked_by_living(world: World, run: str) -> None:
    _lock(world, run, str(os.getpid()))


@given(parsers.re(r'the run "(?P<run>\w+)" is locked by a process that ended'))
def locked_by_dead(world: World, run: str) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    _lock(world, run, str(ended.pid))


@given(
    parsers.re(
        r'the run "(?P<run>\w+)" is locked by a process whose number was given to another one'
    )
)
def locked_by_reused(world: World, run: str) -> None:
    _lock(world, run, re.sub(r"(start=)(\S+)", r"\g<1>1", _own_evidence()))


@given(
    parsers.re(
        r'the run "(?P<run>\w+)" is locked by a process from before the machine was restarted'
    )
)
def locked_before_boot(world: World, run: str) -> None:
    _lock(world, run, re.sub(r"boot=\S+", "boot=earlier", _own_evidence()))


@given(parsers.re(r'the run "(?P<run>\w+)" is locked by a process of another machine'))
def locked_elsewhere(world: World, run: str) -> None:
    _lock(world, run, re.sub(r"host=\S+", "host=elsewhere", _own_evidence()))


@given(parsers.re(r'the run "(?P<run>\w+)" is locked by the remote "(?P<remote>\w+)"'))
def locked_by_remote(world: World, run: str, remote: str) -> None:
    (world.sandbox.run_dir(run) / ".guild/LOCK.remote").write_text(remote)


@given(parsers.re(r'"guild (?P<line>.*)" is under way and printed "(?P<text>.*)"'))
def under_way(world: World, line: str, text: str) -> None:
    process = world.sandbox.start(*line.split())
    assert process.stdout is not None
    assert process.stdout.readline().decode().rstrip() == text


@when("guild is killed")
def kill_guild(world: World) -> None:
    process = world.sandbox.left_running[-1]
    process.kill()
    process.wait()


@when(parsers.re(r'the run "(?P<run>\w+)" finds a file "(?P<name>\w+)"'))
def run_finds_file(world: World, run: str, name: str) -> None:
    (world.sandbox.run_dir(run) / name).touch()


@then(parsers.re(r'the output of the run "(?P<run>\w+)" becomes:'))
def output_becomes(world: World, run: str, docstring: str) -> None:
    output = world.sandbox.run_dir(run) / ".guild/output"
    wait_until(lambda: output.read_text().strip() == docstring.strip(), "the output is there")


@then(parsers.re(r'the run "(?P<run>\w+)" stops running'))
def stops_running(world: World, run: str) -> None:
    wait_until(lambda: world.sandbox.info(run)["status"] != "running", f"{run} stopped")


def _lock(world: World, run: str, text: str) -> None:
    (world.sandbox.run_dir(run) / ".guild/LOCK").write_text(text)


def _own_evidence() -> str:
    """What guild writes of a process of its own, without one that sees the run through."""
    from guild.adapters.process.evidence import own_evidence

    return re.sub(r" guild=.*", "", own_evidence(os.getpid()))
