"""Runs are found by what names them, and no more of them is read than that takes."""

from __future__ import annotations

import pytest

from guild.adapters.memory.run_index import ReadingRunIndex
from guild.app.ports.recording import ScalarSource
from guild.app.select_runs import RunQuery, SelectRuns
from guild.domain.draft import RunDraft
from guild.domain.errors import AmbiguousRun, GuildError, NoSuchRun
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.selection import RunFilter
from guild.domain.timestamps import Timestamp
from tests.unit.app.counting import CountingStore

TRAIN = OpRef("script", "/project", "", "", "train.py")
IDS = ["eee", "ddd", "12c", "bbb", "bba"]
"""Newest first."""


@pytest.fixture
def store() -> CountingStore:
    store = CountingStore()
    for age, run_id in enumerate(IDS):
        attrs = {"started": 100 - age, "label": f"label {run_id}"}
        store.create(RunDraft(id=RunId(run_id), opref=TRAIN, attrs=attrs))
    store.read.clear()
    return store


@pytest.fixture
def select(store: CountingStore) -> SelectRuns:
    def no_scalars() -> ScalarSource:
        raise AssertionError("no scalars are asked for")

    def clock() -> Timestamp:
        return Timestamp(0)

    index = ReadingRunIndex(store, no_scalars, str, clock)
    return SelectRuns(store=store, index=lambda: index, clock=clock, format_time=str)


def query(*specs: str, default: str = ":", labels: tuple[str, ...] = ()) -> RunQuery:
    return RunQuery(filter=RunFilter(labels=labels), specs=specs, default=default)


def many(select: SelectRuns, *specs: str, **options: str) -> list[str]:
    return [run.id for run in select.many(query(*specs, **options))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("specs", "expected"),
    [
        (("ddd",), ["ddd"]),
        (("d",), ["ddd"]),
        (("1",), ["eee"]),
        (("12",), ["12c"]),
        (("2:3",), ["ddd", "12c"]),
        (("12", "d", "1", "ddd"), ["12c", "ddd", "eee"]),
    ],
)
def test_only_the_runs_that_are_named_are_read(
    select: SelectRuns, store: CountingStore, specs: tuple[str, ...], expected: list[str]
) -> None:
    assert many(select, *specs) == expected
    assert store.read == expected


@pytest.mark.parametrize("spec", ["2:", "1:", ":4", "2:5", "4:", ":"])
def test_a_range_reads_its_runs_once(select: SelectRuns, store: CountingStore, spec: str) -> None:
    start, _, end = spec.partition(":")
    named = IDS[int(start or 1) - 1 : int(end or 5)]

    assert many(select, spec) == named
    assert store.read == named
    assert store.ordered == 1


def test_all_runs_are_meant_where_none_is_named(select: SelectRuns, store: CountingStore) -> None:
    assert many(select) == IDS
    assert sorted(store.read) == sorted(IDS)


def test_the_default_may_be_the_newest(select: SelectRuns, store: CountingStore) -> None:
    assert many(select, default="1") == ["eee"]
    assert store.read == ["eee"]


def test_indexes_count_the_runs_that_pass_the_filter(select: SelectRuns) -> None:
    found = select.many(query("2", labels=("bb",)))

    assert [run.id for run in found] == ["bba"]


@pytest.mark.parametrize(("spec", "expected"), [(None, "eee"), ("2", "ddd"), ("bba", "bba")])
def test_one_run_is_found_and_read(
    select: SelectRuns, store: CountingStore, spec: str | None, expected: str
) -> None:
    specs = () if spec is None else (spec,)

    assert select.one(query(*specs)).id == expected
    assert store.read == [expected]


def test_what_names_no_run_or_several_is_refused(select: SelectRuns) -> None:
    with pytest.raises(NoSuchRun, match="Try 'guild runs list'"):
        select.one(query("f"))
    with pytest.raises(AmbiguousRun):
        select.one(query("bb"))
    with pytest.raises(GuildError, match="range of 2 runs"):
        select.one(query("1:2"))
    with pytest.raises(NoSuchRun):
        select.many(query("f"))


def test_without_runs_none_is_found(select: SelectRuns, store: CountingStore) -> None:
    store.delete(store.runs())

    assert many(select) == []
    assert many(select, default="1") == []
    with pytest.raises(GuildError, match="no matching runs"):
        select.one(query())
    with pytest.raises(NoSuchRun):
        select.many(query("1"))
    assert select.page(query(), 2) == ([], 0)


def test_deleted_runs_are_found_by_their_order(select: SelectRuns, store: CountingStore) -> None:
    store.delete(store.runs())

    found = select.many(RunQuery(specs=("2",), deleted=True))

    assert [(run.id, run.path) for run in found] == [("ddd", "/trash/ddd")]


def test_a_page_has_the_newest_runs_and_the_number_of_all(
    select: SelectRuns, store: CountingStore
) -> None:
    runs, total = select.page(query(), 2)

    assert ([run.id for run in runs], total) == (["eee", "ddd"], 5)
    assert store.read == ["eee", "ddd"]


@pytest.mark.parametrize("limit", [5, 9, None])
def test_a_page_may_have_all_runs(select: SelectRuns, limit: int | None) -> None:
    runs, total = select.page(query(), limit)

    assert ([run.id for run in runs], total) == (IDS, 5)


def test_a_page_is_of_the_runs_that_pass_the_filter(select: SelectRuns) -> None:
    runs, total = select.page(query(labels=("bb",)), 1)

    assert ([run.id for run in runs], total) == (["bbb"], 2)


def test_a_page_is_of_the_runs_that_are_named(select: SelectRuns) -> None:
    runs, total = select.page(query("3:5"), 2)

    assert ([run.id for run in runs], total) == (["12c", "bbb"], 3)


def test_a_run_that_went_in_the_meantime_is_left_out(
    select: SelectRuns, store: CountingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = store.newest_ids()
    store.delete([store.get("ddd")])
    monkeypatch.setattr(CountingStore, "newest_ids", lambda _store, **_options: ids)

    assert many(select, "1:2") == ["eee"]
    assert [run.id for run in select.page(query(), 2)[0]] == ["eee"]
