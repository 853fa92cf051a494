"""What is measured in homes of any size, but for what changes all of their runs."""

from __future__ import annotations

import itertools
import math
import os
import shutil
from collections.abc import Callable, Sequence

from cases import Bench
from measure import Failed, Result, Usage, compare
from sized import Home, Homes, SizedCase
from synthetic import SyntheticRun, last_loss, newest_first

__all__ = ["FEW", "additions", "all_runs", "first_index", "listings"]

FEW = 10
"""Runs of the home that listings are compared with."""
_LISTED = 20
_TRIVIAL = "x = 1\nprint('loss: 0.5')\n"
_TRIALS = 5
_BASE = 1000
"""Runs that a first index of more is compared with."""

# What is in the index, read from where it comes from.
_READ = """\
import os, sys
attrs = {'comments', 'exit_status', 'flags', 'initialized', 'label', 'marked',
         'sourcecode_digest', 'started', 'stopped', 'tags'}
count = 0
for name in os.listdir(sys.argv[1]):
    guild = f'{sys.argv[1]}/{name}/.guild'
    paths = [f'{guild}/{each}' for each in os.listdir(guild) if '.tfevents.' in each]
    paths += [f'{guild}/attrs/{each}' for each in os.listdir(f'{guild}/attrs') if each in attrs]
    for path in (f'{guild}/opref', *paths):
        with open(path, 'rb', 0) as file:
            file.read()
    count += 1
print(count)
"""
# What a listing shows, from a table that has nothing else.
_ROWS = """\
import sqlite3, sys, time
rows = sqlite3.connect(sys.argv[1]).execute('SELECT * FROM runs ORDER BY time DESC')
for number, (id, operation, began, status, label) in enumerate(rows, 1):
    started = time.strftime('%Y-%m-%d %H:%M:%S', time.localtime(began // 1000000))
    print(f'[{number}:{id[:8]}]  {operation:20}  {started}  {status:10}  {label}')
"""


# ---- Listings ----------------------------------------------------------------------------------


def listings(count: int, homes: Homes) -> list[SizedCase]:
    """The newest runs, and what is known of one, beside the same in a home of few."""

    def any_run(_run: SyntheticRun) -> bool:
        return True

    def trains(run: SyntheticRun) -> bool:
        return run.operation == "train"

    def is_like(run: SyntheticRun) -> bool:
        return run.status == "completed" and run.flags["batch-size"] == 64

    def has_learned(run: SyntheticRun) -> bool:
        return last_loss(run) < 0.06

    filtered = "`guild runs --filter`"
    attributes = "status = completed and batch-size = 64"
    listed: Sequence[tuple[str, str, Sequence[str], Callable[[Home], None]]] = (
        ("runs", "`guild runs`", ["runs"], _rows(any_run)),
        ("select", "`guild select`", ["select"], _selected),
        ("info", "`guild runs info 1`", ["runs", "info", "1"], _told),
        (
            "operation",
            "`guild runs --operation train`",
            ["runs", "--operation", "train"],
            _rows(trains),
        ),
        ("attributes", f"{filtered} '{attributes}'", ["runs", "-F", attributes], _rows(is_like)),
        (
            "scalar",
            f"{filtered} 'loss < 0.06'",
            ["runs", "--filter", "loss < 0.06"],
            _rows(has_learned),
        ),
    )
    limit = 1.2 if count <= 1000 else 1.6 if count <= 10_000 else 3.0
    return [
        SizedCase(kind, count, what, f"in {FEW} runs", limit, _listing(words, check, count, homes))
        for kind, what, words, check in listed
    ]


def _listing(
    words: Sequence[str], check: Callable[[Home], None], count: int, homes: Homes
) -> Callable[[Bench, int], Result]:
    """A command in the home beside the same in one of few runs."""

    def measure(bench: Bench, rounds: int) -> Result:
        large, small = homes.of(bench, count), homes.of(bench, FEW)

        def sample(home: Home) -> Usage:
            used = home.call(*words)
            check(home)
            return used

        return compare(lambda: sample(large), lambda: sample(small), rounds)

    return measure


def _rows(is_wanted: Callable[[SyntheticRun], bool]) -> Callable[[Home], None]:
    """Checks that the newest runs were listed that are wanted."""
    expected: dict[int, list[str]] = {}

    def check(home: Home) -> None:
        if home.count not in expected:
            wanted = filter(is_wanted, newest_first(home.count))
            expected[home.count] = [run.id[:8] for run in itertools.islice(wanted, _LISTED)]
        _check_rows(home, expected[home.count])

    return check


def _check_rows(home: Home, expected: Sequence[str]) -> None:
    lines = home.printed()
    shown = [line.partition("]")[0].rpartition(":")[2] for line in lines]
    if shown != expected:
        raise Failed(f"not the {len(expected)} runs were listed that are wanted: {lines[:1]}")


def _selected(home: Home) -> None:
    newest = next(newest_first(home.count))
    if home.printed() != [newest.id]:
        raise Failed("the newest run was not selected")


def _told(home: Home) -> None:
    newest = next(newest_first(home.count))
    lines = [line.strip() for line in home.printed()]
    expected = [f"id: {newest.id}", *(f"{name}: {value}" for name, value in newest.flags.items())]
    if newest.picks:
        expected.append(f"loss: {last_loss(newest):.6f} (step 19)")
    if missing := set(expected) - set(lines):
        raise Failed(f"the newest run was not told of: {sorted(missing)}")


