"""The commands that are killed: a row for each. A new command joins by a row."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from attrs import frozen

from tests.crash.seen import Seen
from tests.crash.world import MANY, PROJECT

__all__ = ["CASES", "Case"]

Runs = Mapping[str, Seen]
Wanted = Callable[[Runs, Runs], Iterator[str]]
"""Tells what is not as it should be, by what there was before a command that succeeded, and
what there is after it."""


def _nothing_to_prepare(_home: Path) -> None:
    """The home is as it is."""


@frozen
class Case:
    """A command to kill.

    Attributes:
        name: What the case is called.
        line: What follows `guild`; or a script that is run by Python.
        wanted: What it is for.
        project: The project it is given in.
        prepare: Changes its home before.
        edited: Ids of the earlier runs of which it changes attributes.
        edits: Names of those attributes.
        restarted: Ids of the earlier runs that it starts again, with the runs they link to.
        moved: Ids of the runs that it deletes or restores.
        removed: Ids of the runs that it removes for good.
        timed: Share of the kills that come at a random time; the others come at a random change
            of a file.
    """

    name: str
    line: str
    wanted: Wanted
    project: str = PROJECT
    prepare: Callable[[Path], None] = _nothing_to_prepare
    edited: tuple[str, ...] = ()
    edits: tuple[str, ...] = ()
    restarted: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    timed: float = 0.3


def _makes(completed: int = 0, staged: int = 0, parts: int = 0) -> Wanted:
    """So many new runs, of which one has so many parts, where there are any."""

    def wanted(before: Runs, after: Runs) -> Iterator[str]:
        new = [seen for run_id, seen in after.items() if run_id not in before]
        found = sorted(seen.status for seen in new)
        asked = sorted(["completed"] * completed + ["staged"] * staged)
        if found != asked:
            yield f"it made {found} and not {asked}"
        if parts not in [len(set(seen.links.values())) for seen in new] and parts:
            yield f"it made no run with {parts} parts"

    return wanted


def _restarts(run_id: str, parts: int = 0) -> Wanted:
    def wanted(before: Runs, after: Runs) -> Iterator[str]:
        again = after[run_id]
        if again.status != "completed":
            yield f"run {run_id} is {again.status} and not completed"
        if again.attr("started") == before[run_id].attr("started"):
            yield f"run {run_id} was not started again"
        completed = [
            part
            for part in set(again.links.values())
            if part in after and after[part].status == "completed"
        ]
        if len(completed) < parts:
            yield f"run {run_id} has {len(completed)} completed parts and not {parts}"

    return wanted


def _says(attr: str, text: bytes, *run_ids: str) -> Wanted:
    def wanted(_before: Runs, after: Runs) -> Iterator[str]:
        for run_id in run_ids:
            found = after[run_id].attr(attr) or b""
            if text not in found:
                yield f"{attr} of run {run_id} is {found!r}"

    return wanted


def _places(deleted: tuple[str, ...] = (), there: tuple[str, ...] = ()) -> Wanted:
    def wanted(_before: Runs, after: Runs) -> Iterator[str]:
        for run_id in (*deleted, *there):
            if run_id not in after or after[run_id].deleted != (run_id in deleted):
                yield f"run {run_id} is not {'deleted' if run_id in deleted else 'there'}"

    return wanted


def _removes(*run_ids: str) -> Wanted:
    def wanted(_before: Runs, after: Runs) -> Iterator[str]:
        yield from (f"run {run_id} is still there" for run_id in run_ids if run_id in after)

    return wanted


def _as_before(before: Runs, after: Runs) -> Iterator[str]:
    """Nothing is to change."""
    for run_id in before.keys() ^ after.keys():
        yield f"run {run_id} came or went"


def _without_cache(home: Path) -> None:
    shutil.rmtree(home / "cache", ignore_errors=True)


def _changed_since(home: Path) -> None:
    """Runs came, went, changed and were renamed since the last listing."""
    runs = home / "runs"
    shutil.copytree(runs / "a1", runs / "a4", symlinks=True)
    (runs / "a2").rename(home / "trash/runs/a2")
    (runs / "e1").rename(runs / "e2")
    label = runs / "a3/.guild/attrs/label"
    label.with_name("label~").write_text("other\n")
    label.with_name("label~").rename(label)


def _more_runs(home: Path) -> None:
    """So many runs that there is time to kill a listing of them."""
    _without_cache(home)
    for number in range(60):
        shutil.copytree(home / "runs/a1", home / f"runs/b{number:03}", symlinks=True)


_BATCH = "run train.py x=[1,2,3] --keep-batch -y"
_SEARCH = "run train.py x=[1:9] --max-trials 4 --jobs 2 --random-seed 1 --keep-batch -y"
_DOOMED = ("a2", "a3")
_DELETED = ("d1", "d2")

CASES = (
    Case("run", "run train.py -y", _makes(completed=1)),
    Case("run many files", "run all -y", _makes(completed=1), project=MANY),
    Case("run with dependencies", "run fed -y", _makes(completed=1)),
    Case("run in background", "run train.py --background -y", _makes(completed=1)),
    Case("batch", _BATCH, _makes(completed=4, parts=3)),
    Case("random search of two jobs", _SEARCH, _makes(completed=5, parts=4)),
    Case("pipeline", "run both -y", _makes(completed=3, parts=2)),
    Case("pipeline with a batch", "run nested -y", _makes(completed=7, parts=2)),
    Case("run like another", "run --proto a1 -y", _makes(completed=1)),
    Case("functions", "functions.py", _makes(completed=3)),
    Case("restart", "run --restart a1 -y", _restarts("a1"), restarted=("a1",)),
    Case(
        "restart with new source code",
        "run --restart a1 --force-sourcecode -y",
        _restarts("a1"),
        restarted=("a1",),
    ),
    Case("restart of batch", "run --restart g1 -y", _restarts("g1", parts=2), restarted=("g1",)),
    Case(
        "restart of pipeline", "run --restart p1 -y", _restarts("p1", parts=2), restarted=("p1",)
    ),
    Case("stage", "run train.py --stage -y", _makes(staged=1)),
    Case(
        "stage of batch",
        "run train.py x=[1,2] --stage-trials -y",
        _makes(completed=1, staged=2, parts=2),
    ),
    Case("start", "run --start s1 -y", _restarts("s1"), restarted=("s1",)),
    Case("delete", "runs delete -Ft doomed -y", _places(deleted=_DOOMED), moved=_DOOMED),
    Case("delete for good", "runs delete -p -Ft doomed -y", _removes(*_DOOMED), removed=_DOOMED),
    Case("restore", "runs restore -y", _places(there=_DELETED), moved=_DELETED),
    Case("purge", "runs purge -y", _removes(*_DELETED), removed=_DELETED),
    Case(
        "label",
        "label -s new a2 a3 -y",
        _says("label", b"new", *_DOOMED),
        edited=_DOOMED,
        edits=("label",),
    ),
    Case(
        "tag",
        "tag -a new -s a2 a3 -y",
        _says("tags", b"- new", *_DOOMED),
        edited=_DOOMED,
        edits=("label", "tags"),
    ),
    Case(
        "mark",
        "mark a2 a3 -y",
        _says("marked", b"true", *_DOOMED),
        edited=_DOOMED,
        edits=("marked",),
    ),
    Case(
        "comment",
        "comment -a new a2 a3 -y",
        _says("comments", b"body: new", *_DOOMED),
        edited=_DOOMED,
        edits=("comments",),
    ),
    Case("first listing", "runs --all", _as_before, prepare=_more_runs, timed=0.7),
    Case("first comparison", "compare -t", _as_before, prepare=_more_runs, timed=0.7),
    Case("listing of what changed", "runs --all", _as_before, prepare=_changed_since, timed=0.7),
)
