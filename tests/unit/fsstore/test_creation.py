"""A creation that fails, or was cut short, does not take an id away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from guild.adapters.fsstore.store import DirectoryRunStore
from guild.domain.draft import RunDraft
from guild.domain.errors import GuildError, RunExists, StoreError
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.run import Run

ECHO = OpRef("script", "/project", "", "", "echo.py")


def draft(path: str | None = None, **attrs: object) -> RunDraft:
    return RunDraft(id=RunId("left"), opref=ECHO, attrs=attrs, path=path)


def leave(store: DirectoryRunStore, *files: str) -> Path:
    """A run directory that was never finished, with these files."""
    run_dir = Path(store.home) / "runs" / "left"
    (run_dir / ".guild" / "attrs").mkdir(parents=True)
    for name in files:
        (run_dir / name).write_text("dead")
    return run_dir


@pytest.mark.parametrize(
    "files",
    [
        (),
        (".guild/LOCK", ".guild/PENDING", ".guild/attrs/label", ".guild/attrs/x.1f~"),
        (".guild/LOCK.9f~",),
    ],
)
def test_what_a_creation_left_is_used_again(
    store: DirectoryRunStore, files: tuple[str, ...]
) -> None:
    leave(store, *files)

    run = store.create(draft(initialized=5))

    assert store.get("left").initialized == 5
    assert store.get("left").label == ""
    assert store.attrs(run) == {"initialized": 5}


def test_an_empty_directory_is_used(store: DirectoryRunStore) -> None:
    os.makedirs(f"{store.home}/runs/left")

    assert store.create(draft()).id == "left"


def test_a_run_that_is_being_made_exists(store: DirectoryRunStore) -> None:
    run_dir = leave(store)
    (run_dir / ".guild" / "LOCK").write_text("alive")

    with pytest.raises(RunExists):
        store.create(draft())
    assert (run_dir / ".guild" / "LOCK").read_text() == "alive"


@pytest.mark.parametrize("name", ["train.py", ".guild/manifest"])
def test_a_directory_with_anything_else_is_left_alone(store: DirectoryRunStore, name: str) -> None:
    run_dir = leave(store, name)

    with pytest.raises(GuildError, match="exists and is not a run\nRemove it"):
        store.create(draft())
    assert (run_dir / name).read_text() == "dead"
    assert not (run_dir / ".guild" / "LOCK").exists()


def test_a_file_in_the_place_of_a_run_is_left_alone(store: DirectoryRunStore) -> None:
    os.makedirs(f"{store.home}/runs")
    Path(f"{store.home}/runs/left").write_text("mine")

    with pytest.raises(GuildError, match="exists and is not a run"):
        store.create(draft())


def test_a_failed_creation_leaves_nothing(store: DirectoryRunStore) -> None:
    with pytest.raises(GuildError, match="cannot write"):
        store.create(draft(label=object()))

    assert os.listdir(f"{store.home}/runs") == []
    assert store.create(draft()).id == "left"


def test_a_failed_creation_gives_up_what_it_found(store: DirectoryRunStore) -> None:
    leave(store)

    with pytest.raises(GuildError, match="cannot write"):
        store.create(draft(label=object()))

    assert store.create(draft()).id == "left"


def test_a_failed_creation_leaves_the_directory_it_was_given(
    store: DirectoryRunStore, tmp_path: Path
) -> None:
    given = tmp_path / "given"
    given.mkdir()
    (given / "mine").write_text("mine")

    with pytest.raises(GuildError, match="cannot write"):
        store.create(draft(str(given), label=object()))

    assert os.listdir(given) == ["mine"]


def test_a_failed_creation_removes_the_directory_it_made(
    store: DirectoryRunStore, tmp_path: Path
) -> None:
    with pytest.raises(GuildError, match="cannot write"):
        store.create(draft(str(tmp_path / "new"), label=object()))

    assert not (tmp_path / "new").exists()


def test_a_creation_that_fails_removes_nothing_of_another_that_follows(
    store: DirectoryRunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = os.rename  # the one that failed is overtaken once its directory is out of the way
    made = []

    def overtaken(source: str, target: str) -> None:
        rename(source, target)
        if source.endswith("/left"):
            monkeypatch.setattr(os, "rename", rename)
            made.append(store.create(draft(initialized=7)))

    monkeypatch.setattr(os, "rename", overtaken)

    with pytest.raises(GuildError, match="cannot write"):
        store.create(draft(label=object()))

    assert [run.id for run in made] == ["left"]
    assert store.get("left").initialized == 7
    assert os.listdir(f"{store.home}/runs") == ["left"]


def test_a_claim_that_fails_removes_nothing_of_another_that_makes_the_run(
    store: DirectoryRunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = store.locks.claim

    def overtaken(run: Run) -> None:
        monkeypatch.setattr(store.locks, "claim", claim)
        store.create(draft(initialized=7))
        raise StoreError("the disk is full")

    monkeypatch.setattr(store.locks, "claim", overtaken)

    with pytest.raises(StoreError, match="the disk is full"):
        store.create(draft())

    assert store.get("left").initialized == 7
