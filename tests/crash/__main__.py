"""All that must never lose a run, for as long as it is given: `make crashtest`."""

from __future__ import annotations

import argparse
import random
import sys
import time
from importlib import import_module
from itertools import chain

from tests.crash.figures import Figures

_PARTS = ("kills", "faults", "fuzz", "crowd")
"""Modules of this package, each with `run(amount, seed)`."""


def main() -> int:
    """Run the parts, print their figures, and return 1 if anything was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=main.__doc__)
    parser.add_argument("parts", nargs="*", default=_PARTS, help=", ".join(_PARTS))
    parser.add_argument(
        "--amount", type=float, default=1.0, help="how much: 1 is 200 kills, and as much of others"
    )
    parser.add_argument("--seed", type=int, default=None, help="what is random depends on it")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(_PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    seed = random.SystemRandom().randrange(10**6) if given.seed is None else given.seed
    _say(f"seed {seed}")
    found = [_figures(name, given.amount, seed) for name in given.parts]
    losses = list(chain.from_iterable(figures.losses for figures in found))
    counts = ", ".join(f"{figures.name}: {figures.tried}" for figures in found)
    _say(f"{counts}, losses: {len(losses)}")
    return 1 if losses else 0


def _figures(name: str, amount: float, seed: int) -> Figures:
    started = time.monotonic()
    figures: Figures = import_module(f"tests.crash.{name}").run(amount, seed)
    widths = [max(map(len, column)) for column in zip(*figures.table, strict=True)]
    for row in figures.table:
        cells = zip(row, widths, strict=True)
        _say("  ".join(text.ljust(width) for text, width in cells).rstrip())
    for loss in figures.losses:
        _say(f"LOST by seed {seed}: {loss}")
    took_s = time.monotonic() - started
    _say(f"{figures.name}: {figures.tried}, losses: {len(figures.losses)} ({took_s:.0f} s)\n")
    return figures


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
