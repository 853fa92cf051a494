"""Runs move to the trash and back whole, and each once."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from guild.adapters.fsstore.store import DirectoryRunStore
from guild.domain.draft import RunDraft
from guild.domain.errors import StoreError
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.run import Run

ECHO = OpRef("script", "/project", "", "", "echo.py")


def made(store: DirectoryRunStore, label: str = "x") -> Run:
    run = store.create(RunDraft(id=RunId("aaa"), opref=ECHO, attrs={"label": label}))
    store.locks.release(run)
    return run


def linked(store: DirectoryRunStore, elsewhere: Path, target: str | Path) -> Run:
    """A run that is a link in the store; what it leads to is moved to `elsewhere`."""
    run = made(store)
    elsewhere.parent.mkdir(parents=True, exist_ok=True)
    os.rename(run.path, elsewhere)
    os.symlink(target, run.path)
    return store.get("aaa")


def test_deleting_a_run_again_leaves_its_name_in_the_trash(
    store: DirectoryRunStore, warnings: list[str]
) -> None:
    run = made(store)

    assert store.delete([run, run]) == [run]
    assert store.delete([run]) == []
    assert store.ids(deleted=True) == ["aaa"]
    assert warnings == []


def test_an_earlier_run_of_the_same_id_gets_another_name(
    store: DirectoryRunStore, warnings: list[str]
) -> None:
    store.delete([made(store, "first")])
    store.delete([made(store, "second")])

    assert store.get("aaa", deleted=True).label == "second"
    assert {run.label for run in store.runs(deleted=True)} == {"first", "second"}
    assert len(warnings) == 1


def test_of_two_that_delete_a_run_beside_an_earlier_one_the_slower_changes_nothing(
    store: DirectoryRunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.delete([made(store, "first")])
    run = made(store, "second")
    rename = os.rename  # the slower one is overtaken just before it moves the run
    calls = []

    def overtaken(source: str, target: str) -> None:
        calls.append(source)
        if len(calls) == 2:
            assert store.delete([run]) == [run]
        rename(source, target)

    monkeypatch.setattr(os, "rename", overtaken)

    assert store.delete([run]) == []
    assert store.get("aaa", deleted=True).label == "second"
    assert len(store.ids(deleted=True)) == 2


@pytest.mark.parametrize("target", ["../../elsewhere/run", "{tmp}/elsewhere/run"])
def test_a_linked_run_is_reached_from_the_trash_and_back(
    store: DirectoryRunStore, tmp_path: Path, target: str
) -> None:
    run = linked(store, tmp_path / "elsewhere" / "run", target.format(tmp=tmp_path))

    assert store.delete([run]) == [run]
    assert store.get("aaa", deleted=True).label == "x"
    assert store.ids() == []
    assert len(store.restore(store.runs(deleted=True))) == 1
    assert store.get("aaa").label == "x"
    assert os.readlink(run.path) == target.format(tmp=tmp_path)
    assert store.ids(deleted=True) == []


def test_a_linked_run_is_reached_where_the_runs_are_behind_a_link(
    store: DirectoryRunStore, tmp_path: Path
) -> None:
    (tmp_path / "disk" / "deep" / "runs").mkdir(parents=True)
    (tmp_path / "home").mkdir()
    os.symlink(tmp_path / "disk" / "deep" / "runs", tmp_path / "home" / "runs")
    run = linked(store, tmp_path / "disk" / "kept" / "run", "../../kept/run")

    store.delete([run])

    assert store.get("aaa", deleted=True).label == "x"


def test_a_linked_run_does_not_replace_a_link_in_the_trash(
    store: DirectoryRunStore, tmp_path: Path
) -> None:
    store.delete([linked(store, tmp_path / "one", tmp_path / "one")])
    store.delete([linked(store, tmp_path / "two", tmp_path / "two")])

    assert len(store.ids(deleted=True)) == 2
    assert os.readlink(f"{store.home}/trash/runs/aaa") == str(tmp_path / "two")


def test_a_deletion_of_a_link_that_was_cut_short_is_finished_by_the_next(
    store: DirectoryRunStore, tmp_path: Path, warnings: list[str]
) -> None:
    run = linked(store, tmp_path / "one", tmp_path / "one")
    os.makedirs(f"{store.home}/trash/runs")
    os.symlink(tmp_path / "one", f"{store.home}/trash/runs/aaa")

    assert store.delete([run]) == [run]
    assert (store.ids(), store.ids(deleted=True), warnings) == ([], ["aaa"], [])


def test_a_removal_that_was_cut_short_is_finished_by_the_next(
    store: DirectoryRunStore, monkeypatch: pytest.MonkeyPatch, warnings: list[str]
) -> None:
    run = made(store)
    with monkeypatch.context() as patch:
        patch.setattr("guild.adapters.fsstore.trash.remove_tree", _killed)
        with pytest.raises(KeyboardInterrupt):
            store.delete([run], permanent=True)

    assert (store.ids(), store.ids(deleted=True)) == ([], [])
    assert os.listdir(f"{store.home}/trash")[0].startswith("deleting-aaa-")
    assert store.purge([]) == []
    assert os.listdir(f"{store.home}/trash") == []
    assert warnings == []


def test_a_removal_removes_nothing_else_of_the_trash(store: DirectoryRunStore) -> None:
    store.delete([made(store)])
    Path(f"{store.home}/trash/mine").mkdir()

    store.purge([])

    assert sorted(os.listdir(f"{store.home}/trash")) == ["mine", "runs"]
    assert store.ids(deleted=True) == ["aaa"]


def test_a_link_that_a_removal_left_is_removed_and_not_what_it_leads_to(
    store: DirectoryRunStore, tmp_path: Path
) -> None:
    linked(store, tmp_path / "elsewhere", tmp_path / "elsewhere")
    os.makedirs(f"{store.home}/trash")
    os.rename(f"{store.home}/runs/aaa", f"{store.home}/trash/deleting-aaa-1")

    store.purge([])

    assert os.listdir(f"{store.home}/trash") == []
    assert (tmp_path / "elsewhere/.guild/opref").exists()


def test_what_a_removal_left_and_can_not_be_removed_is_told_and_stops_nothing(
    store: DirectoryRunStore, monkeypatch: pytest.MonkeyPatch, warnings: list[str]
) -> None:
    for name in ("deleting-one-1", "deleting-two-2"):
        os.makedirs(f"{store.home}/trash/{name}")
    store.delete([made(store)])
    monkeypatch.setattr("guild.adapters.fsstore.trash.remove_tree", _refused_one)

    assert len(store.purge(store.runs(deleted=True))) == 1
    assert sorted(os.listdir(f"{store.home}/trash")) == ["deleting-one-1", "runs"]
    assert warnings == ["cannot delete it"]


def test_of_two_that_move_a_linked_run_to_and_fro_neither_loses_it(
    store: DirectoryRunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = linked(store, tmp_path / "elsewhere", tmp_path / "elsewhere")
    symlink = os.symlink  # the one that deletes is overtaken once its link is in the trash

    def overtaken(text: str, target: str) -> None:
        symlink(text, target)
        monkeypatch.setattr(os, "symlink", symlink)
        assert len(store.restore(store.runs(deleted=True))) == 1

    monkeypatch.setattr(os, "symlink", overtaken)

    store.delete([run])

    assert [*store.ids(), *store.ids(deleted=True)] == ["aaa"]


def _killed(_path: str) -> None:
    raise KeyboardInterrupt


def _refused_one(path: str) -> None:
    if path.endswith("-one-1"):
        raise StoreError("cannot delete it")
    shutil.rmtree(path)
