"""Many processes that want the same thing at the same moment, of which one may have it.

`python -m tests.crash.contenders CASE ROOT --count N` has them contend over what is in
`ROOT/home`, and prints what came of it.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from attrs import field, frozen

from guild.adapters.fsstore.steplinks import DirectoryStepLinks
from guild.app.run_plan import RunPlan
from guild.app.run_request import RunRequest
from guild.bootstrap import Guild
from guild.domain.errors import GuildError, NoSuchRun
from guild.domain.run import Run
from tests.crash.library import library, note

__all__ = ["CASES", "Result", "contend"]

Act = Callable[[], bool]
_WON = "won"
_TOLD_NO = "came too late"


@frozen
class Result:
    """What came of it: how many won, and how many were told what."""

    won: int
    said: Mapping[str, int]


def contend(
    case: str, root: Path, count: int, *, without: Sequence[str] = (), arg: str = "aaa"
) -> Result:
    """Have processes contend over a run of `root/home`.

    Args:
        case: One of `CASES`.
        root: Where the home and the project are.
        count: How many processes.
        without: What the file system doesn't have for them: `flock` or `link`.
        arg: The id of the run.
    """
    words = ["--count", str(count), "--arg", arg, *(f"--without={name}" for name in without)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.contenders", case, str(root), *words],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    return Result(said.pop(_WON, 0), said)


def _plan(guild: Guild, request: RunRequest) -> RunPlan:
    plan = guild.plan_run(request)
    assert isinstance(plan, RunPlan)
    return plan


def _start(guild: Guild, run_id: str, _number: int) -> Act:
    plan = _plan(guild, RunRequest(restart=run_id))
    return lambda: guild.start_run(plan) is not None


def _make(guild: Guild, run_id: str, number: int) -> Act:
    request = RunRequest(opspec="train.py", run_id=run_id, flags=(f"lr={number}",))
    plan = _plan(guild, request)
    return lambda: guild.start_run(plan) is not None


def _take(guild: Guild, run_id: str, _number: int) -> Act:
    """As two batches take a trial, which both start it then."""
    run = guild.store.get(run_id)

    def act() -> bool:
        if guild.trial_runs.take(run) is not None:
            return False
        note(Path(guild.settings.home).parent / "started", run.id)
        guild.store.set_mark(run, None)
        guild.store.finish(run, stopped=guild.clock(), exit_status=0)
        guild.locks.release(run)
        return True

    return act


def _claim(guild: Guild, run_id: str, _number: int) -> Act:
    run = guild.store.get(run_id)

    def act() -> bool:
        guild.locks.claim(run)
        return True

    return act


def _delete(guild: Guild, run_id: str, _number: int) -> Act:
    run = guild.store.get(run_id)
    return lambda: bool(guild.delete_runs.delete([run]))


def _restore(guild: Guild, run_id: str, _number: int) -> Act:
    run = guild.store.get(run_id, deleted=True)
    return lambda: bool(guild.delete_runs.restore([run]))


def _to_and_fro(guild: Guild, run_id: str, number: int) -> Act:
    """Half of them delete the run, half restore it, again and again."""

    def step(deleted: bool) -> None:
        try:
            run = guild.store.get(run_id, deleted=deleted)
        except NoSuchRun:
            return
        (guild.delete_runs.restore if deleted else guild.delete_runs.delete)([run])

    def act() -> bool:
        for turn in range(20):
            step((turn + number) % 2 == 0)
        return False

    return act


def _purge(guild: Guild, run_id: str, _number: int) -> Act:
    run = guild.store.get(run_id, deleted=True)
    return lambda: bool(guild.delete_runs.purge([run]))


def _link(guild: Guild, run_id: str, number: int) -> Act:
    run = guild.store.get(run_id)
    links = DirectoryStepLinks(guild.settings.home)

    def act() -> bool:
        links.link(run, "step", f"{number:032x}")
        return False

    return act


def _label(guild: Guild, run_id: str, number: int) -> Act:
    run = guild.store.get(run_id)

    def act() -> bool:
        for turn in range(20):
            guild.store.update(run, {"label": f"{number} {turn} " + "x" * 5000})
            found: Run = guild.store.get(run_id)
            if found.damage or not found.label.endswith("x"):
                raise GuildError(f"the label was read as {found.label[:20]}")
        return False

    return act


CASES: Mapping[str, Callable[[Guild, str, int], Act]] = {
    "claim": _claim,
    "delete": _delete,
    "label": _label,
    "link": _link,
    "make": _make,
    "purge": _purge,
    "restore": _restore,
    "start": _start,
    "take": _take,
    "to and fro": _to_and_fro,
}


def _hobble(without: Sequence[str]) -> None:
    """Have the file system lack something."""
    if "flock" in without:
        import fcntl

        fcntl.flock = fcntl.lockf = lambda *_: None
    if "link" in without:

        def link(*_: object, **_named: object) -> None:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))

        os.link = link


def _contender(prepare: Callable[[], Act], ready: int, gate: int) -> str:
    """What came of one."""
    try:
        act = prepare()
    finally:
        os.write(ready, b".")
    os.read(gate, 1)  # until it is closed
    return _WON if act() else _TOLD_NO


def _told(contender: Callable[[], str]) -> str:
    try:
        return contender()
    except GuildError as error:
        return str(error)
    except BaseException:
        return traceback.format_exc()


@frozen
class _Pipes:
    """What the processes hear and say: pipes, as pairs of the reading and the writing end."""

    ready: tuple[int, int] = field(factory=os.pipe)
    gate: tuple[int, int] = field(factory=os.pipe)
    said: tuple[int, int] = field(factory=os.pipe)
    end: tuple[int, int] = field(factory=os.pipe)


def _forked(pipes: _Pipes, prepare: Callable[[], Act]) -> int:
    """A process that contends, and lives until all have: what it has stays its own."""
    pid = os.fork()
    if pid:
        return pid
    os.close(pipes.gate[1])
    os.close(pipes.end[1])
    text = _told(lambda: _contender(prepare, pipes.ready[1], pipes.gate[0]))
    os.write(pipes.said[1], json.dumps(text[:3000]).encode() + b"\n")
    os.read(pipes.end[0], 1)
    os._exit(0)


def _contend(case: str, root: Path, count: int, arg: str) -> Counter[str]:
    pipes = _Pipes()

    def prepare(number: int) -> Act:
        return CASES[case](library(root), arg, number)

    prepare(0)  # loads what all need
    pids = [_forked(pipes, partial(prepare, number)) for number in range(count)]
    for _ in range(count):
        os.read(pipes.ready[0], 1)
    os.close(pipes.gate[1])
    with open(pipes.said[0], encoding="utf-8") as lines:
        told = Counter(json.loads(line) for line in islice(lines, count))
    os.close(pipes.end[1])
    for pid in pids:
        os.waitpid(pid, 0)
    return told


def _main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("case", choices=CASES)
    parser.add_argument("root", type=Path)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--arg", default="aaa")
    parser.add_argument("--without", action="append", default=[], choices=("flock", "link"))
    given = parser.parse_args()
    _hobble(given.without)
    said = _contend(given.case, given.root, given.count, given.arg)
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    _main()
