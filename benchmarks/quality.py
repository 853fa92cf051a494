"""Compare how good the trials of the optimizers are, and fail if one is no better than chance.

    python benchmarks/quality.py --jobs 4

Two functions with known minima stand for a script: Branin (two numbers, three equal minima) and
Hartmann-6 (six numbers, one minimum among others). What counts is the regret: how far the best
of all trials is above the minimum; the median over the seeds. Each optimizer has its defaults.
The exit status is 1 if `gp` with normalised targets, `forest` or `tpe` is not better than
`random`, and 2 if a search fails.

Needs the extra `guild[optuna]`. Ten seeds of sixty trials take most of an hour of processor
time. What a suggestion costs is measured too, as a hint.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor

from guild.adapters.optimizers.registry import find
from guild.app.ports.optimizer import Observation
from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue
from guild.domain.searchspace import RealRange, SearchSpace

_SEEDS, _TRIALS = 10, 60

_CASES: dict[str, tuple[str, Mapping[str, FlagValue]]] = {
    "random": ("random", {}),
    "gp": ("gp", {}),
    "gp-normalized": ("gp", {"normalize-y": True}),
    "forest": ("forest", {}),
    "gbrt": ("gbrt", {}),
    "tpe": ("tpe", {}),
    "cma-es": ("cma-es", {}),
}
"""Optimizer and options by the name of the row."""

_FLOOR = "random"
_JUDGED = ("gp-normalized", "forest", "tpe")

_H_ALPHA = (1.0, 1.2, 3.0, 3.2)
_H_A = (
    (10.0, 3.0, 17.0, 3.5, 1.7, 8.0),
    (0.05, 10.0, 17.0, 0.1, 8.0, 14.0),
    (3.0, 3.5, 1.7, 10.0, 17.0, 8.0),
    (17.0, 8.0, 0.05, 10.0, 0.1, 14.0),
)
_H_P = (
    (0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886),
    (0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991),
    (0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650),
    (0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381),
)


class Problem:
    """A function to search.

    Attributes:
        title: For the table.
        bounds: Of each number.
        function: What to minimise.
        least: Its minimum.
    """

    def __init__(
        self,
        title: str,
        bounds: Sequence[tuple[float, float]],
        function: Callable[[Sequence[float]], float],
        least: float,
    ) -> None:
        self.title = title
        self.function = function
        self.least = least
        dimensions = {
            f"x{place}": RealRange(low=low, high=high)
            for place, (low, high) in enumerate(bounds, start=1)
        }
        self.space = SearchSpace(dimensions=dimensions, fixed={}, initial={})

    def regret(self, flags: Mapping[str, FlagValue]) -> float:
        """How far the function is above its minimum at a point."""
        numbers = [value for value in flags.values() if isinstance(value, float)]
        return self.function(numbers) - self.least


class Outcome:
    """What one search came to: regret of its best trial, processor time of a suggestion."""

    def __init__(self, regret: float, seconds: float) -> None:
        self.regret = regret
        self.seconds = seconds


def branin(x: Sequence[float]) -> float:
    """Two hills and three valleys of equal depth."""
    bent = x[1] - 5.1 / (4 * math.pi**2) * x[0] ** 2 + 5 / math.pi * x[0] - 6
    return bent**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x[0]) + 10


def hartmann(x: Sequence[float]) -> float:
    """Four pits of different depth in six dimensions."""
    return -sum(
        weight * math.exp(-sum(a * (at - p) ** 2 for a, at, p in zip(row, x, pit, strict=True)))
        for weight, row, pit in zip(_H_ALPHA, _H_A, _H_P, strict=True)
    )


_PROBLEMS = {
    "branin": Problem("Branin", [(-5.0, 10.0), (0.0, 15.0)], branin, 0.39788735772973816),
    "hartmann": Problem("Hartmann-6", [(0.0, 1.0)] * 6, hartmann, -3.322368011415515),
}


def main() -> int:
    """Search, print the table, and return the exit status."""
    options = _options()
    # Threads of the libraries would only get into each other's way.
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    cases = [name for name in _CASES if not options.only or name in options.only]
    searches = [
        (case, problem, seed, options.trials)
        for problem in _PROBLEMS
        for case in cases
        for seed in range(options.seeds)
    ]
    try:
        outcomes = _all(searches, options.jobs)
    except GuildError as error:
        print(error, file=sys.stderr)
        return 2
    medians = {
        (case, problem): _median(
            [
                outcome
                for search, outcome in zip(searches, outcomes, strict=True)
                if search[:2] == (case, problem)
            ]
        )
        for case in cases
        for problem in _PROBLEMS
    }
    failures = _failures(medians)
    print(_table(cases, medians))
    print(f"\nMedians of {options.seeds} seeds, {options.trials} trials each. {_versions()}.")
    if _FLOOR not in cases:
        print(f"\nNot judged: '{_FLOOR}' was not measured.")
    for failure in failures:
        print(f"\nFAILED: {failure}")
    return int(bool(failures))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare the optimizers' trials with chance.")
    parser.add_argument("--seeds", type=_count, default=_SEEDS, help=f"default: {_SEEDS}")
    parser.add_argument("--trials", type=_count, default=_TRIALS, help=f"default: {_TRIALS}")
    parser.add_argument(
        "--jobs", type=_count, default=os.cpu_count() or 1, help="searches at a time"
    )
    names = ", ".join(_CASES)
    parser.add_argument(
        "--only",
        type=lambda text: text.split(","),
        metavar="NAME[,NAME...]",
        help=f"rows to measure, '{_FLOOR}' among them to judge the others: {names}",
    )
    options = parser.parse_args()
    unknown = sorted(set(options.only or ()) - set(_CASES))
    if unknown:
        parser.error(f"unknown row {', '.join(unknown)}; choose from {names}")
    return options


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _all(searches: Sequence[tuple[str, str, int, int]], jobs: int) -> list[Outcome]:
    outcomes = []
    with ProcessPoolExecutor(jobs) as pool:
        made = [pool.submit(_search, *search) for search in searches]
        try:
            for done, future in enumerate(made, start=1):
                outcomes.append(future.result())
                print(f"\r{done} of {len(made)} searches", end="", file=sys.stderr, flush=True)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
        finally:
            print(file=sys.stderr)
    return outcomes


def _search(case: str, problem_name: str, seed: int, trials: int) -> Outcome:
    """One search of its own, in whichever process."""
    problem = _PROBLEMS[problem_name]
    name, given = _CASES[case]
    optimizer = find(name)
    assert optimizer is not None
    options = {**{flag.name: flag.default for flag in optimizer.flags}, **given}
    search = optimizer.search(problem.space, seed, options, trials)
    past: list[Observation] = []
    started = time.process_time()
    for _ in range(trials):
        flags = search.suggest(past).flags
        past.append(Observation(flags=flags, value=problem.regret(flags) + problem.least))
    spent = time.process_time() - started
    best = min(problem.regret(seen.flags) for seen in past)
    return Outcome(best, spent / trials)


def _median(outcomes: Sequence[Outcome]) -> Outcome:
    return Outcome(
        statistics.median(outcome.regret for outcome in outcomes),
        statistics.median(outcome.seconds for outcome in outcomes),
    )


def _failures(medians: Mapping[tuple[str, str], Outcome]) -> list[str]:
    """Where an optimizer that has to beat chance does not; nothing if chance was not measured."""
    found = []
    for name, problem in _PROBLEMS.items():
        chance = medians.get((_FLOOR, name))
        for case in _JUDGED:
            reached = medians.get((case, name))
            if chance and reached and reached.regret >= chance.regret:
                found.append(
                    f"{case} is no better than {_FLOOR} on {problem.title}:"
                    f" {reached.regret:.3f}, {chance.regret:.3f}"
                )
    return found


def _table(cases: Sequence[str], medians: Mapping[tuple[str, str], Outcome]) -> str:
    titles = [problem.title for problem in _PROBLEMS.values()]
    lines = [
        f"| Optimizer | {' | '.join(titles)} | CPU time of a suggestion |",
        f"|---|{'--:|' * len(titles)}--:|",
    ]
    for case in cases:
        reached = [medians[case, problem] for problem in _PROBLEMS]
        regrets = " | ".join(f"{outcome.regret:.3f}" for outcome in reached)
        slowest = max(outcome.seconds for outcome in reached)
        lines.append(f"| `{_shown(case)}` | {regrets} | {slowest * 1000:.1f} ms |")
    return "\n".join(lines)


def _shown(case: str) -> str:
    name, options = _CASES[case]
    return " ".join([name, *(f"{key}=yes" for key in options)])


def _versions() -> str:
    from importlib.metadata import PackageNotFoundError, version

    told = [f"Python {sys.version_info.major}.{sys.version_info.minor}"]
    for name in ("numpy", "scikit-learn", "scikit-optimize", "optuna", "cmaes"):
        try:
            told.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(told)


if __name__ == "__main__":
    sys.exit(main())
