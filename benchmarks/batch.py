"""Measure what batches cost: per trial beside the bare script, and per suggestion.

    python benchmarks/batch.py --guild .venv/bin/guild

Options and exit status are those of `core.py`. After the cases comes a table of what a suggestion
takes by the number of earlier trials (not with `--only` nor `--json`), in starts of the bare
script; it has no limits, since it depends on the libraries.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Sequence

import core
from cases import Bench, Case
from measure import Failed, Result, Usage, compare

_SCRIPT = "x = 1\nprint('loss: %s' % (x - 3) ** 2)\n"
_HALF_SECOND = "import time\nx = 1\ntime.sleep(0.5)\nprint('loss: %s' % x)\n"
_GRID, _SEARCH = 50, 30
_PAST = (10, 100, 300)
_OPTIMIZERS = ("random", "gp", "forest", "gbrt", "tpe", "cma-es")

# Run by the interpreter of the command that is measured: processor time of a suggestion.
_SUGGEST = """\
import random, resource, sys
from guild.adapters.optimizers.registry import find
from guild.app.ports.optimizer import Observation
from guild.domain.searchspace import search_space
def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
name, count = sys.argv[1], int(sys.argv[2])
optimizer = find(name)
options = {flag.name: flag.default for flag in optimizer.flags} | {"random-starts": 0}
options = {flag.name: options[flag.name] for flag in optimizer.flags}
space = search_space({f"x{n}": "[0.0:1.0]" for n in range(6)})
draw = random.Random(1).random
past = []
for _ in range(count):
    flags = {name: draw() for name in space.dimensions}
    past.append(Observation(flags=flags, value=sum((v - 0.3) ** 2 for v in flags.values())))
search = optimizer.search(space, 1, options, 10)
search.suggest(past)  # libraries load the last of their parts
began = used()
for _ in range(3):
    search.suggest(past)
print((used() - began) / 3)
"""


def _batch(words: Sequence[str], trials: int) -> Callable[[Bench, int], Result]:
    """A batch beside as many starts of the bare script."""

    def measure(bench: Bench, rounds: int) -> Result:
        project = bench.project("batch", {"train.py": _SCRIPT})

        def subject() -> Usage:
            bench.empty_home()
            used = bench.call(bench.guild, "run", "train.py", *words, "-y", cwd=project)
            _check(bench, trials)
            return used

        def floor() -> Usage:
            calls = (bench.call(bench.python, "train.py", cwd=project) for _ in range(trials))
            return functools.reduce(Usage.__add__, calls)

        return compare(subject, floor, rounds)

    return measure


def _side_by_side(bench: Bench, rounds: int) -> Result:
    """Two trials at a time beside one, on the clock."""
    project = bench.project("half", {"train.py": _HALF_SECOND})

    def batch(jobs: str) -> Callable[[], Usage]:
        def call() -> Usage:
            bench.empty_home()
            words = ("run", "train.py", f"x=range[1:{_GRID}]", "--jobs", jobs, "-y")
            used = bench.call(bench.guild, *words, cwd=project)
            _check(bench, _GRID)
            return used

        return call

    return compare(batch("2"), batch("1"), max(rounds // 5, 1), lambda usage: usage.elapsed_s)


def _check(bench: Bench, trials: int) -> None:
    """All trials completed, each with its scalar."""
    runs = f"{bench.home}/runs"
    completed = 0
    for name in os.listdir(runs):
        guild = f"{runs}/{name}/.guild"
        if os.path.isdir(f"{guild}/proto"):
            continue
        with open(f"{guild}/attrs/exit_status", encoding="ascii") as file:
            completed += file.read().strip() == "0"
        if not any(".tfevents." in each for each in os.listdir(guild)):
            raise Failed(f"trial {name} has no scalar")
    if completed != trials:
        raise Failed(f"{completed} of {trials} trials completed")


_FLOOR = "the bare script, as often"
_LESS = "the same with `--jobs 1`"

CASES = (
    Case(
        "grid",
        f"a grid of {_GRID} trials",
        _FLOOR,
        4,
        _batch([f"x=range[1:{_GRID}]"], _GRID),
        slow=True,
    ),
    Case(
        "random",
        f"{_GRID} random trials",
        _FLOOR,
        4,
        _batch(["x=[1:1000]", "-m", str(_GRID)], _GRID),
        slow=True,
    ),
    Case(
        "gp",
        f"`gp`, {_SEARCH} trials of one flag",
        _FLOOR,
        10,
        _batch(["x=[1.0:10.0]", "-o", "gp", "-m", str(_SEARCH)], _SEARCH),
        slow=True,
    ),
    Case(
        "jobs",
        f"{_GRID} trials of half a second, `--jobs 2`, on the clock",
        _LESS,
        0.6,
        _side_by_side,
    ),
)


def main() -> int:
    """Measure, tell, and return the exit status."""
    status = core.main(CASES, "Measure what batches cost.")
    if not {"--json", "--only"} & set(sys.argv):
        core.with_bench(_tell_suggestions)
    return status


def _tell_suggestions(bench: Bench) -> None:
    project = bench.project("batch", {"train.py": _SCRIPT})
    floors = sorted(bench.call(bench.python, "train.py", cwd=project).cpu_s for _ in range(15))
    floor = floors[len(floors) // 2]
    print("\n| A suggestion of | " + " | ".join(f"{n} trials before" for n in _PAST) + " |")
    print("|---|" + "--:|" * len(_PAST))
    for name in _OPTIMIZERS:
        ratios = [_suggestion_s(bench, name, past) / floor for past in _PAST]
        print(f"| `{name}` | " + " | ".join(f"{ratio:.1f}x" for ratio in ratios) + " |")
    print("\nSix dimensions; beside one start of the bare script.")


def _suggestion_s(bench: Bench, name: str, past: int) -> float:
    out = f"{bench.work}/suggestion"
    bench.call(bench.python, "-c", _SUGGEST, name, str(past), out=out)
    with open(out, encoding="ascii") as file:
        return float(file.read())


if __name__ == "__main__":
    sys.exit(main())
