"""What the index answers is what reading all runs gives, whatever the runs and the question."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guild.adapters.index.sqlite import SqliteRunIndex
from guild.adapters.memory.run_changes import MemoryRunChanges
from guild.adapters.memory.run_index import ReadingRunIndex
from guild.adapters.memory.scalars import MemoryScalarFile, MemoryScalarSource
from guild.adapters.memory.store import MemoryRunStore
from guild.app.ports.run_index import RunIndex
from guild.domain.draft import Mark, RunDraft
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.run import Run
from guild.domain.runcolumns import RunColumns
from guild.domain.selection import RunFilter
from guild.domain.timestamps import Timestamp
from tests.contract.run_index_contract import told
from tests.strategies import exactly_same
from tests.unit.index.values import PREFIXES, TAGS, attributes, filters

IDS = ("a", "b", "ab", "é", "a\udcff", "\udcff", "\uffff", "\U00010000", "0123456789abcdef")
OPS = (
    OpRef("script", "/p", "", "", "a"),
    OpRef("guildfile", "/p/guild.yml", "x", "m", "a"),
    OpRef("package", "p", "1.0", "m", "b"),
    OpRef("builtin", "p", "1.0", "", "b"),
    OpRef("func", "", "", "", "b"),
    OpRef("", "", "", "", ""),
    OpRef("script", "/\x1f", "\x1f", "\x1f\x1f", "a\x1f"),
)
ALL = RunFilter()

MakeRun = Callable[[MemoryRunStore, MemoryScalarSource, str], None]

points = st.tuples(
    st.sampled_from(TAGS),
    st.sampled_from((0.0, -0.0, 0.5, 1.0, float("nan"), float("inf"), 1e300, 0.001)),
    st.integers(0, 3),
)
scalar_files = st.dictionaries(
    st.sampled_from([f"{prefix}/f" if prefix else "f" for prefix in PREFIXES]),
    st.lists(points, max_size=4),
    max_size=3,
)


@st.composite
def made_runs(draw: st.DrawFn) -> list[dict[str, Any]]:
    """What runs are made of."""
    ids = draw(st.lists(st.sampled_from(IDS), max_size=5, unique=True))
    return [
        {
            "id": run_id,
            "opref": draw(st.sampled_from(OPS)),
            "attrs": draw(attributes()),
            "mark": draw(st.sampled_from((None, None, *Mark))),
            "owned": draw(st.integers(0, 4)) == 0,
            "deleted": draw(st.integers(0, 3)) == 0,
            "scalars": draw(scalar_files),
        }
        for run_id in ids
    ]


class World:
    """Runs in memory, with an index of them and what reads them."""

    def __init__(self, home: str) -> None:
        self.store = MemoryRunStore()
        self.scalars = MemoryScalarSource()
        self.reading = ReadingRunIndex(self.store, lambda: self.scalars, _time_text, _now)
        self.index = SqliteRunIndex(
            home=home,
            roots=("/runs", "/trash"),
            changes=MemoryRunChanges(self.store),
            read_scalars=self.scalars.read,
            reading=_Unasked(),
            format_time=_time_text,
            clock=_now,
            warn=_fail,
            progress=lambda names: names,
            looks=4096,
        )

    def make(self, about: dict[str, Any]) -> None:
        draft = RunDraft(id=RunId(about["id"]), opref=about["opref"], attrs=about["attrs"])
        run = self.store.create(draft)
        self.store.set_mark(run, about["mark"])
        if not about["owned"]:
            self.store.locks.release(run)
        files = {
            name: MemoryScalarFile(ino, list(values))
            for ino, (name, values) in enumerate(about["scalars"].items(), 1)
        }
        self.scalars.runs[run.path] = files
        if about["deleted"]:
            self.store.delete([run])
            self.scalars.runs[f"/trash/{run.id}"] = self.scalars.runs.pop(run.path)

    def check(self, wanted: RunFilter, start: int, limit: int | None) -> None:
        """Ask both."""
        for deleted in (False, True):
            by_index = self.index.page(wanted, start=start, count=limit, deleted=deleted)
            by_reading = self.reading.page(wanted, start=start, count=limit, deleted=deleted)
            assert by_index == by_reading
            every = self.index.every(wanted, deleted=deleted)
            assert [run.id for run in every] == self.index.page(wanted, deleted=deleted)[0]
            self._check_columns(wanted, deleted=deleted)

    def _check_columns(self, which: RunFilter | list[RunId], **wanted: Any) -> None:
        wanted |= {"flags": True, "scalars": True}
        by_index = self.index.columns(which, **wanted)
        assert columns_shown(by_index) == columns_shown(self.reading.columns(which, **wanted))

    def check_values(self) -> None:
        for deleted in (False, True):
            ids, _ = self.index.page(ALL, deleted=deleted)
            for some in (ids[::-1], [*ids[::3], RunId("gone")]):
                self._check_columns(some, deleted=deleted)
            self._check_columns(ALL, deleted=deleted, batches=False, core=("label", "started"))
            found = self.index.runs(ids, deleted=deleted)
            read = self.reading.runs(ids, deleted=deleted)
            assert list(map(shown, found)) == list(map(shown, read))
            assert found == read == self.index.every(ALL, deleted=deleted)
            for a, b in zip(found, read, strict=True):
                assert exactly_same(dict(a.flags), dict(b.flags))
            assert folded(self.index, found) == folded(self.reading, read)
            for name in ("label", "flags", "tags", "other"):
                by_index, by_reading = self.index.attr(found, name), self.reading.attr(read, name)
                assert list(by_index) == list(by_reading)
                assert all(exactly_same(by_index[each], by_reading[each]) for each in by_index)
        for opref in OPS:
            assert self.index.runs_of(opref) == self.reading.runs_of(opref)
        for text in ("a", "m:a", "?", ""):
            has = text.__eq__
            assert self.index.ids_of(has) == self.reading.ids_of(has)


def shown(run: Run) -> str:
    """The run in words, which a failing test can show."""
    return repr(run)


def columns_shown(columns: RunColumns) -> str:
    """Columns in words, which tell 1 from 1.0 and True."""
    return repr({name: plain(of) for name, of in told(columns).items()})


def plain(value: object) -> object:
    return sorted(value.items()) if isinstance(value, dict) else value


def folded(index: RunIndex, runs: list[Run]) -> dict[RunId, list[str]]:
    return {run_id: list(map(repr, of)) for run_id, of in index.summaries(runs).items()}


class _Unasked:
    """Stands for what answers where there is no index."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError("the index gives no answer")


