"""Measure what `guild` commands cost, and compare that with the project's limits.

    python benchmarks/core.py --guild .venv/bin/guild

Needs the standard library only, and git for one case. How it measures: see `measure.py` and
docs/performance.md. The exit status is 1 if a limit is exceeded or a case could not be measured.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence

from cases import CASES, Bench, Case
from measure import Failed, Result

_ROUNDS = 15


def main(cases: Sequence[Case] = CASES, about: str = "Measure what guild commands cost.") -> int:
    """Measure, tell, and return the exit status.

    Args:
        cases: What there is to measure.
        about: What that is, for `--help`.
    """
    options = _options(cases, about)
    rows: list[Row] = []

    def measure(bench: Bench) -> None:
        rows.extend(_measured(case, bench, options.rounds) for case in chosen)

    chosen = _chosen(cases, options.only)
    with_bench(measure, options)
    write = _json if options.json else _markdown if options.markdown else _table
    print(write(rows, options.rounds, options.python or _interpreter(_found(options))))
    return int(any(not row.passed for row in rows))


def with_bench(work: Callable[[Bench], None], options: argparse.Namespace | None = None) -> None:
    """Have a place to measure the command that the options name, as long as the work lasts.

    Args:
        work: What to do there.
        options: Those of the command line; read if None.
    """
    options = options or _options((), "")
    guild = _found(options)
    directory = os.path.realpath(tempfile.mkdtemp(prefix="guild-bench-", dir=_place()))
    try:
        work(Bench(guild, options.python or _interpreter(guild), directory))
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _found(options: argparse.Namespace) -> str:
    guild: str | None = shutil.which(options.guild)
    if not guild:
        sys.exit(f"{options.guild}: no such command")
    return os.path.abspath(guild)


def _place() -> str | None:
    """Where to work: in memory, unless the user says otherwise or there is no such place.

    What it takes to make a file on a disk depends on the state of its file system, tenfold at
    times, and the floors make none.
    """
    memory = "/dev/shm"  # a directory of its own is made in it
    usable = "TMPDIR" not in os.environ and os.access(memory, os.W_OK | os.X_OK)
    return memory if usable else None


class Row:
    """A case and what came of it: a result, or why there is none."""

    def __init__(self, case: Case, result: Result | None, failure: str = "") -> None:
        self.case = case
        self.result = result
        self.failure = failure

    @property
    def passed(self) -> bool:
        """Whether it was measured and is within its limit."""
        return self.result is not None and self.result.value <= self.case.limit


def _options(cases: Sequence[Case], about: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--guild", default="guild", metavar="PATH", help="the command to measure")
    parser.add_argument(
        "--python",
        metavar="PATH",
        help="interpreter for the floors (default: the one in the command's first line)",
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=_ROUNDS,
        metavar="N",
        help=f"rounds of each case, a third of them for long ones (default: {_ROUNDS})",
    )
    names = ", ".join(case.name for case in cases)
    parser.add_argument("--only", metavar="CASE[,CASE...]", help=f"cases to measure: {names}")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON")
    form.add_argument("--markdown", action="store_true", help="print a table for the docs")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    unknown = set((options.only or "").split(",")) - {case.name for case in cases} - {""}
    if unknown:
        parser.error(f"unknown case {', '.join(sorted(unknown))}; choose from {names}")
    return options


def _chosen(cases: Sequence[Case], only: str | None) -> list[Case]:
    wanted = set(only.split(",")) if only else {case.name for case in cases}
    return [case for case in cases if case.name in wanted]


def _interpreter(guild: str) -> str:
    """The interpreter that a script's first line names."""
    with open(guild, "rb") as file:
        first = os.fsdecode(file.readline())
    python = first[2:].strip().partition(" ")[0]
    if not first.startswith("#!") or "python" not in os.path.basename(python):
        sys.exit(f"cannot tell the interpreter of {guild}: name it with --python")
    return python


def _measured(case: Case, bench: Bench, rounds: int) -> Row:
    print(f"{case.name} ...", end=" ", file=sys.stderr, flush=True)
    few = -(-rounds // 3)
    try:
        result = case.measure(bench, few if case.slow else rounds)
    except Failed as error:
        print("failed", file=sys.stderr)
        return Row(case, None, str(error))
    print(case.written(result.value), file=sys.stderr)
    return Row(case, result)


def _table(rows: Sequence[Row], rounds: int, python: str) -> str:
    lines = [f"{'case':9}{'median':>8}{'limit':>8}{'range':>16}{'subject':>12}{'floor':>12}"]
    for row in rows:
        case, result = row.case, row.result
        if result is None:
            lines.append(f"{case.name:9}  failed: {row.failure}")
            continue
        least, most = case.written(min(result.values)), case.written(max(result.values))
        lines.append(
            f"{case.name:9}{case.written(result.value):>8}{case.written(case.limit):>8}"
            f"{f'{least}-{most}':>16}{_shown(case, result.subject):>12}"
            f"{_shown(case, result.floor):>12}{'' if row.passed else '  over the limit'}"
        )
    return "\n".join([*lines, "", _about(rounds, python)])


def _markdown(rows: Sequence[Row], rounds: int, python: str) -> str:
    lines = [
        "| What | Beside | Limit | Measured | Range | CPU time | Floor |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        case, result = row.case, row.result
        cells = [case.what, case.floor or "nothing", case.written(case.limit)]
        if result is None:
            cells += [f"failed: {row.failure}", "", "", ""]
        else:
            value = case.written(result.value)
            least, most = case.written(min(result.values)), case.written(max(result.values))
            cells += [value if row.passed else f"**{value}**", f"{least} to {most}"]
            cells += ["", ""] if not case.floor else [_shown(case, result.subject)]
            cells += [_shown(case, result.floor)] if case.floor else []
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", _about(rounds, python)])


def _json(rows: Sequence[Row], rounds: int, python: str) -> str:
    import json

    cases = [
        {
            "case": row.case.name,
            "unit": "ratio" if row.case.floor else "MB",
            "limit": row.case.limit,
            "passed": row.passed,
            "failure": row.failure or None,
            "median": row.result.value if row.result else None,
            "rounds": list(row.result.values) if row.result else [],
            "subject": row.result.subject if row.result else None,
            "floor": row.result.floor if row.result else None,
        }
        for row in rows
    ]
    return json.dumps({"about": _about(rounds, python), "cases": cases}, indent=2)


def _shown(case: Case, value: float | None) -> str:
    if value is None:
        return ""
    if not case.floor:
        return case.written(value)
    return f"{value * 1000:.0f} ms" if value < 10 else f"{value:.1f} s"


def _about(rounds: int, python: str) -> str:
    import platform
    import subprocess

    told = subprocess.run([python, "-V"], capture_output=True, text=True, check=False).stdout
    system = f"{platform.system()} {platform.machine()}"
    return f"{told.strip()}, {system}, {os.cpu_count()} processors; {rounds} rounds."


if __name__ == "__main__":
    sys.exit(main())
