"""Measure what commands cost in homes of any number of runs, and compare that with the limits.

    python benchmarks/index.py --guild .venv/bin/guild

Needs the standard library only. Homes of 1,000 and 10,000 synthetic runs are made for it (see
`homes.py`), with `--scale` also one of 50,000, for which it takes 8 GB where they are made. The
index of a home is there before anything is measured, except where its making is. How it is
measured: see `measure.py` and docs/performance.md. The exit status is 1 if a limit is exceeded or
a case could not be measured.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence

import core
from growth import FEW, additions, all_runs, first_index, listings
from plot import Panel, picture
from sized import Homes, SizedCase
from trash import trash, trash_on_disk

_SIZES = (1000, 10_000)
_ALL_SIZES = (1000, 10_000, 50_000)
_TRASH = 1000
"""So many runs are moved on disk; more are only deleted if sizes are named."""

_ALL_RUNS = {
    "first": "first index",
    "all": "runs --all",
    "delete": "runs delete",
    "restore": "runs restore",
    "purge": "runs purge",
}
_FEW_RUNS = {
    "runs": "runs",
    "select": "select",
    "info": "runs info 1",
    "operation": "runs --operation",
    "attributes": "runs -F (flags)",
    "scalar": "runs -F (scalar)",
    "run": "run",
    "batch": "run, 5 trials",
}
_ON_DISK = ("delete-disk", "restore-disk")
_LISTINGS = tuple(_FEW_RUNS)[:6]


def main() -> int:
    """Measure, tell, and return the exit status."""
    kinds = ", ".join((*_FEW_RUNS, *_ALL_RUNS, *_ON_DISK))
    parser = core.options_parser(
        "Measure what homes of any size cost.", f"{kinds}; or at one size, as in runs-1000"
    )
    _add_options(parser)
    options = parser.parse_args()
    cases = _cases(options)
    if options.only:
        named = options.only.split(",")
        options.only = ",".join(
            name
            for word in named
            for name in [case.name for case in cases if case.kind == word] or [word]
        )
    rows = core.measured(core.chosen(cases, options, parser), options)
    print(core.written(rows, options))
    times = _times(rows)
    if not options.json:
        print("\n" + _growth(times))
    if options.plot:
        _draw(options.plot, times)
    return int(any(not row.passed for row in rows))


def _add_options(parser: argparse.ArgumentParser) -> None:
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument(
        "--sizes",
        type=_numbers,
        metavar="N[,N...]",
        help="numbers of runs, multiples of ten (default: 1000,10000)",
    )
    sizes.add_argument("--scale", action="store_true", help="sizes up to 50,000")
    parser.add_argument(
        "--homes", metavar="DIR", help="make homes in DIR, and keep them for the next time"
    )
    parser.add_argument(
        "--full", action="store_true", help="runs with all that real ones have, twice as large"
    )
    parser.add_argument("--plot", metavar="PATH", help="draw the growth into an SVG file")


def _numbers(text: str) -> list[int]:
    numbers = sorted({int(word) for word in text.split(",")})
    if numbers[0] < FEW or any(number % 10 for number in numbers):
        raise argparse.ArgumentTypeError(f"multiples of ten, {FEW} or more: {text}")
    return numbers


def _cases(options: argparse.Namespace) -> list[SizedCase]:
    sizes: Sequence[int] = options.sizes or (_ALL_SIZES if options.scale else _SIZES)
    directory = os.path.abspath(options.homes) if options.homes else None
    homes = Homes(directory, full=options.full)
    cases: list[SizedCase] = []
    for size in sizes:
        cases += [*listings(size, homes), *additions(size, homes)]
        cases += [first_index(size, homes), all_runs(size, homes)]
        if size <= _TRASH or options.sizes or options.scale:
            cases += trash(size, homes)
        if size == _TRASH:
            cases += trash_on_disk(size, homes)
    kinds = [*_FEW_RUNS, *_ALL_RUNS, *_ON_DISK]
    return sorted(cases, key=lambda case: kinds.index(case.kind))


_Times = Mapping[str, Mapping[int, float]]


def _times(rows: Sequence[core.Row]) -> _Times:
    """Seconds of processor time by kind and number of runs."""
    times: dict[str, dict[int, float]] = {}
    for row in rows:
        if row.result is None or not isinstance(row.case, SizedCase):
            continue
        of_kind = times.setdefault(row.case.kind, {})
        of_kind[row.case.count] = row.result.subject
        if row.case.kind in _LISTINGS and row.result.floor is not None:
            of_kind.setdefault(FEW, row.result.floor)
    return times


def _growth(times: _Times) -> str:
    """A table of the times by number of runs."""
    sizes = sorted({size for of_kind in times.values() for size in of_kind})
    lines = [
        f"| Processor time | {' | '.join(f'{size:,} runs' for size in sizes)} |",
        f"|---|{'--:|' * len(sizes)}",
    ]
    for kind, name in (_FEW_RUNS | _ALL_RUNS).items():
        if kind in times:
            cells = [_time(times[kind].get(size)) for size in sizes]
            lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _time(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _draw(path: str, times: _Times) -> None:
    panels = [
        Panel(title, {name: times[kind] for kind, name in kinds.items() if kind in times})
        for title, kinds in (("One run, or the newest 20", _FEW_RUNS), ("All runs", _ALL_RUNS))
    ]
    try:
        text = picture(panels)
    except ValueError as error:
        sys.exit(f"{path}: {error}")
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    sys.exit(main())
