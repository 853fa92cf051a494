"""What is measured, each with its floor, its limit, and a check that all of the work was done."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Callable, Mapping, Sequence

from measure import Failed, Result, Usage, compare, run, single

__all__ = ["CASES", "Bench", "Case"]

_TRIVIAL = "lr = 0.1\nbatch = 32\nprint('loss: 0.5')\n"
_FILES = 400
_STEPS = 100_000
_SCALARS = f"""\
import sys
write = sys.stdout.write
for step in range({_STEPS}):
    write('step: %i\\nloss: %.6f\\n' % (step, 1 / (1 + step)))
"""
# Run by the interpreter of the command that is measured: the reader is TensorBoard's own.
_COUNT = """\
import sys
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
found = {}
for path in sys.argv[1:]:
    for event in EventFileLoader(path).Load():
        for value in event.summary.value:
            found.setdefault(value.tag, set()).add(event.step)
print({tag: (len(steps), min(steps), max(steps)) for tag, steps in found.items()})
"""


class Bench:
    """The command to measure, and a place for its homes and projects.

    Args:
        guild: Path of the command.
        python: The interpreter it runs on, which the floors use, too.
        work: A directory of its own, outside of any project.
    """

    def __init__(self, guild: str, python: str, work: str) -> None:
        self.guild = guild
        self.python = python
        self.work = work
        self.home = f"{work}/home"
        self.env: Mapping[str, str] = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": work,
            "GUILD_HOME": self.home,
        }
        os.makedirs(self.home)

    def project(self, name: str, files: Mapping[str, str]) -> str:
        """Make a project. Returns its directory."""
        root = f"{self.work}/{name}"
        shutil.rmtree(root, ignore_errors=True)
        for path, text in files.items():
            os.makedirs(os.path.dirname(f"{root}/{path}"), exist_ok=True)
            with open(f"{root}/{path}", "w", encoding="utf-8") as file:
                file.write(text)
        return root

    def empty_home(self) -> None:
        """Remove all that is in the home."""
        shutil.rmtree(self.home)
        os.makedirs(self.home)

    def call(self, *argv: str, cwd: str | None = None, out: str | None = None) -> Usage:
        """Run any command in the environment of the measured one."""
        return run(argv, cwd=cwd or self.work, env=self.env, out=out)

    def output(self, *words: str) -> bytes:
        """What the measured command prints."""
        path = f"{self.work}/output"
        self.call(self.guild, *words, out=path)
        return _read(path)


class Case:
    """Something to measure.

    Attributes:
        name: As for `--only`.
        what: What it is, for a table.
        floor: What it is a ratio to; empty for an absolute value in MB.
        limit: Greatest value that is accepted; infinite if there is none.
        measure: Measures a number of rounds.
        slow: Whether a third of the rounds is enough.
    """

    def __init__(
        self,
        name: str,
        what: str,
        floor: str,
        limit: float,
        measure: Callable[[Bench, int], Result],
        *,
        slow: bool = False,
    ) -> None:
        self.name = name
        self.what = what
        self.floor = floor
        self.limit = limit
        self.measure = measure
        self.slow = slow

    def written(self, value: float) -> str:
        """A value with its unit."""
        if math.isinf(value):
            return "none"
        return f"{value:.{1 if self.limit >= 2 else 2}f}x" if self.floor else f"{value:.0f} MB"


def _command(words: Sequence[str], says: bytes) -> Callable[[Bench, int], Result]:
    """A command that only prints, beside an interpreter that does nothing.

    Args:
        words: After `guild`.
        says: Part of what it prints; empty if it prints nothing.
    """

    def measure(bench: Bench, rounds: int) -> Result:
        bench.empty_home()
        told = bench.output(*words)
        if says not in told or bool(told) != bool(says):
            raise Failed(f"'guild {' '.join(words)}' printed {told[:60]!r}")
        return compare(
            lambda: bench.call(bench.guild, *words),
            lambda: bench.call(bench.python, "-c", "pass"),
            rounds,
        )

    return measure


def _trivial_run(bench: Bench, rounds: int) -> Result:
    project = bench.project("trivial", {"train.py": _TRIVIAL})
    return _run_beside_script(bench, project, rounds, lambda run_dir: _check_run(run_dir, 1))


def _run_with_many_files(bench: Bench, rounds: int) -> Result:
    project = bench.project(
        "many",
        {"train.py": _TRIVIAL}
        | {f"src/m{n // 40}/f{n}.py": f"x = {n}\n" * 150 for n in range(_FILES)},
    )
    for words in ("init -q", "add .", "-c user.name=b -c user.email=b@b commit -q -m all"):
        bench.call("git", *words.split(), cwd=project)

    def check(run_dir: str) -> None:
        _check_run(run_dir, 1 + _FILES)
        if not _read(f"{run_dir}/.guild/attrs/vcs_commit").startswith(b"git:"):
            raise Failed("the commit was not recorded")

    return _run_beside_script(bench, project, rounds, check)


def _run_beside_script(
    bench: Bench, project: str, rounds: int, check: Callable[[str], None]
) -> Result:
    def subject() -> Usage:
        bench.empty_home()
        used = bench.call(bench.guild, "run", "train.py", "-y", cwd=project)
        check(_only_run(bench))
        return used

    return compare(subject, lambda: bench.call(bench.python, "train.py", cwd=project), rounds)


def _check_run(run_dir: str, files: int) -> None:
    guild = f"{run_dir}/.guild"
    if _read(f"{guild}/attrs/exit_status").strip() != b"0":
        raise Failed("the run did not complete")
    if _read(f"{guild}/output") != b"loss: 0.5\n":
        raise Failed("the output was not kept")
    if not _event_files(run_dir):
        raise Failed("the scalar was not recorded")
    listed = [line for line in _read(f"{guild}/manifest").splitlines() if line[:2] == b"s "]
    if len(listed) != files:
        raise Failed(f"{len(listed)} of {files} source files were copied")
    for line in listed:
        if not os.path.isfile(f"{run_dir}/{line.split()[1].decode()}"):
            raise Failed(f"{line.split()[1].decode()} was not copied")


def _scalars(bench: Bench, rounds: int) -> Result:
    project = bench.project("scalars", {"train.py": _SCALARS})
    plain = f"{bench.work}/plain"
    return compare(
        _capture(bench, project),
        lambda: bench.call(bench.python, "train.py", cwd=project, out=plain),
        rounds,
    )


def _scalars_memory(bench: Bench, rounds: int) -> Result:
    project = bench.project("scalars", {"train.py": _SCALARS})
    return single(_capture(bench, project), rounds)


def _capture(bench: Bench, project: str) -> Callable[[], Usage]:
    """A run with much output, checked to have all of it and all scalars."""
    expected = f"{bench.work}/expected"
    bench.call(bench.python, "train.py", cwd=project, out=expected)
    size = os.path.getsize(expected)

    def subject() -> Usage:
        bench.empty_home()
        shown = f"{bench.work}/shown"
        used = bench.call(bench.guild, "run", "train.py", "-y", cwd=project, out=shown)
        run_dir = _only_run(bench)
        for path in (shown, f"{run_dir}/.guild/output"):
            if os.path.getsize(path) != size or not _same_bytes(path, expected):
                raise Failed(f"{path} is not what the script wrote")
        if os.path.getsize(f"{run_dir}/.guild/output.index") != 2 * _STEPS * 9:
            raise Failed("not every line is in the index")
        _check_events(bench, run_dir)
        return used

    return subject


def _check_events(bench: Bench, run_dir: str) -> None:
    out = f"{bench.work}/events"
    bench.call(bench.python, "-c", _COUNT, *_event_files(run_dir), out=out)
    told = _read(out).decode()
    if f"'loss': ({_STEPS}, 0, {_STEPS - 1})" not in told:
        raise Failed(f"scalars are missing from the event file: {told.strip()}")


def _same_bytes(one: str, other: str) -> bool:
    with open(one, "rb") as first, open(other, "rb") as second:
        while piece := first.read(1 << 16):
            if piece != second.read(len(piece)):
                return False
    return True


def _only_run(bench: Bench) -> str:
    runs = f"{bench.home}/runs"
    names = os.listdir(runs) if os.path.isdir(runs) else []
    if len(names) != 1:
        raise Failed(f"{len(names)} runs were made instead of one")
    return f"{runs}/{names[0]}"


def _event_files(run_dir: str) -> list[str]:
    names = os.listdir(f"{run_dir}/.guild")
    return [f"{run_dir}/.guild/{name}" for name in sorted(names) if ".tfevents." in name]


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError as error:
        raise Failed(f"{path} is missing") from error


_NOTHING = "`python -c pass`"
_SCRIPT = "the bare script"

CASES = (
    Case("version", "`guild --version`", _NOTHING, 2, _command(["--version"], b"guild ")),
    Case("help", "`guild --help`", _NOTHING, 6.5, _command(["--help"], b"Commands:")),
    Case("runs", "`guild runs`, empty home", _NOTHING, 8, _command(["runs"], b"")),
    Case("run", "`guild run`, trivial script, one scalar", _SCRIPT, 10, _trivial_run),
    Case(
        "run-400",
        f"the same with {_FILES} source files in a git work tree",
        _SCRIPT,
        14,
        _run_with_many_files,
    ),
    Case(
        "scalars",
        f"`guild run`, {2 * _STEPS:,} lines, {_STEPS:,} scalars",
        f"{_SCRIPT}, output to a file",
        12,
        _scalars,
        slow=True,
    ),
    Case("memory", "the same: peak memory", "", 40, _scalars_memory, slow=True),
)
