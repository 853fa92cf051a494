"""Source code snapshot."""

from __future__ import annotations

import subprocess

import pytest
from pytest_bdd import given, parsers, scenarios, then

from tests.features.world import World

pytestmark = pytest.mark.e2e

scenarios("source_snapshot.feature")


@given(parsers.re(r'a file "(?P<name>[^"]*)" of 2 megabytes'))
def large_file(world: World, name: str) -> None:
    world.sandbox.write(name, "1,2,3\n" * 350_000)


@given(parsers.re(r'(?P<count>\d+) files in "(?P<name>.*)"'))
def many_files(world: World, count: str, name: str) -> None:
    for number in range(int(count)):
        world.sandbox.write(f"{name}/{number:03}.txt", "text\n")


@given(parsers.re(r'a binary file "(?P<name>.*)"'))
def binary_file(world: World, name: str) -> None:
    world.sandbox.write(name, bytes(range(256)) * 4)


@given("the project is a Git repository")
def git_repository(world: World) -> None:
    _git(world, "init", "--quiet")


@given("all files are committed")
def commit(world: World) -> None:
    _git(world, "add", "--all")
    _git(world, "commit", "--quiet", "--message", "All files")


@given(parsers.re(r'Guild\'s home is the directory "(?P<name>.*)" of the project'))
def home_in_project(world: World, name: str) -> None:
    home = world.sandbox.project / name
    home.mkdir()
    world.sandbox.environ["GUILD_HOME"] = str(home)


@then(parsers.re(r'it says one line about "(?P<text>.*)"'))
def says_one_line(world: World, text: str) -> None:
    lines = world.last.err.splitlines()
    assert len(lines) == 1, world.last
    assert text in lines[0], world.last


@then(parsers.parse("the latest run has {count:d} source files"))
def source_files(world: World, count: int) -> None:
    assert len(world.sandbox.guild("ls", "-s", "-n").out.splitlines()) == count


@then(parsers.re(r'the run "(?P<run>\w+)" has the commit of the project'))
def has_commit(world: World, run: str) -> None:
    assert world.sandbox.info(run)["vcs_commit"] == f"git:{_git(world, 'rev-parse', 'HEAD')}"


@then(parsers.re(r'the run "(?P<run>\w+)" has the commit of the project, marked as changed'))
def has_changed_commit(world: World, run: str) -> None:
    assert world.sandbox.info(run)["vcs_commit"] == f"git:{_git(world, 'rev-parse', 'HEAD')}*"


@then(parsers.re(r'the digests of the runs "(?P<one>\w+)" and "(?P<other>\w+)" are equal'))
def equal_digests(world: World, one: str, other: str) -> None:
    assert _digest(world, one) == _digest(world, other)


@then(parsers.re(r'the digests of the runs "(?P<one>\w+)" and "(?P<other>\w+)" differ'))
def unequal_digests(world: World, one: str, other: str) -> None:
    assert _digest(world, one) != _digest(world, other)


def _digest(world: World, run: str) -> str:
    return str(world.sandbox.info(run)["sourcecode_digest"])


def _git(world: World, *args: str) -> str:
    who = ("-c", "user.name=Tester", "-c", "user.email=tester@example.org")
    command = ["git", *who, *args]
    done = subprocess.run(
        command,
        cwd=world.sandbox.project,
        env=world.sandbox.environ,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()