def _fail(sentence: str) -> None:
    raise AssertionError(sentence)


def _time_text(at: Timestamp) -> str:
    return f"2024-01-31 {at}"


def _now() -> Timestamp:
    return Timestamp(5_000_000)


_MEMORY = "/dev/shm"
"""Where there is a file system in memory: each example makes a database."""


@contextmanager
def world() -> Iterator[World]:
    with TemporaryDirectory(dir=_MEMORY if os.path.isdir(_MEMORY) else None) as home:
        made = World(home)
        try:
            yield made
        finally:
            made.index.close()


questions = st.lists(
    st.tuples(filters(), st.integers(0, 2), st.none() | st.integers(0, 3)), min_size=1, max_size=6
)
thorough = settings(
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=100,
    derandomize=True,
    database=None,
    deadline=None,
)
brief = settings(thorough, max_examples=40)


@thorough
@given(runs=made_runs(), asked=questions)
def test_any_filter_is_passed_by_the_same_runs(
    runs: list[dict[str, Any]], asked: list[tuple[RunFilter, int, int | None]]
) -> None:
    with world() as made:
        for about in runs:
            made.make(about)

        for question in asked:
            made.check(*question)


@brief
@given(runs=made_runs())
def test_any_run_is_the_same(runs: list[dict[str, Any]]) -> None:
    with world() as made:
        for about in runs:
            made.make(about)

        made.check_values()


@brief
@given(
    runs=made_runs(),
    steps=st.lists(st.tuples(st.sampled_from(IDS), attributes(), filters()), max_size=5),
)
def test_what_changes_between_questions_is_seen(
    runs: list[dict[str, Any]], steps: list[tuple[str, dict[str, Any], RunFilter]]
) -> None:
    with world() as made:
        for about in runs:
            made.make(about)
        for run_id, attrs, wanted in steps:
            made.check(wanted, 0, None)
            for run in made.store.runs():
                if run.id == run_id:
                    made.store.update(run, attrs)
        made.check_values()
