"""A home with runs of several kinds, and commands to run in it while its file system fails."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

__all__ = ["CASES", "Case", "Ended", "World"]

_PATIENCE_S = 60.0
_PROJECTS = ("scripts", "tree", "project")
_FAULTFS = Path(__file__).with_name("faultfs.py")

_TRAIN = 'lr = 0.1\nname = "x"\nprint("loss: 1")\nprint("acc: 2", flush=True)\n'
_GUILDFILE = """
prep:
  main: prep
  flags: {size: 1}
train:
  main: train
  flags-import: all
  requires:
    - operation: prep
    - file: data.txt
flow:
  steps: [prep, train lr=0.3]
"""


@frozen
class Case:
    """A command.

    Attributes:
        name: Short.
        line: Arguments of `guild`.
        place: Directory of the world it is run in.
        targets: Runs that it changes or moves; all others it must leave as they are.
        empty: Whether it starts with an empty home.
    """

    name: str
    line: str
    place: str = "scripts"
    targets: tuple[str, ...] = ()
    empty: bool = False

    @property
    def args(self) -> list[str]:
        return self.line.split()


CASES = (
    Case("run", "run train.py lr=0.2 -y"),
    Case("first run", "run train.py lr=0.2 -y", empty=True),
    Case("run in git", "run train.py lr=0.2 -y", "tree"),
    Case("run operation", "run train lr=0.2 prep=ppp -y", "project"),
    Case("batch", "run train.py lr=[0.2,0.3] -y"),
    Case("pipeline", "run flow -y", "project"),
    Case("restart", "run --restart aaa lr=0.7 -y", targets=("aaa",)),
    Case("stage", "run train.py lr=0.2 --stage -y"),
    Case("start", "run --start sss -y", targets=("sss",)),
    Case("delete", "runs delete bbb -y", targets=("bbb",)),
    Case("delete for good", "runs delete -p bbb -y", targets=("bbb",)),
    Case("restore", "runs restore ddd -y", targets=("ddd",)),
    Case("purge", "runs purge ddd -y", targets=("ddd",)),
    Case("label", "label -s new aaa -y", targets=("aaa",)),
    Case("tag", "tag -a new aaa -y", targets=("aaa",)),
    Case("mark", "mark bbb -y", targets=("bbb",)),
    Case("comment", "comment -a new aaa -y", targets=("aaa",)),
    Case("runs", "runs"),
    Case("runs with filter", "runs --json --operation train.py"),
    Case("deleted runs", "runs --deleted"),
    Case("info", "runs info aaa"),
    Case("compare", "compare -t"),
    Case("cat", "cat aaa -p train.py"),
    Case("output", "cat aaa --output"),
    Case("ls", "ls aaa --all"),
    Case("check", "check"),
    Case("select", "select --operation train.py"),
)


@frozen
class Ended:
    """What a command left behind; its status is None if it took too long."""

    status: int | None
    out: str
    err: str


@frozen
class World:
    """Directories that are made once, and a home that is what it was before each command.

    Attributes:
        root: Of everything below.
        environ: Environment of the commands.
    """

    root: Path
    environ: dict[str, str]
    _server: list[subprocess.Popen[str]] = field(factory=list)

    @classmethod
    def below(cls, root: Path) -> World:
        """A new world in an empty directory."""
        world = cls(
            root,
            {
                "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}",
                "HOME": str(root / "user"),
                "USER": "tester",
                "LANG": "C.UTF-8",
                "TZ": "UTC",
                "TMPDIR": str(root / "tmp"),
                "GUILD_HOME": str(root / "home"),
                "COLUMNS": "200",
            },
        )
        for name in (*_PROJECTS, "home", "user", "tmp", "before"):
            (root / name).mkdir()
        for name in _PROJECTS:
            (root / name / "train.py").write_text(_TRAIN)
        (root / "project/guild.yml").write_text(_GUILDFILE)
        (root / "project/prep.py").write_text("size = 1\nopen('made.txt', 'w').write('made')\n")
        (root / "project/data.txt").write_text("data\n")
        world._make_tree(root / "tree")
        try:
            world._make_runs()
        except BaseException:
            world.close()
            raise
        return world

    def _make_tree(self, tree: Path) -> None:
        (tree / "part").mkdir()
        (tree / "part/more.py").write_text("more = 1\n")
        (tree / ".gitignore").write_text("*.txt\n")
        identity = ("-c", "user.name=t", "-c", "user.email=t@t")
        for args in (("init", "-q"), ("add", "."), (*identity, "commit", "-q", "-m", "x")):
            subprocess.run(["git", *args], cwd=tree, env=self.environ, check=True)

    def _make_runs(self) -> None:
        for line, place in (
            ("run train.py --run-id aaa --label a --tag t --comment c -y", "scripts"),
            ("run train.py --run-id bbb lr=0.5 -y", "scripts"),
            ("run train.py --run-id ddd -y", "scripts"),
            ("run train.py --run-id sss --stage -y", "scripts"),
            ("run prep --run-id ppp -y", "project"),
            ("runs delete ddd -y", "scripts"),
            ("runs", "scripts"),
        ):
            ended = self.run(line.split(), place)
            if ended.status != 0:
                raise RuntimeError(f"{line}: {ended}")
        for name in (*_PROJECTS, "home"):
            shutil.copytree(self.root / name, self.before / name, symlinks=True)

    @property
    def home(self) -> Path:
        """The home that commands work in."""
        return self.root / "home"

    @property
    def before(self) -> Path:
        """The projects, and the home, as they are before each command."""
        return self.root / "before"

    def reset(self, *, empty: bool = False) -> None:
        """Have the projects, the home, and what is temporary be as before."""
        for name in (*_PROJECTS, "home", "tmp"):
            shutil.rmtree(self.root / name, ignore_errors=True)
        for name in ("tmp", "home") if empty else ("tmp",):
            (self.root / name).mkdir()
        for name in _PROJECTS if empty else (*_PROJECTS, "home"):
            shutil.copytree(self.before / name, self.root / name, symlinks=True)

    def lost(self) -> list[str]:
        """Files of the projects that are not what they were."""
        files = [
            path.relative_to(self.before)
            for name in _PROJECTS
            for path in (self.before / name).rglob("*")
            if path.is_file() and ".git" not in path.parts and "__pycache__" not in path.parts
        ]
        return [
            str(path)
            for path in files
            if not (self.root / path).is_file()
            or (self.root / path).read_bytes() != (self.before / path).read_bytes()
        ]

    def run(self, args: list[str], place: str, **plan: object) -> Ended:
        """Run a command; see `faultfs` for plans."""
        out, err = self.root / "out", self.root / "err"
        request: Mapping[str, Any] = {
            **plan,
            "args": args,
            "cwd": str(self.root / place),
            "env": self.environ,
            "out": str(out),
            "err": str(err),
            "patience": _PATIENCE_S,
        }
        server = self._served()
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps(request) + "\n")
        server.stdin.flush()
        answer = server.stdout.readline().strip()
        return Ended(
            int(answer) if answer.lstrip("-").isdigit() else None,
            out.read_text("utf-8", "backslashreplace"),
            err.read_text("utf-8", "backslashreplace"),
        )

    def _served(self) -> subprocess.Popen[str]:
        if not self._server:
            started = subprocess.Popen(
                [sys.executable, str(_FAULTFS), "serve"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=self.environ,
                text=True,
            )
            self._server.append(started)
        return self._server[0]

    def close(self) -> None:
        """End the process that runs the commands."""
        for server in self._server:
            server.communicate(timeout=_PATIENCE_S)
        self._server.clear()
