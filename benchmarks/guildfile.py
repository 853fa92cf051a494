"""Measure what a guild.yml with 300 operations adds to `guild operations`.

    python benchmarks/guildfile.py --guild .venv/bin/guild

Options are those of `core.py` but for `--only`, `--json` and `--markdown`. What counts is the
processor time beside that of the same command where guild.yml is empty and known. The file is one
that was read before; what one takes that changed, which is read anew once, with the libraries that
only this needs, is told as well, and has no limit. The exit status is 1 if the limit is exceeded.
"""

from __future__ import annotations

import argparse
import sys

import core
from cases import Bench
from measure import Failed, Usage, median

_OPERATIONS = 300
_LIMIT_S = 0.15
_OPERATION = """\
op-{number}:
  description: Operation number {number}
  main: package.train_{number} --fixed 1
  flags:
    lr:
      description: Learning rate
      default: 1e-3
      min: 0
      max: 1
    epochs: 10
    kind:
      choices: [small, large]
      default: small
  requires:
    - file: data.csv
  output-scalars: 'loss: (\\value)'
"""


def main() -> int:
    """Measure, tell, and return the exit status."""
    parser = argparse.ArgumentParser(description="Measure what a large guild.yml costs.")
    parser.add_argument("--guild", default="guild", metavar="PATH", help="the command to measure")
    parser.add_argument("--python", metavar="PATH", help="interpreter of the command")
    parser.add_argument("--rounds", type=int, default=15, metavar="N", help="default: 15")
    options = parser.parse_args()
    added: dict[str, float] = {}
    core.with_bench(lambda bench: added.update(_added(bench, options.rounds)), options)
    over = added["read before"] > _LIMIT_S
    for what, seconds in added.items():
        print(f"{_OPERATIONS} operations, {what:12}{seconds * 1000:5.0f} ms")
    print(f"limit{'':22}{_LIMIT_S * 1000:10.0f} ms{'  exceeded' if over else ''}")
    return int(over)


def _added(bench: Bench, rounds: int) -> dict[str, float]:
    """Seconds of processor time that the large file adds: medians of the rounds."""
    text = "".join(_OPERATION.format(number=number) for number in range(_OPERATIONS))
    large = bench.project("large", {"guild.yml": text, "data.csv": ""})
    none = bench.project("none", {"data.csv": "", "guild.yml": ""})
    _list(bench, none)
    _check(bench, large)
    changed, unchanged = [], []
    for _ in range(rounds):
        below = _list(bench, none).cpu_s
        _change(large)
        changed.append(_list(bench, large).cpu_s - below)
        unchanged.append(_list(bench, large).cpu_s - below)
    return {"read before": median(unchanged), "changed": median(changed)}


def _list(bench: Bench, project: str) -> Usage:
    return bench.call(bench.guild, "operations", cwd=project)


def _change(project: str) -> None:
    """Change the file a little."""
    with open(f"{project}/guild.yml", "a", encoding="utf-8") as file:
        file.write("# another line\n")


def _check(bench: Bench, project: str) -> None:
    """See that the command reads the file."""
    path = f"{bench.work}/listed"
    bench.call(bench.guild, "operations", cwd=project, out=path)
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    if len(lines) != _OPERATIONS:
        raise Failed(f"'guild operations' lists {len(lines)} operations, not {_OPERATIONS}")


if __name__ == "__main__":
    sys.exit(main())
