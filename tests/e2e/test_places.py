"""Projects and homes may be anywhere and be named anything."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.e2e.outcomes import TRAIN, assert_clean
from tests.e2e.sandbox import Sandbox

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("home", ["project/.guild", "project/home", "project/deep/er/home"])
def test_a_home_inside_the_project_is_never_copied(tmp_path: Path, home: str) -> None:
    sandbox = Sandbox.below(tmp_path, home=home)
    sandbox.write("train.py", TRAIN)

    for _ in range(3):
        assert_clean(sandbox.guild("run", "train.py", "-y"))

    for run in sandbox.run_dirs():
        found = sorted(path.name for path in run.iterdir())
        assert found == [".guild", "train.py"]


@pytest.mark.parametrize(
    ("project", "home", "script"),
    [
        ("größe ✓", "дом", "обучение.py"),
        ('quo\'te "d"', "$HOME `x`", "a'b.py"),
        ("new\nline", "tab\there", "trän me.py"),
    ],
)
def test_paths_of_any_characters(tmp_path: Path, project: str, home: str, script: str) -> None:
    sandbox = Sandbox.below(tmp_path, project, home)
    sandbox.write(script, TRAIN)

    assert_clean(sandbox.guild("run", script, "--run-id", "aaa", "-y"))
    listed = sandbox.guild("runs")
    assert listed.out.startswith(f"[1:aaa]  {script}  "), listed
    assert len(listed.out.splitlines()) == 1
    assert_clean(sandbox.guild("run", "--restart", "aaa", "lr=2", "-y"))
    assert sandbox.guild("ls", "-s", "-n").out == f"{script}\n"
    assert sandbox.guild("cat", "-s", "-p", script).out == TRAIN
    assert sandbox.guild("select", "--attr", "lr").code in (0, 1)
    assert_clean(sandbox.guild("run", "--proto", "aaa", "lr=3", "-y"))
    assert_clean(sandbox.guild("run", script, "lr=4", "--stage", "--run-id", "bbb", "-y"))
    assert sandbox.guild("run", "--start", script, "-y").out == "loss: 1\n"
    assert sandbox.info("bbb")["status"] == "completed"


def test_a_staged_directory_with_spaces_starts_as_it_says(tmp_path: Path) -> None:
    sandbox = Sandbox.below(tmp_path, "my project")
    sandbox.write("train me.py", TRAIN)

    staged = sandbox.guild("run", "train me.py", "--stage", "--run-dir", "to do", "-y")
    command = staged.out.splitlines()[1].partition('"')[2].rpartition('"')[0]
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=sandbox.root,
        env=sandbox.environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.returncode) == ("loss: 1\n", 0), done
