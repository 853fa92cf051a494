"""Two projects and a Guild home with runs of every kind, made once and copied for each kill."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from pathlib import Path

from attrs import evolve, frozen

from tests.e2e.sandbox import Outcome, Sandbox

__all__ = ["MANY", "PROJECT", "World", "new_root"]

PROJECT = "project"
MANY = "many"
"""A project of 400 source files."""

_MEMORY = "/dev/shm"
_ROOM = 1 << 29

_TRAIN = """
import helper
lr = 0.1
x = 1
print("loss: %s" % (lr * helper.ONE))
with open("ended", "a") as file:
    file.write("x\\n")
"""
"""Tells by a file that it came to its end, and how often."""

_FUNCTIONS = """
from guild import ipy

def train(x=1):
    print("loss: 1")
    with open("ended", "a") as file:
        file.write("x\\n")

ipy.run(train, _tag="one")
ipy.run(train, x=[2, 3])
ipy.runs().compare()
"""

_GUILDFILE = """
one:
  main: train
  flags-import: all
fed:
  main: train
  flags-import: all
  requires:
    - file: data.bin
      target-type: copy
    - file: pack.zip
      target-type: copy
both:
  steps:
    - one
    - one x=2
nested:
  steps:
    - one x=[1,2]
    - both
"""

_MANY_GUILDFILE = """
all:
  main: train
  flags-import: all
  sourcecode: ["*.py", "*.yml"]
"""

_MADE = (
    "run train.py --run-id a1 -l said -t tagged -y",
    "run train.py x=2 --run-id a2 -t doomed -y",
    "run train.py x=3 --run-id a3 -t doomed -y",
    "run train.py --stage --run-id s1 -y",
    "run train.py x=[4,5] --keep-batch --run-id g1 -y",
    "run both --run-id p1 -y",
    "run train.py x=6 --run-id d1 -y",
    "run train.py x=7 --run-id d2 -y",
    "comment -a well a1 -y",
    "mark a1 -y",
    "runs delete d1 d2 -y",
    "runs --all",
)


def new_root() -> Path:
    """A new directory, in memory where there is room: a kill takes nothing from the kernel, and
    copies of homes are made ten times as fast there."""
    in_memory = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    return Path(tempfile.mkdtemp(prefix="guild-kills-", dir=_MEMORY if in_memory else None))


@frozen
class World:
    """Where commands are killed.

    Attributes:
        base: A sandbox with all the runs, which nothing changes.
        sources: Names of the source files of each project.
    """

    base: Sandbox
    sources: dict[str, frozenset[str]]

    @classmethod
    def below(cls, root: Path) -> World:
        """Make it. Of its runs a1 to a3 are of a script, s1 is staged, g1 is a batch, p1 a
        pipeline, d1 and d2 are deleted, e1 failed."""
        base = Sandbox.below(root, home="base")
        base.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        many = evolve(base, project=root / MANY)
        for sandbox in (base, many):
            sandbox.write("train.py", _TRAIN)
            sandbox.write("helper.py", "ONE = 1.0\n")
        many.write("guild.yml", _MANY_GUILDFILE)
        for number in range(397):
            many.write(f"part{number % 20}/module{number}.py", f"NUMBER = {number}\n" * 20)
        base.write("functions.py", _FUNCTIONS)
        base.write("guild.yml", _GUILDFILE)
        base.write("broken.py", "import helper\nprint('loss: 2')\nraise SystemExit(3)\n")
        base.write("data.bin", bytes(range(256)) * 300)
        with zipfile.ZipFile(base.project / "pack.zip", "w") as archive:
            for number in range(20):
                archive.writestr(f"packed/{number}.txt", f"{number}\n" * 1000)
        for line in _MADE:
            _succeeded(base.shell_line(f"guild {line}"))
        assert base.shell_line("guild run broken.py --run-id e1 -y").code == 3
        return cls(base, {name: _files(root / name) for name in (PROJECT, MANY)})

    def copied(self, name: str, project: str) -> Sandbox:
        """A sandbox with a copy of the home, in one of the projects."""
        root = self.base.root
        home = root / name
        shutil.copytree(self.base.home, home, symlinks=True)
        environ = {**self.base.environ, "GUILD_HOME": str(home)}
        return evolve(
            self.base, project=root / project, home=home, environ=environ, left_running=[]
        )


def _succeeded(outcome: Outcome) -> None:
    assert outcome.code == 0, outcome


def _files(project: Path) -> frozenset[str]:
    """What is source code in the project: all of its text."""
    found = (path for path in project.rglob("*") if path.is_file())
    return frozenset(
        str(path.relative_to(project)) for path in found if path.suffix not in (".bin", ".zip")
    )
