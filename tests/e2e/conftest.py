"""Sandboxes with and without runs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.outcomes import TRAIN, assert_clean
from tests.e2e.sandbox import Sandbox
from tests.e2e.screen import Screen


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """An empty project and an empty home of the test's own."""
    sandbox = Sandbox.below(tmp_path)
    yield sandbox
    sandbox.close()


@pytest.fixture
def project(sandbox: Sandbox) -> Sandbox:
    """A sandbox with a script."""
    sandbox.write("train.py", TRAIN)
    return sandbox


@pytest.fixture
def with_run(project: Sandbox) -> Sandbox:
    """A sandbox with a script and a run of it."""
    assert_clean(project.guild("run", "train.py", "--run-id", "aaa", "-y"))
    return project


@pytest.fixture
def terminal(sandbox: Sandbox) -> Iterator[Callable[..., Screen]]:
    """Call it with a program and its arguments to run it in the sandbox, on a terminal.

    Keywords: `size`, rows and columns; others are environment variables.
    """
    screens = []

    def start(*args: str, size: tuple[int, int] = (24, 80), **env: str) -> Screen:
        given = {"TERM": "xterm", **sandbox.environ, **env}
        screens.append(Screen(args, sandbox.project, given, size))
        return screens[-1]

    yield start
    for screen in screens:
        screen.close()


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox with the runs aaa and aab, for tests that are to change nothing in it."""
    sandbox = Sandbox.below(tmp_path_factory.mktemp("untouched"))
    sandbox.write("train.py", TRAIN)
    for run_id in ("aaa", "aab"):
        assert_clean(sandbox.guild("run", "train.py", "--run-id", run_id, "-y"))
    before = _contents(sandbox.home / "runs")
    yield sandbox
    assert _contents(sandbox.home / "runs") == before
    assert not (sandbox.home / "trash").exists()


@pytest.fixture
def with_copies(sandbox: Sandbox, untouched: Sandbox) -> Sandbox:
    """A sandbox with a script and copies of runs of it, which is quicker than running it."""
    sandbox.write("train.py", TRAIN)
    shutil.copytree(untouched.home, sandbox.home, dirs_exist_ok=True)
    for run in sandbox.run_dirs():
        (run / ".guild/opref").write_text(f"script:{sandbox.project} '' '' train.py")
    return sandbox


def _contents(directory: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}
