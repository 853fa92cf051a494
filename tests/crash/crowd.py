"""Many processes that make runs at once, while others list, label, delete and restore them.

`python -m tests.crash.crowd ROOT --makers N --runs N --seed N` does it once, in `ROOT/home`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from guild.app.edit_runs import LabelChange
from guild.app.run_plan import Finished, RunPlan
from guild.app.run_request import RunRequest
from guild.app.select_runs import RunQuery
from guild.bootstrap import Guild
from guild.domain.errors import GuildError
from guild.domain.run import Run
from tests.crash.figures import Figures
from tests.crash.library import STARTED, library, note
from tests.crash.seen import damage_in, leftovers_in

__all__ = ["crowd", "run"]

_MAKERS = 8
_RUNS = 100
_MADE = "made"
_WRONG = "wrong"


def run(amount: float, seed: int) -> Figures:
    """Eight processes make a hundred runs each."""
    each = max(1, round(_RUNS * amount))
    root = Path(tempfile.mkdtemp(prefix="guild-crowd-"))
    losses = crowd(root, _MAKERS, each, seed)
    if not losses:
        shutil.rmtree(root)
        return Figures("runs made at once", _MAKERS * each)
    again = f"python -m tests.crash.crowd DIR --makers {_MAKERS} --runs {each} --seed {seed}"
    told = "\n  ".join((*losses, f"left in {root}", f"again: {again}"))
    return Figures("runs made at once", _MAKERS * each, [told])


def crowd(root: Path, makers: int, each: int, seed: int) -> list[str]:
    """Have them at it, until all runs are made; what was lost by that.

    Args:
        root: A directory for the home and the project.
        makers: How many processes make runs.
        each: How many each makes.
        seed: Of what the others choose.
    """
    library(root)
    (root / _WRONG).touch()
    making = [_fork(root, partial(_make, root, number, each)) for number in range(makers)]
    busy = [
        _fork(root, partial(_keep_on, root, work, f"{seed} {n}"))
        for n, work in enumerate((_list, _label, _delete, _delete, _restore, _look_at_one))
    ]
    for pid in making:
        os.waitpid(pid, 0)
    note(root / "done", "")
    for pid in busy:
        os.waitpid(pid, 0)
    return [*(root / _WRONG).read_text().splitlines(), *_losses(root, makers * each)]


def _losses(root: Path, count: int) -> Iterator[str]:
    made = dict(line.split() for line in (root / _MADE).read_text().splitlines())
    if len(made) != count:
        yield f"{count - len(made)} of {count} runs were not made"
    store = library(root).store
    runs = [*store.runs(), *store.runs(deleted=True)]
    for run_id, times in Counter(str(run.id) for run in runs).items():
        if times > 1:
            yield f"run {run_id} is there {times} times"
        if run_id not in made:
            yield f"run {run_id} is there and was not made"
    for run_id in made.keys() - {str(run.id) for run in runs}:
        yield f"run {run_id} is gone"
    for run_id, times in Counter((root / STARTED).read_text().split()).items():
        if times > 1:
            yield f"run {run_id} was started {times} times"
    for run in runs:
        if (run.status.value, run.damage) != ("completed", ()):
            yield f"run {run.id} is {run.status.value}, damaged: {run.damage}"
        if str(run.flags.get("lr")) != made.get(run.id):
            yield f"run {run.id} has other flags: {dict(run.flags)}"
    listed = _selected(library(root))
    if sorted(run.id for run in listed) != sorted(store.ids()):
        yield "what is selected is not what is there"
    yield from (f"damage at {path}" for path in damage_in(root / "home"))
    yield from (f"{path} is left" for path in leftovers_in(root / "home"))


def _make(root: Path, number: int, each: int) -> None:
    for turn in range(each):
        guild = library(root)
        value = number * 10_000 + turn
        plan = guild.plan_run(RunRequest(opspec="train.py", flags=(f"lr={value}",)))
        assert isinstance(plan, RunPlan)
        made = guild.start_run(plan)
        assert isinstance(made, Finished)
        note(root / _MADE, f"{made.run.id} {value}")


Work = Callable[[Guild, random.Random], None]


def _keep_on(root: Path, work: Work, seed: str) -> None:
    """Do something again and again, as many commands would."""
    chance = random.Random(seed)
    while not (root / "done").exists():
        try:
            work(library(root), chance)
        except GuildError as error:
            if "did not stop" in str(error) or "running" in str(error):
                continue  # it is told apart from what may not happen
            raise


def _selected(guild: Guild, *, deleted: bool = False) -> list[Run]:
    return guild.select_runs.all(RunQuery(deleted=deleted))


def _list(guild: Guild, chance: random.Random) -> None:
    runs = _selected(guild, deleted=chance.random() < 0.3)
    assert len({run.id for run in runs}) == len(runs), "a run is listed twice"
    guild.select_runs.page(RunQuery(), 20)
    assert not [run.damage for run in runs if run.damage], "a run is listed as damaged"


def _look_at_one(guild: Guild, _chance: random.Random) -> None:
    try:
        run = guild.select_runs.one(RunQuery(command="runs info"))
    except GuildError:
        return  # there is none, or it went meanwhile
    guild.store.attrs(run)


def _settled(guild: Guild, chance: random.Random, *, deleted: bool = False) -> Sequence[Run]:
    """Some runs that nobody works on."""
    runs = [run for run in _selected(guild, deleted=deleted) if run.exit_status is not None]
    return chance.sample(runs, min(len(runs), chance.randint(1, 5)))


def _label(guild: Guild, chance: random.Random) -> None:
    for run in _settled(guild, chance):
        try:
            guild.edit_runs.label([run], LabelChange(append=f"{chance.randint(0, 99)}"))
        except GuildError:
            if os.path.exists(f"{run.path}/.guild/opref"):
                raise


def _delete(guild: Guild, chance: random.Random) -> None:
    guild.delete_runs.delete(_settled(guild, chance))


def _restore(guild: Guild, chance: random.Random) -> None:
    guild.delete_runs.restore(_settled(guild, chance, deleted=True))


def _fork(root: Path, work: Callable[[], None]) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    except BaseException:
        note(root / _WRONG, json.dumps(traceback.format_exc()))
    finally:
        os._exit(0)


def _main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("--makers", type=int, default=_MAKERS)
    parser.add_argument("--runs", type=int, default=_RUNS)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    given.root.mkdir(parents=True, exist_ok=True)
    losses = crowd(given.root, given.makers, given.runs, given.seed)
    sys.stdout.write("".join(f"{loss}\n" for loss in losses) or "nothing was lost\n")


if __name__ == "__main__":
    _main()
