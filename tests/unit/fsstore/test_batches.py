"""Batches as directories."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path

import pytest

from guild.adapters.fsstore.batches import DirectoryBatches
from guild.adapters.fsstore.store import DirectoryRunStore
from guild.domain.draft import RunDraft
from guild.domain.errors import GuildError, StoreError
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.run import Run

OPREF = OpRef("script", "/p", "", "", "train.py")


@pytest.fixture
def batches(store: DirectoryRunStore) -> DirectoryBatches:
    return DirectoryBatches(store, nullcontext)


@pytest.fixture
def batch(store: DirectoryRunStore) -> Run:
    return made(store, "batch")


def made(store: DirectoryRunStore, run_id: str, *, path: Path | None = None, time: int = 1) -> Run:
    attrs = {"initialized": time, "flags": {"x": time}}
    where = None if path is None else str(path)
    draft = RunDraft(id=RunId(run_id), opref=OPREF, attrs=attrs, path=where)
    run = store.create(draft)
    store.locks.release(run)
    return run


def ids(runs: list[Run]) -> list[str]:
    return [run.id for run in runs]


def test_trials_are_linked_beside_each_other(
    batches: DirectoryBatches, store: DirectoryRunStore, batch: Run
) -> None:
    batches.link(batch, made(store, "aaa"))

    assert os.readlink(f"{batch.path}/aaa") == "../aaa"
    assert ids(batches.trials(batch)) == ["aaa"]


def test_links_go_along_when_the_home_is_moved(
    batches: DirectoryBatches, store: DirectoryRunStore, batch: Run, tmp_path: Path
) -> None:
    batches.link(batch, made(store, "aaa"))

    (tmp_path / "home").rename(tmp_path / "moved")

    assert (tmp_path / "moved/runs/batch/aaa/.guild/opref").is_file()


def test_a_trial_or_a_batch_elsewhere_is_linked_by_its_path(
    batches: DirectoryBatches, store: DirectoryRunStore, batch: Run, tmp_path: Path
) -> None:
    trial = made(store, "aaa", path=tmp_path / "elsewhere/aaa")
    other_batch = made(store, "bbb", path=tmp_path / "elsewhere/bbb")
    other_trial = made(store, "ccc")

    batches.link(batch, trial)
    batches.link(other_batch, other_trial)

    assert os.readlink(f"{batch.path}/aaa") == trial.path
    assert os.readlink(f"{other_batch.path}/ccc") == other_trial.path
    assert ids(batches.trials(batch)) == ["aaa"]
    assert ids(batches.trials(other_batch)) == ["ccc"]


def test_to_link_again_changes_nothing(
    batches: DirectoryBatches, store: DirectoryRunStore, batch: Run
) -> None:
    trial = made(store, "aaa")
    batches.link(batch, trial)

    batches.link(batch, trial)

    assert ids(batches.trials(batch)) == ["aaa"]


def test_a_link_that_cannot_be_made(
    batches: DirectoryBatches, store: DirectoryRunStore, batch: Run
) -> None:
    trial = made(store, "aaa")
    store.delete([batch], permanent=True)

    with pytest.raises(StoreError, match="cannot link"):
        batches.link(batch, trial)


def test_trials_are_told_oldest_first(
    batches: DirectoryBatches, store: DirectoryRunStore, batch: Run
) -> None:
    for run_id, time in (("bbb", 3), ("aaa", 2), ("ccc", 1)):
        batches.link(batch, made(store, run_id, time=time))

    assert ids(batches.trials(batch)) == ["ccc", "aaa", "bbb"]
    assert ids(batches.trials(batch, but=[RunId("aaa"), RunId("nope")])) == ["ccc", "bbb"]


def test_what_else_is_in_the_directory_is_no_trial(
    batches: DirectoryBatches, store: DirectoryRunStore, batch: Run, tmp_path: Path
) -> None:
    batches.link(batch, made(store, "aaa"))
    (tmp_path / "no run").mkdir()
    inside = Path(batch.path)
    (inside / "file").write_text("")
    (inside / "directory/.guild").mkdir(parents=True)
    (inside / "directory/.guild/opref").write_text(OPREF.format())
    (inside / "to a directory").symlink_to(tmp_path / "no run")
    (inside / "to nothing").symlink_to(tmp_path / "nothing")
    (inside / "to itself").symlink_to("to itself")
    (inside / "latest").symlink_to("../aaa")

    assert ids(batches.trials(batch)) == ["aaa"]


def test_deleted_trials_are_none_until_they_are_restored(
    batches: DirectoryBatches, store: DirectoryRunStore, batch: Run
) -> None:
    trial = made(store, "aaa")
    batches.link(batch, trial)

    store.delete([trial])
    assert batches.trials(batch) == []

    store.restore([store.get("aaa", deleted=True)])
    assert ids(batches.trials(batch)) == ["aaa"]


def test_trials_of_a_batch_that_is_gone(
    batches: DirectoryBatches, store: DirectoryRunStore, batch: Run
) -> None:
    store.delete([batch], permanent=True)

    with pytest.raises(GuildError):
        batches.trials(batch)


def test_trials_are_found_in_a_home_behind_a_link(
    store: DirectoryRunStore, batch: Run, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to("home")
    linked = DirectoryRunStore(home=str(tmp_path / "link"), locks=store.locks)
    batches = DirectoryBatches(linked, nullcontext)
    made(store, "aaa")
    batches.link(linked.get("batch"), linked.get("aaa"))

    (trial,) = batches.trials(linked.get("batch"))

    assert os.readlink(f"{batch.path}/aaa") == "../aaa"
    assert trial == linked.get("aaa")


def test_a_batch_has_a_template(
    batches: DirectoryBatches, store: DirectoryRunStore, batch: Run
) -> None:
    assert batches.template(batch) is None

    made(store, "proto", path=Path(batches.template_path(batch)), time=7)

    template = batches.template(batch)
    assert template is not None
    assert template.flags == {"x": 7}
    assert store.get("batch").proto == OPREF
    assert ids(store.runs()) == ["batch"]


def test_a_template_that_is_no_run_is_none(batches: DirectoryBatches, batch: Run) -> None:
    os.makedirs(batches.template_path(batch))

    assert batches.template(batch) is None
