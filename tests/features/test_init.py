"""New projects."""

from __future__ import annotations

import subprocess

import pytest
from pytest_bdd import given, parsers, scenarios, then

from tests.features.world import World, matches

pytestmark = pytest.mark.e2e

scenarios("init.feature")

_INTERPRETER = """\
#!/bin/sh
echo "$@" >> "{log}"
case "$*" in
    *venv*)
        for dir; do :; done
        mkdir -p "$dir/bin" && touch "$dir/pyvenv.cfg" && cp "$0" "$dir/bin/python"
esac
"""


@given("no Guild home is named")
def no_home(world: World) -> None:
    del world.sandbox.environ["GUILD_HOME"]


@given(parsers.re(r'an interpreter "(?P<name>.*)" that makes virtual environments'))
def interpreter(world: World, name: str) -> None:
    log = world.sandbox.root / "asked"
    world.sandbox.write(name, _INTERPRETER.format(log=log)).chmod(0o755)


@then(parsers.re(r'there is one run in the home "(?P<home>.*)"'))
def one_run_in(world: World, home: str) -> None:
    runs = world.sandbox.root / home / "runs"
    assert runs.is_dir(), world.last
    assert len(list(runs.iterdir())) == 1


@then("the interpreter was asked:")
def asked(world: World, docstring: str) -> None:
    assert matches(docstring, (world.sandbox.root / "asked").read_text())


@then(parsers.re(r'the interpreter of the virtual environment can import "(?P<module>\w+)"'))
def can_import(world: World, module: str) -> None:
    python = world.sandbox.project / "venv/bin/python"
    subprocess.run([python, "-c", f"import {module}"], cwd=world.sandbox.root, check=True)
