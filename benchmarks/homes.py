"""Make homes of any number of synthetic runs, for measuring.

    python benchmarks/homes.py 10000 DIR [--full]

Needs the standard library only. The same number gives the same runs; those of a home are the first
of a larger one. They are of three operations, with five flags, labels, and some of them with tags
and marks; of each ten about eight completed, the others failed, were terminated, or are staged or
pending. What ran has four scalars with 20 steps each in an event file. The newest run completed
if the number of runs is a multiple of ten.

A run has about 12 small files: 50,000 take 2.4 GB in memory, and 3 GB on a disk. With `--full` it
has what `guild run` leaves (source code, more attributes, an output of 100 lines), which takes
twice as much.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import struct
import sys
from collections.abc import Mapping, Sequence

from synthetic import (
    EXIT_STATUS,
    OPERATIONS,
    STEPS,
    SyntheticRun,
    event_file,
    newest_first,
    scalars,
)

__all__ = ["make_home"]

_FORM = 1
_STAMP = "synthetic-home.json"


def make_home(directory: str, count: int, *, full: bool = False) -> str:
    """Make a home, unless it is there. Returns its directory.

    Runs that were added to one that is there are removed. It is made under another name, so what
    is there is whole.

    Raises:
        SystemExit: If something else is there, or it can't be made.
    """
    stamp = {"form": _FORM, "runs": count, "full": full}
    if os.path.isdir(directory):
        _reuse(directory, stamp)
        return directory
    part = f"{directory}.part"
    shutil.rmtree(part, ignore_errors=True)
    try:
        os.makedirs(f"{part}/runs")
        _write_all(f"{part}/runs", count, full)
        with open(f"{part}/{_STAMP}", "w", encoding="ascii") as file:
            json.dump(stamp, file)
        os.rename(part, directory)
    except OSError as error:
        sys.exit(f"cannot make a home of {count} runs in {directory}: {error.strerror}")
    return directory


def _reuse(directory: str, stamp: Mapping[str, object]) -> None:
    try:
        with open(f"{directory}/{_STAMP}", encoding="ascii") as file:
            found = json.load(file)
    except (OSError, ValueError):
        found = None
    if found != stamp:
        sys.exit(f"{directory} is not a home as wanted ({json.dumps(stamp)}): remove it")
    there = set(os.listdir(f"{directory}/runs"))
    wanted = {run.id for run in newest_first(int(str(stamp["runs"])))}
    if wanted - there:
        sys.exit(f"{directory} lacks {len(wanted - there)} of its runs: remove it")
    for name in there - wanted:
        shutil.rmtree(f"{directory}/runs/{name}")


def _write_all(directory: str, count: int, full: bool) -> None:
    """Write the runs, by as many processes as there are processors."""
    processes = min(os.cpu_count() or 1, max(count // 100, 1))
    children = []
    for first in range(processes):
        child = os.fork()
        if not child:
            _write_some(directory, range(first, count, processes), full)
        children.append(child)
    failed = [child for child in children if os.waitpid(child, 0)[1]]
    if failed:
        sys.exit(f"cannot write {count} runs to {directory}")


def _write_some(directory: str, numbers: Sequence[int], full: bool) -> None:
    """Write runs, and end the process."""
    status = 1
    try:
        write = _Writer(directory, full)
        for number in numbers:
            write(SyntheticRun(number))
        status = 0
    except OSError as error:
        os.write(2, f"{error}\n".encode())
    finally:
        os._exit(status)


class _Writer:
    """Writes runs as `guild run` leaves them."""

    def __init__(self, directory: str, full: bool) -> None:
        self._directory = directory
        self._full = full
        self._manifest = "".join(
            f"s {name} {hashlib.sha1(text.encode()).hexdigest()} {name}\n"
            for name, text in sorted(_SOURCE.items())
        )
        self._digest = hashlib.md5(
            b"".join(
                name.encode() + b"\0" + text.encode() + b"\0"
                for name, text in sorted(_SOURCE.items())
            )
        ).hexdigest()

    def __call__(self, run: SyntheticRun) -> None:
        top = f"{self._directory}/{run.id}"
        guild = f"{top}/.guild"
        for path in (top, guild, f"{guild}/attrs"):
            os.mkdir(path)
        for name, text in self._attrs(run).items():
            _write(f"{guild}/attrs/{name}", text.encode())
        if run.picks:
            name = f"events.out.tfevents.{run.initialized // 1_000_000}.bench.{run.number}.0"
            _write(f"{guild}/{name}", event_file(run.picks))
            self._write_output(guild, run)
        else:
            _write(f"{guild}/{run.status.upper()}", b"")
        if self._full:
            _write(f"{guild}/manifest", self._manifest.encode())
            for name, text in _SOURCE.items():
                _write(f"{top}/{name}", text.encode())
        opref = f"guildfile:/project/guild.yml {self._digest} '' {run.operation}"
        _write(f"{guild}/opref", opref.encode())

    def _attrs(self, run: SyntheticRun) -> dict[str, str]:
        attrs = {
            "id": f"{run.id}\n",
            "initialized": f"{run.initialized}\n",
            "flags": "".join(f"{name}: {_yaml(run.flags[name])}\n" for name in sorted(run.flags)),
            "label": f"{run.label}\n",
            "sourcecode_digest": f"{self._digest}\n",
        }
        if run.started is not None:
            attrs["started"] = f"{run.started}\n"
            attrs["stopped"] = f"{run.stopped}\n"
            attrs["exit_status"] = f"{EXIT_STATUS[run.status]}\n"
        if run.tags:
            attrs["tags"] = "".join(f"- {tag}\n" for tag in run.tags)
        if run.marked:
            attrs["marked"] = "true\n"
        return attrs | self._more_attrs(run) if self._full else attrs

    def _more_attrs(self, run: SyntheticRun) -> dict[str, str]:
        words = ["/usr/bin/python3", "-um", "guild.op_main", run.operation]
        for name, value in sorted(run.flags.items()):
            words += [f"--{name}", f"'{value}'"]
        return {
            "cmd": "".join(f"- {word}\n" for word in words),
            "env": "".join(f"VARIABLE_{n:02}: {'x' * (n * 7 % 60 + 1)}\n" for n in range(45)),
            "op": _OP.format(operation=run.operation),
            "pip_freeze": "".join(f"- package-{n}=={n % 7}.{n % 11}.0\n" for n in range(60)),
            "random_seed": f"{run.number * 7919 % 2**32}\n",
            "run_params": "".join(f"option_{n:02}: null\n" for n in range(45)),
            "user_flags": f"lr: {_yaml(run.flags['lr'])}\n",
            **_SAME_IN_ALL,
        }

    def _write_output(self, guild: str, run: SyntheticRun) -> None:
        steps = range(STEPS) if self._full else (STEPS - 1,)
        lines = []
        for step in steps:
            values = scalars(step, run.picks)
            lines += [f"step: {step}\n", *(f"{tag}: {value:.6g}\n" for tag, value in values)]
        ended = run.initialized // 1000
        index = b"".join(_LINE.pack(ended + number * 50, 0) for number in range(len(lines)))
        _write(f"{guild}/output", "".join(lines).encode())
        _write(f"{guild}/output.index", index)


_LINE = struct.Struct(">QB")


def _write(path: str, data: bytes) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        os.write(fd, data)
    finally:
        os.close(fd)


def _yaml(value: int | float | str) -> str:
    text = str(value)
    # A number with an exponent needs a point to be one.
    return text.replace("e", ".0e") if "e-" in text and "." not in text else text


# ---- What is the same in all -------------------------------------------------------------------

_SOURCE = {
    "guild.yml": "".join(f"{name}:\n  flags-import: all\n" for name in OPERATIONS),
    "train.py": "lr = 0.1\n" + "# a line of the script\n" * 120 + "print('loss: 0.5')\n",
}
_SAME_IN_ALL = {
    "deps": "{}\n",
    "host": "bench\n",
    "platform": "cpus: 2\npython_version: 3.11.7\n",
    "plugins": "- python_script\n",
    "user": "bench\n",
}
_OP = """\
delete-on-success: false
deps: []
flag-null-labels: {{}}
flags-extra: {{}}
label-template: null
op-cmd:
  cmd-args:
  - ${{python_exe}}
  - -um
  - guild.op_main
  - {operation}
  - __flag_args__
  cmd-env:
    FLAGS_DEST: globals
  cmd-flags: {{}}
  flags-dest: globals
output-scalars: null
python-requires: null
sourcecode:
  dest: .
"""


def main() -> None:
    """Make the home that the command line names."""
    parser = argparse.ArgumentParser(description="Make a home of synthetic runs.")
    parser.add_argument("runs", type=int, help="how many")
    parser.add_argument("directory", help="of the home; its parent is made if needed")
    parser.add_argument("--full", action="store_true", help="with all that a real run has")
    options = parser.parse_args()
    make_home(os.path.abspath(options.directory), options.runs, full=options.full)


if __name__ == "__main__":
    main()
