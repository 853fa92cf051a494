"""What the system fails to read is told, and neither taken for missing nor kept as it seems."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from guild.adapters.fsstore.attributes import attr_names
from guild.adapters.fsstore.changes import DirectoryRunChanges
from guild.adapters.fsstore.layout import is_run
from guild.adapters.fsstore.locks import DirectoryRunLocks, read_lock
from guild.adapters.fsstore.store import DirectoryRunStore
from guild.adapters.memory.run_index import ReadingRunIndex
from guild.adapters.tfevents.reader import TfEventsScalarSource
from guild.app.run_reading import UNSURE
from guild.domain.draft import RunDraft
from guild.domain.errors import DamagedRun, NoSuchRun, StoreError
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.status import Liveness, Status
from guild.domain.timestamps import Timestamp

Fail = Callable[..., None]


@pytest.fixture
def told() -> list[str]:
    """What was warned of."""
    return []


@pytest.fixture
def store(tmp_path: Path, told: list[str]) -> DirectoryRunStore:
    """A store with the run aaa."""
    locks = DirectoryRunLocks(evidence=str, liveness=lambda _text: Liveness.DEAD)
    store = DirectoryRunStore(home=str(tmp_path), locks=locks, warn=told.append)
    draft = RunDraft(
        id=RunId("aaa"),
        opref=OpRef("script", "/p", "", "", "a.py"),
        attrs={"label": "mine", "tags": ["t"], "initialized": 5},
    )
    locks.release(store.create(draft))
    return store


@pytest.fixture
def changes(tmp_path: Path, told: list[str]) -> DirectoryRunChanges:
    """Changes in the home of the store."""
    return DirectoryRunChanges(str(tmp_path), lambda _text: Liveness.DEAD, told.append)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Fail:
    """Have a function of the system fail for paths with an ending."""

    def fail(name: str, ending: str, number: int = errno.EIO) -> None:
        real: Callable[..., object] = getattr(os, name)

        def failing(path: str, *args: object, **kwargs: object) -> object:
            if str(path).endswith(ending):
                raise OSError(number, os.strerror(number), path)
            return real(path, *args, **kwargs)

        def refused(path: str, *args: object, **kwargs: object) -> bool:
            return not str(path).endswith(ending) and access(path, *args, **kwargs)

        monkeypatch.setattr(os, name, failing)
        if name == "lstat":  # what can't be looked at can't be asked for either
            access: Callable[..., bool] = os.access
            monkeypatch.setattr(os, "access", refused)

    return fail


@pytest.mark.parametrize("number", [errno.EIO, errno.EACCES, errno.ESTALE])
def test_a_directory_that_can_not_be_looked_into_counts_as_a_run(
    store: DirectoryRunStore, failing: Fail, number: int
) -> None:
    path = store.get("aaa").path
    failing("lstat", "aaa/.guild/opref", number)

    assert is_run(path)
    assert store.ids() == ["aaa"]


@pytest.mark.parametrize("number", [errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG])
def test_what_is_not_there_is_no_run(store: DirectoryRunStore, failing: Fail, number: int) -> None:
    failing("lstat", "aaa/.guild/opref", number)

    assert store.ids() == []


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b", "x" * 300])
def test_what_can_be_no_name_is_no_run(
    store: DirectoryRunStore, changes: DirectoryRunChanges, name: str
) -> None:
    with pytest.raises(NoSuchRun):
        store.get(name)
    assert changes.read(name, deleted=False) is None
    assert read_lock(f"{store.home}/runs/{name}") is None


def test_what_is_no_run_is_not_read(
    store: DirectoryRunStore, changes: DirectoryRunChanges, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(store.home, "runs", "aaa", ".guild", "opref").unlink()
    monkeypatch.setattr(os, "listdir", None)
    monkeypatch.setattr(os, "scandir", None)

    assert changes.read("aaa", deleted=False) is None


def test_a_lock_counts_that_the_listing_of_its_directory_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locks = DirectoryRunLocks(evidence=str, liveness=lambda _text: Liveness.ALIVE)
    store = DirectoryRunStore(home=str(tmp_path), locks=locks)
    opref = OpRef("script", "/p", "", "", "a.py")
    run = store.create(RunDraft(id=RunId("bbb"), opref=opref, attrs={}))
    store.set_mark(run, None)
    listed = os.listdir

    # A name that is renamed over meanwhile need not be listed.
    monkeypatch.setattr(os, "listdir", lambda path: [n for n in listed(path) if n != "LOCK"])

    assert store.get("bbb").status is Status.RUNNING


@pytest.mark.parametrize("directory", [".guild", "attrs"])
def test_what_is_in_a_directory_that_can_not_be_listed_is_found_by_its_name(
    store: DirectoryRunStore, failing: Fail, directory: str
) -> None:
    expected = store.get("aaa")
    failing("listdir", directory)

    assert store.get("aaa") == expected


def test_names_of_attributes_that_can_not_be_listed_are_not_taken_for_none(
    store: DirectoryRunStore, failing: Fail, told: list[str]
) -> None:
    run = store.get("aaa")
    failing("listdir", "attrs")

    with pytest.raises(DamagedRun, match=r"cannot read .*attrs: Input/output error"):
        attr_names(run.path)
    assert store.attrs(run) == {}
    assert len(told) == 1


def test_an_attribute_that_fails_to_be_read_is_told_of_once(
    store: DirectoryRunStore, failing: Fail, told: list[str]
) -> None:
    failing("open", "attrs/tags")

    for _ in range(2):
        assert store.get("aaa").damage == ("tags",)
        assert store.attrs(store.get("aaa")).keys() == {"label", "initialized"}

    (line,) = told
    assert line.endswith("/aaa/.guild/attrs/tags: Input/output error")


def test_without_an_index_an_attribute_that_fails_to_be_read_is_told_of(
    store: DirectoryRunStore, failing: Fail, told: list[str]
) -> None:
    index = ReadingRunIndex(store, TfEventsScalarSource, str, lambda: Timestamp(0), told.append)
    run = store.get("aaa")
    assert index.attr([run], "label") == {"aaa": "mine"}
    failing("open", "attrs/label")

    assert index.attr([run], "label") == {"aaa": None}
    assert told == [f"cannot read {run.path}/.guild/attrs/label: Input/output error"]


def test_an_attribute_that_makes_no_sense_is_left_to_the_check(
    store: DirectoryRunStore, told: list[str]
) -> None:
    Path(store.get("aaa").path, ".guild/attrs/tags").write_text("{")

    assert store.get("aaa").damage == ("tags",)
    assert told == []


def test_a_run_that_failed_to_be_read_is_read_again(
    store: DirectoryRunStore,
    changes: DirectoryRunChanges,
    failing: Fail,
    told: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context():
        failing("open", "attrs/tags")
        reading = changes.read("aaa", deleted=False)
        assert reading is not None
        assert len(told) == 1
        with pytest.raises(DamagedRun):
            changes.attr("aaa", "tags", deleted=False)
    monkeypatch.undo()

    (now,) = changes.stamps([("aaa", reading.watch)], deleted=False)
    again = changes.read("aaa", deleted=False)

    assert again is not None
    assert again.run.tags == ("t",)
    assert reading.stamp == UNSURE != now


@pytest.mark.parametrize("name", ["stat", "listdir"])
def test_runs_that_can_not_be_listed_are_not_taken_for_none(
    store: DirectoryRunStore, changes: DirectoryRunChanges, failing: Fail, name: str
) -> None:
    failing(name, "/runs")

    with pytest.raises(StoreError, match=r"cannot read .*/runs: Input/output error"):
        changes.place(deleted=False) if name == "stat" else changes.names(deleted=False)
