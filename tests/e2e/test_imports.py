"""What a command imports is most of what it costs, so it is pinned."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.sandbox import Sandbox

pytestmark = pytest.mark.e2e

_IMPORT = re.compile(r"^import time:.*\| +(\w+)[\w.]*$", re.MULTILINE)
_OWN = re.compile(r"^import time:.*\| +(guild[\w.]*)$", re.MULTILINE)
_LISTED = Path(__file__).with_name("own_modules.txt")
_HEAVY_OF_STDLIB = frozenset(
    {"argparse", "asyncio", "concurrent", "dataclasses", "email", "http", "logging", "pathlib"}
    | {"multiprocessing", "shutil", "socket", "sqlite3", "ssl", "subprocess", "tempfile"}
    | {"unittest", "uuid", "xml", "zipfile", "inspect", "platform", "typing"}
)
# copy and pickle look for Jython's modules, platform (from Python 3.12) for Windows'.
_TRIED_IN_VAIN = frozenset({"org", "_wmi"})
_SCALARS = {"google_crc32c"}
_INDEX = {"sqlite3"}


def imported(sandbox: Sandbox, *args: str) -> frozenset[str]:
    """Top-level modules that all processes of a command import, but for a run's own process."""
    bare = _IMPORT.findall(_import_times(sandbox, "-c", "pass"))
    return frozenset(_IMPORT.findall(_import_times(sandbox, "-m", "guild", *args))) - {
        "guild",
        *bare,
    }


def _import_times(sandbox: Sandbox, *args: str) -> str:
    return subprocess.run(
        [sys.executable, "-X", "importtime", *args],
        cwd=sandbox.project,
        env=sandbox.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    ).stderr


def own_modules(sandbox: Sandbox, *args: str) -> list[str]:
    """Modules of Guild that a command imports, sorted."""
    return sorted(set(_OWN.findall(_import_times(sandbox, "-m", "guild", *args))))


def listed_modules() -> dict[str, list[str]]:
    """Modules of Guild that commands may import, by command."""
    parts = _LISTED.read_text(encoding="utf-8").split("$ guild ")
    listed = (part.partition("\n") for part in parts)
    return {command: modules.split() for command, _, modules in listed}


def packages(modules: frozenset[str]) -> set[str]:
    """Those that are not of the standard library."""
    return set(modules - sys.stdlib_module_names - _TRIED_IN_VAIN)


@pytest.fixture
def project(sandbox: Sandbox) -> Sandbox:
    """A sandbox with a script that prints a scalar and one that prints none."""
    sandbox.write("plain.py", 'lr = 0.1\nprint("no scalar")\n')
    sandbox.write("scalar.py", 'lr = 0.1\nprint("loss: 1")\n')
    return sandbox


def test_version_imports_no_package(project: Sandbox) -> None:
    assert packages(imported(project, "--version")) == set()


def test_help_imports_no_package(project: Sandbox) -> None:
    found = imported(project, "--help")

    assert packages(found) == set()
    assert not found & _HEAVY_OF_STDLIB


def test_runs_imports_little_where_there_are_none(project: Sandbox) -> None:
    found = imported(project, "runs")

    assert packages(found) == set()
    assert not found & _HEAVY_OF_STDLIB


def test_runs_imports_little_where_there_are_some(project: Sandbox) -> None:
    project.guild("run", "scalar.py", "--tag", "best", "--comment", "It's good: 1", "-y")

    found = imported(project, "runs")

    assert packages(found) == set()
    assert found & _HEAVY_OF_STDLIB == _INDEX


def test_run_imports_little(project: Sandbox) -> None:
    found = imported(project, "run", "plain.py", "lr=0.2", "-y")

    assert packages(found) == set()
    assert not found & _HEAVY_OF_STDLIB


def test_run_does_without_the_index(project: Sandbox) -> None:
    project.guild("run", "plain.py", "-y")
    project.guild("runs")

    found = own_modules(project, "run", "plain.py", "lr=0.2", "-y")

    assert not [name for name in found if name.startswith("guild.adapters.index")]


def test_a_scalar_costs_the_imports_that_write_it(project: Sandbox) -> None:
    found = imported(project, "run", "scalar.py", "lr=0.2", "-y")

    assert packages(found) == _SCALARS
    assert not found & _HEAVY_OF_STDLIB


@pytest.mark.parametrize("line", ["--version", "--help", "runs", "run scalar.py lr=0.2 -y"])
def test_modules_of_guild_are_those_listed(project: Sandbox, line: str) -> None:
    assert own_modules(project, *line.split()) == listed_modules()[line]


def test_a_listing_of_runs_loads_no_more_than_is_listed(project: Sandbox) -> None:
    project.guild("run", "scalar.py", "-y")

    # Less, where the run ended so long ago that it needn't be read again.
    assert set(own_modules(project, "runs", "--all")) <= set(listed_modules()["runs --all"])


def test_a_script_starts_without_what_python_imports_to_find_a_module(sandbox: Sandbox) -> None:
    sandbox.write("loaded.py", 'lr = 0.1\nimport sys\nprint(*sorted(sys.modules), sep="\\n")\n')
    bare = set(
        subprocess.check_output(
            [sys.executable, sandbox.project / "loaded.py"], text=True, env=sandbox.environ
        ).split()
    )

    told = sandbox.guild("run", "loaded.py", "lr=0.2", "-y").out.split()

    assert {name for name in told if not name.startswith("guild")} - bare <= {
        "__future__",
        "_ast",
        "importlib",
        "importlib._abc",
        "importlib._bootstrap",
        "importlib._bootstrap_external",
        "importlib.machinery",
        "warnings",
    }
