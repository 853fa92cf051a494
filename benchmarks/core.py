"""Measure what `guild` commands cost, and compare that with the project's limits.

    python benchmarks/core.py --guild .venv/bin/guild

Needs the standard library only, and git for one case. How it measures: see `measure.py` and
docs/performance.md. The exit status is 1 if a limit is exceeded or a case could not be measured.
"""

from __future__ import annotations

import argparse
import math
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
    parser = options_parser(about, ", ".join(case.name for case in cases))
    options = parser.parse_args()
    rows = measured(chosen(cases, options, parser), options)
    print(written(rows, options))
    return int(any(not row.passed for row in rows))


def measured(cases: Sequence[Case], options: argparse.Namespace) -> list[Row]:
    """Measure, one case after the other, in a place that is theirs."""
    rows: list[Row] = []
    with_bench(
        lambda bench: rows.extend(_measured(case, bench, options.rounds) for case in cases),
        options,
    )
    return rows


def written(rows: Sequence[Row], options: argparse.Namespace) -> str:
    """What came of it, in the form that the options name."""
    write = _json if options.json else _markdown if options.markdown else _table
    return write(rows, options.rounds, options.python or _interpreter(_found(options)))


def with_bench(work: Callable[[Bench], None], options: argparse.Namespace | None = None) -> None:
    """Have a place to measure the command that the options name, as long as the work lasts.

    Args:
        work: What to do there.
        options: Those of the command line; read if None.
    """
    options = options or options_parser("", "").parse_args()
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


def options_parser(about: str, names: str) -> argparse.ArgumentParser:
    """The options that all measurements have.

    Args:
        about: What they measure, for `--help`.
        names: What there is to choose from, likewise.
    """
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
    parser.add_argument("--only", metavar="CASE[,CASE...]", help=f"cases to measure: {names}")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON")
    form.add_argument("--markdown", action="store_true", help="print a table for the docs")
    return parser


def chosen(
    cases: Sequence[Case], options: argparse.Namespace, parser: argparse.ArgumentParser
) -> list[Case]:
    """Those that `--only` names, or else all; the program ends if there is no such case."""
    names = [case.name for case in cases]
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    unknown = set((options.only or "").split(",")) - set(names) - {""}
    if unknown:
        told = f"unknown case {', '.join(sorted(unknown))}; choose from {', '.join(names)}"
        parser.error(told)
    wanted = set(options.only.split(",")) if options.only else set(names)
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
    wide = max(8, *(len(row.case.name) for row in rows)) + 1 if rows else 9
    lines = [f"{'case':{wide}}{'median':>8}{'limit':>8}{'range':>16}{'subject':>12}{'floor':>12}"]
    for row in rows:
        case, result = row.case, row.result
        if result is None:
            lines.append(f"{case.name:{wide}}  failed: {row.failure}")
            continue
        least, most = case.written(min(result.values)), case.written(max(result.values))
        lines.append(
            f"{case.name:{wide}}{case.written(result.value):>8}{case.written(case.limit):>8}"
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
            "limit": None if math.isinf(row.case.limit) else row.case.limit,
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
