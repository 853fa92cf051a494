"""The run that `--restart`, `--start` and `--proto` mean."""

from __future__ import annotations

import pytest

from guild.adapters.memory.store import MemoryRunStore
from guild.app.find_run import find_run
from guild.domain.draft import Mark, RunDraft
from guild.domain.errors import AmbiguousRun, NoSuchRun
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.run import Run
from tests.unit.app.counting import CountingStore


@pytest.fixture
def store() -> CountingStore:
    return CountingStore()


def made(
    store: MemoryRunStore,
    run_id: str,
    op: str = "train.py",
    *,
    mark: Mark | None = None,
    **attrs: object,
) -> Run:
    opref = OpRef("script", "/project", "", "", op)
    run = store.create(RunDraft(id=RunId(run_id), opref=opref, attrs={"exit_status": 0, **attrs}))
    store.locks.release(run)
    store.set_mark(run, mark)
    return run


def found(store: MemoryRunStore, spec: str, *, start: bool = False) -> str:
    return find_run(store, spec, "/runs", start=start).id


@pytest.mark.parametrize("spec", ["/runs/abc", "/runs/abc/"])
def test_a_path_is_taken_as_it_is(store: CountingStore, spec: str) -> None:
    made(store, "abc")

    assert found(store, spec) == "abc"


def test_an_id_comes_before_an_operation_and_a_longer_id(store: CountingStore) -> None:
    made(store, "abc")
    made(store, "abcd", "abc", started=5)

    assert found(store, "abc") == "abc"


def test_an_operation_comes_before_the_start_of_an_id(store: CountingStore) -> None:
    made(store, "train-one", "other")
    made(store, "xyz", "train")

    assert found(store, "train") == "xyz"


def test_an_operation_means_its_newest_run(store: CountingStore) -> None:
    made(store, "old", started=1)
    made(store, "new", started=2)

    assert found(store, "train.py") == "new"


def test_a_marked_run_comes_before_newer_ones(store: CountingStore) -> None:
    made(store, "old", started=1, marked=True)
    made(store, "new", started=2)

    assert found(store, "train.py") == "old"


def test_a_staged_run_is_meant_only_to_start(store: CountingStore) -> None:
    made(store, "old", started=1)
    made(store, "staged", started=2, mark=Mark.STAGED)

    assert found(store, "train.py") == "old"
    assert found(store, "train.py", start=True) == "staged"


def test_a_failed_run_of_an_operation_is_not_meant(store: CountingStore) -> None:
    made(store, "failed", exit_status=1)

    with pytest.raises(NoSuchRun):
        found(store, "train.py")


def test_the_start_of_an_id_must_name_one_run(store: CountingStore) -> None:
    made(store, "abc")
    made(store, "abd")

    assert found(store, "abc") == "abc"
    with pytest.raises(AmbiguousRun):
        found(store, "ab")
    with pytest.raises(NoSuchRun):
        found(store, "x")


@pytest.mark.parametrize("spec", ["abc", "ab", "other"])
def test_only_the_run_that_is_meant_is_read(store: CountingStore, spec: str) -> None:
    made(store, "abc", "other")
    for number in range(5):
        made(store, f"x{number}")
    store.read.clear()

    assert found(store, spec) == "abc"
    assert store.read == ["abc"]