# ---- All runs ----------------------------------------------------------------------------------


def all_runs(count: int, homes: Homes) -> SizedCase:
    """All runs beside their rows, read from a table and printed."""

    def measure(bench: Bench, rounds: int) -> Result:
        home = homes.of(bench, count)
        ids = [run.id[:8] for run in newest_first(count)]
        table, shown = f"{bench.work}/rows.sqlite3", f"{bench.work}/rows"
        _make_table(table, count)

        def subject() -> Usage:
            used = home.call("runs", "--all")
            _check_rows(home, ids)
            return used

        def floor() -> Usage:
            return bench.call(bench.python, "-I", "-S", "-c", _ROWS, table, out=shown)

        result = compare(subject, floor, rounds)
        with open(shown, encoding="utf-8") as file:
            if len(file.readlines()) != count:
                raise Failed("the floor printed other rows")
        return result

    limit = 3 if count >= 10_000 else math.inf
    floor = "reading the rows from SQLite and printing them"
    return SizedCase("all", count, "`guild runs --all`", floor, limit, measure, slow=True)


def _make_table(path: str, count: int) -> None:
    import sqlite3

    if os.path.exists(path):
        os.unlink(path)
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE runs (id, operation, time INTEGER, status, label)")
    db.execute("CREATE INDEX by_time ON runs (time DESC)")
    rows = (
        (run.id, f"{run.operation} (/project)", run.initialized, run.status, run.label)
        for run in newest_first(count)
    )
    db.executemany("INSERT INTO runs VALUES (?, ?, ?, ?, ?)", rows)
    db.commit()
    db.close()


def first_index(count: int, homes: Homes) -> SizedCase:
    """An index made from nothing, beside reading the files, or beside that of fewer runs."""

    def indexing(home: Home) -> Usage:
        home.forget()
        used = home.call("compare", "--csv", "-")
        if len(home.printed()) != home.count + 1:
            raise Failed(f"not all of {home.count} runs were compared")
        return used

    def beside_files(bench: Bench, rounds: int) -> Result:
        home = homes.of(bench, count)
        shown = f"{bench.work}/read"

        def floor() -> Usage:
            argv = [bench.python, "-I", "-S", "-c", _READ, f"{home.path}/runs"]
            return bench.call(*argv, out=shown)

        result = compare(lambda: indexing(home), floor, rounds)
        with open(shown, encoding="ascii") as file:
            if int(file.read()) != count:
                raise Failed("the floor read other runs")
        return result

    def beside_fewer(bench: Bench, rounds: int) -> Result:
        large, small = homes.of(bench, count), homes.of(bench, _BASE)
        return compare(lambda: indexing(large), lambda: indexing(small), _fewer(rounds, count))

    what = "first index, by `guild compare --csv -`"
    if count <= _BASE:
        floor = "reading the same files"
        return SizedCase("first", count, what, floor, 5, beside_files, slow=True)
    floor = f"the same of {_BASE:,} runs"
    limit = 1.1 * count / _BASE
    return SizedCase("first", count, what, floor, limit, beside_fewer, slow=True)


def _fewer(rounds: int, count: int) -> int:
    """Rounds of what takes long in a home of this size."""
    return rounds if count <= _BASE else min(rounds, 3)


# ---- Runs that are added -----------------------------------------------------------------------


def additions(count: int, homes: Homes) -> list[SizedCase]:
    """A run and a batch, beside the same in a home that has no runs."""
    batch = f"x=[{','.join(map(str, range(1, _TRIALS + 1)))}]"
    empty = "in an empty home"
    run_one = _addition(["run", "train.py", "-y"], 1, count, homes)
    run_batch = _addition(["run", "train.py", batch, "-y"], _TRIALS, count, homes)
    return [
        SizedCase("run", count, "`guild run`, trivial script", empty, 1.2, run_one),
        SizedCase(
            "batch", count, f"a batch of {_TRIALS} trials", empty, 1.2, run_batch, slow=True
        ),
    ]


def _addition(
    words: Sequence[str], added: int, count: int, homes: Homes
) -> Callable[[Bench, int], Result]:
    """A command that adds runs, which are then removed."""

    def measure(bench: Bench, rounds: int) -> Result:
        project = bench.project("added", {"train.py": _TRIVIAL})
        large, empty = homes.of(bench, count), homes.empty(bench)
        before = {home: home.names() for home in (large, empty)}

        def sample(home: Home) -> Usage:
            try:
                used = home.call(*words, cwd=project)
                new = home.names() - before[home]
                if len(new) != added:
                    raise Failed(f"{len(new)} runs were made instead of {added}")
                for name in new:
                    _check_completed(f"{home.path}/runs/{name}")
            finally:
                for name in home.names() - before[home]:
                    shutil.rmtree(f"{home.path}/runs/{name}")
                # A batch that succeeded was put there.
                shutil.rmtree(f"{home.path}/trash", ignore_errors=True)
            return used

        return compare(lambda: sample(large), lambda: sample(empty), rounds)

    return measure


def _check_completed(run_dir: str) -> None:
    try:
        with open(f"{run_dir}/.guild/attrs/exit_status", encoding="ascii") as file:
            completed = file.read().strip() == "0"
    except FileNotFoundError:
        completed = False
    if not completed:
        raise Failed(f"{run_dir} did not complete")
