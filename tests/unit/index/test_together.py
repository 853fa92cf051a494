"""Processes that use one index at once, and those that are killed at it."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from guild.adapters.index import database
from guild.domain.filterexpr import parse_filter
from guild.domain.ids import RunId
from guild.domain.scalarreading import ScalarReading
from guild.domain.selection import RunFilter
from tests.unit.index.homes import ALL, Home, tick

_ASK = """
import sys
from pathlib import Path
from tests.unit.index.homes import ALL, Home

home = Home(Path(sys.argv[1]), looks=int(sys.argv[4]))
for number in range(int(sys.argv[3])):
    if sys.argv[2] != "-":
        run = home.make(f"{sys.argv[2]}-{number}", started=number)
        home.store.update(run, {"label": "new"})
        if number % 3 == 0:
            home.store.delete([run])
    index = home.index()
    ids, total = index.page(ALL, count=5)
    assert total >= len(ids)
    own = [f"{sys.argv[2]}-{n}" for n in range(number + 1) if n % 3 and sys.argv[2] != "-"]
    labels = {run.id: run.label for run in index.runs(own)}
    assert labels == dict.fromkeys(own, "new"), labels
    index.close()
assert home.warnings == [], home.warnings
print("done")
"""
_TREE = Path(__file__).parents[3]


def start(home: Home, name: str, count: int, looks: int) -> subprocess.Popen[bytes]:
    """A process that makes runs and lists them, or that only lists them if its name is `-`."""
    return subprocess.Popen(
        [sys.executable, "-c", _ASK, home.path, name, str(count), str(looks)],
        cwd=_TREE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


@pytest.mark.parametrize("looks", [8192, 10])
@pytest.mark.parametrize("count", [2, 8])
def test_all_end_with_the_right_answers(tmp_path: Path, count: int, looks: int) -> None:
    home = Home(tmp_path / "home", looks=looks)
    home.make("first")

    processes = [start(home, f"p{number}", 6, looks) for number in range(count)]
    processes += [start(home, "-", 6, looks) for _ in range(2)]

    for process in processes:
        out, _ = process.communicate()
        assert out == b"done\n", out.decode()
    for _ in range(10):
        home.ask()
    assert len(home.store.runs()) == 1 + count * 4
    assert len(home.store.runs(deleted=True)) == count * 2
    assert home.warnings == []


def tell(monkeypatch: pytest.MonkeyPatch, told: Callable[[str], None]) -> None:
    """Tell of each statement that connections which are made from now on begin."""
    connect = database.connect

    def traced(path: str, timeout_s: float) -> sqlite3.Connection:
        db = connect(path, timeout_s)
        db.set_trace_callback(told)
        return db

    monkeypatch.setattr(database, "connect", traced)


def test_a_page_and_the_number_of_runs_are_of_one_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    for number in range(4):
        home.make(f"r{number}", started=number)
    home.ask()
    deleted: list[str] = []

    def told(statement: str) -> None:
        if statement.startswith("SELECT count(*) FROM runs r") and not deleted:
            runs = home.store.runs()[:3]
            deleted.extend(run.id for run in runs)
            home.store.delete(runs)
            home.ask()

    tell(monkeypatch, told)
    with closing(home.index()) as index:
        ids, total = index.page(ALL, count=2)

    assert (len(ids), total, len(deleted)) == (2, 4, 3)


def test_a_filter_has_no_values_of_a_run_that_is_gone_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    for number in range(3):
        home.make(f"r{number}", started=number, flags={"lr": number})
    home.ask()
    others: list[str] = []

    def told(statement: str) -> None:
        if "json_each" in statement and not others:
            others.append("r3")
            home.store.delete([home.store.get("r2")], permanent=True)
            home.ask()  # its number is free again
            home.make("r3", started=3, flags={"lr": 3})
            home.ask()

    tell(monkeypatch, told)
    with closing(home.index()) as index:
        ids, _ = index.page(RunFilter(expression=parse_filter("lr <= 2")))

    assert (ids, others) == (["r1", "r0"], ["r3"])


def test_scalars_have_the_names_that_they_had_when_they_were_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    run = home.make("r0")
    home.scalars_of("r0", ("loss", 0.5, 1))
    with closing(home.index()) as index:
        index.columns(ALL, scalars=True)
    tick(home.path)
    others: list[str] = []

    def told(statement: str) -> None:
        if statement.startswith("SELECT") and "scalar_sets" in statement and not others:
            others.append("acc")
            home.scalars_of("r0", ("acc", 0.25, 1))
            home.store.update(run, {"label": "new"})
            with closing(home.index()) as other:
                other.columns(ALL, scalars=True)

    file = database.identity(home.path)
    tell(monkeypatch, told)
    with closing(home.index()) as index:
        found = index.scalar_table([RunId("r0")])

    assert others
    assert (list(found.tag), list(found.last)) in ((["loss"], [0.5]), (["acc"], [0.25]))
    assert database.identity(home.path) == file  # it was not taken for damaged


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("settled", [False, True])
def test_scalars_that_several_read_at_once_are_written_once(
    tmp_path: Path, known: bool, settled: bool
) -> None:
    home = Home(tmp_path / "home")
    for number in range(2):
        home.make(f"r{number}")
        home.scalars_of(f"r{number}", ("loss", 0.5, 1))
    if not settled:
        home.locks.claim(home.store.get("r0"))
    if known:
        with closing(home.index()) as index:
            index.columns(ALL, scalars=True)
        for number in range(2):
            home.scalars_of(f"r{number}", ("loss", 0.25, 2))
            home.store.update(home.store.get(f"r{number}"), {"label": "new"})
    tick(home.path)
    read = home.scalars.read

    def late(path: str, before: ScalarReading | None) -> ScalarReading:
        found = read(path, before)
        with closing(home.index()) as other:
            other.columns(ALL, scalars=True)
        return found

    with closing(home.index()) as index:
        index._read_scalars = late
        found = index.columns(ALL, scalars=True)
        database = os.stat(home.database).st_ino

    _, values, _ = found.scalars["", "loss"]
    assert list(values) == [0.25 if known else 0.5] * 2
    assert home.warnings == []
    assert os.stat(home.database).st_ino == database


def test_one_that_is_killed_leaves_an_index_that_is_right(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    for number in range(30):
        home.make(f"r{number:02}", started=number, flags={"n": number})
    moments = random.Random(1)
    statuses = []
    for attempt in range(8):
        code = _KILLED.format(calls=moments.randrange(1, 150))
        killed = subprocess.run(
            [sys.executable, "-c", code, home.path], cwd=_TREE, capture_output=True, check=False
        )
        statuses.append(killed.returncode)
        home.store.update(home.store.get(f"r{attempt:02}"), {"label": "x"})
        os.rename(f"{home.path}/runs/r{attempt + 20}", f"{home.path}/runs/s{attempt + 20}")

        home.ask()
        assert home.ask() == []
    assert set(statuses) <= {0, -9}
    assert statuses.count(-9) >= 4
    assert home.warnings == []


_KILLED = """
import os, signal, sys
from pathlib import Path
from tests.unit.index.homes import ALL, Home

left = {calls}

def count(frame, event, arg):
    global left
    if event == "c_call" and "sqlite3" in repr(arg) or event == "call":
        left -= "index" in frame.f_code.co_filename
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

home = Home(Path(sys.argv[1]))
index = home.index()
sys.setprofile(count)
index.page(ALL)
"""


def test_a_lock_that_sqlite_does_not_wait_for_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    home.make("a")
    real = sqlite3.connect
    refusals = [1, 2, 3]

    def connect(*args: Any, **kw: Any) -> sqlite3.Connection:
        if refusals:
            refusals.pop()
            raise sqlite3.OperationalError("database is locked")
        connection: sqlite3.Connection = real(*args, **kw)
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect)
    index = home.index()

    assert index.page(ALL)[0] == ["a"]
    assert (refusals, home.warnings) == ([], [])
    index.close()
