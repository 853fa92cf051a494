"""Measure what data frames of many runs cost, beside pandas making frames of the same shape.

    .venv/bin/python benchmarks/ipy.py

Needs the interpreter that guild is installed for, with pandas. Homes of 1,000 and 10,000
synthetic runs are made for it (see `homes.py`). Each frame is beside one that pandas makes of the
same columns, as lists in memory; what counts is the median of the rounds' ratios of processor
time, with imports left out. The first `compare()` of a home of 1,000 runs, without an index, is
measured in seconds beyond importing pandas. The exit status is 1 if a limit is exceeded.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import pandas as pd
from homes import make_home
from measure import median

from guild import config, ipy

_SIZES = (1000, 10_000)
_LIMIT = 5.0
_FIRST_LIMIT_S = 1.5
_SETTLED_S = 2.5
_FIRST = """\
import time, pandas
began = time.process_time()
from guild import ipy
frame = ipy.runs().compare()
print(len(frame), time.process_time() - began)
"""


def main() -> int:
    """Measure, tell, and return the exit status."""
    parser = argparse.ArgumentParser(description="Measure what data frames of runs cost.")
    parser.add_argument("--rounds", type=int, default=9, metavar="N", help="default: 9")
    parser.add_argument("--homes", metavar="DIR", help="keep homes here, and use those there are")
    options = parser.parse_args()
    print(f"{'':34}{'guild':>10}{'pandas':>10}{'ratio':>8}{'limit':>8}")
    missed = 0
    with tempfile.TemporaryDirectory(prefix="guild-bench-") as work:
        for count in _SIZES:
            home = make_home(f"{options.homes or work}/{count}", count, full=False)
            time.sleep(_SETTLED_S)  # what was written within two seconds is read again each time
            if count == _SIZES[0]:
                missed += _first(home, count)
            missed += _frames(home, count, options.rounds)
    return int(missed > 0)


def _first(home: str, count: int) -> int:
    """The first comparison, with no index yet. How many limits were missed."""
    shutil.rmtree(f"{home}/cache", ignore_errors=True)
    told = subprocess.run(
        [sys.executable, "-c", _FIRST],
        env={**os.environ, "GUILD_HOME": home},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    if int(told[0]) != count:
        sys.exit(f"{told[0]} runs instead of {count}")
    seconds = float(told[1])
    over = seconds > _FIRST_LIMIT_S
    what = f"first compare(), {count:,} runs"
    print(f"{what:34}{seconds:8.2f} s{'':18}{_FIRST_LIMIT_S:6.1f} s{'  missed' if over else ''}")
    return int(over)


def _frames(home: str, count: int, rounds: int) -> int:
    missed = 0
    with config.SetGuildHome(home):
        runs = ipy.runs()
        for name, make in (
            ("runs()", ipy.runs),
            (".compare()", runs.compare),
            (".scalars()", runs.scalars),
            (".guild_flags()", runs.guild_flags),
        ):
            missed += _measured(f"{name}, {count:,} runs", make, rounds)
    return missed


def _measured(what: str, make: Callable[[], pd.DataFrame], rounds: int) -> int:
    frame = make()
    columns = {name: _listed(frame[name]) for name in frame.columns}
    pairs = [(_timed(make), _timed(lambda: pd.DataFrame(columns))) for _ in range(rounds)]
    ours, theirs = (median([pair[index] for pair in pairs]) for index in (0, 1))
    ratio = median([pair[0] / pair[1] for pair in pairs])
    over = ratio > _LIMIT
    print(
        f"{what:34}{ours * 1000:7.1f} ms{theirs * 1000:7.1f} ms{ratio:7.1f}x{_LIMIT:7.1f}x"
        f"{'  missed' if over else ''}"
    )
    return int(over)


def _listed(column: Any) -> list[Any]:
    """A column as a program has it in memory: texts, numbers, times of Python."""
    if str(column.dtype).startswith(("datetime", "timedelta")):
        return list(column.dt.to_pydatetime() if "date" in str(column.dtype) else column)
    return list(map(str, column)) if column.name == "run" else list(column)


def _timed(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())
