"""Starting pipelines again."""

from __future__ import annotations

from pathlib import Path

import pytest

from guild.app.run_plan import Finished
from guild.app.step_restart import RESTARTED_BATCH_FLAGS, RestartedBatchFlags
from guild.domain.errors import GuildError
from guild.domain.status import Status
from tests.unit.app.pipelineworld import PipelineWorld, operation, pipeline


@pytest.fixture
def world(tmp_path: Path) -> PipelineWorld:
    world = PipelineWorld(
        tmp_path, operation("ok", n=1), pipeline("p", "ok n=1", "ok n=${n}", n=2)
    )
    world.launcher.statuses = [0, 1]
    world.do("p")
    assert world.parent.status is Status.ERROR
    return world


def test_all_steps_are_started_again_in_their_runs(world: PipelineWorld) -> None:
    before = [world.step_run(link).id for link in ("ok", "ok_2")]

    outcome = world.again("n=3")

    assert isinstance(outcome, Finished)
    assert outcome.exit_status == 0
    assert [world.step_run(link).id for link in ("ok", "ok_2")] == before
    assert world.said == [f"restarting ok: {before[0]} n=1", f"restarting ok: {before[1]} n=3"]
    assert world.step_run("ok_2").flags["n"] == 3
    assert world.linked() == ["ok", "ok_2"]
    assert "running" not in world.output()


def test_with_needed_what_completed_is_left_alone(world: PipelineWorld) -> None:
    first, second = world.step_run("ok"), world.step_run("ok_2")

    world.again(needed=True)

    assert world.said == [
        f"restarting ok: {first.id} --needed n=1",
        f"restarting ok: {second.id} n=2",
    ]
    assert world.step_run("ok").started == first.started
    assert world.parent.status is Status.COMPLETED
    assert world.output().splitlines()[1] == (
        "Skipping run because flags have not changed (--needed specified)"
    )


def test_with_needed_a_pipeline_that_was_stopped_goes_on(tmp_path: Path) -> None:
    world = PipelineWorld(tmp_path, operation("ok", n=1), pipeline("p", "ok n=1", "ok n=2"))
    world.launcher.statuses = [0, -15]
    world.do("p")
    assert world.store.get("run1").status is Status.TERMINATED
    first, second = world.step_run("ok"), world.step_run("ok_2")

    world.again(needed=True)

    assert world.said == [
        f"restarting ok: {first.id} --needed n=1",
        f"restarting ok: {second.id} n=2",
    ]
    assert world.parent.status is Status.COMPLETED


def test_a_pipeline_that_was_stopped_makes_no_other_unneeded(tmp_path: Path) -> None:
    world = PipelineWorld(tmp_path, operation("ok", n=1), pipeline("p", "ok n=1"))
    world.launcher.statuses = [-15]
    world.do("p")

    assert isinstance(world.do("p", needed=True), Finished)


def test_needed_of_a_step_and_of_the_pipeline_go_together(tmp_path: Path) -> None:
    world = PipelineWorld(tmp_path, operation("ok", n=1), pipeline("p", "ok n=${n} --needed", n=1))
    world.do("p")
    run = world.step_run("ok").id

    world.again("n=2", needed=True)

    assert world.said == [f"restarting ok: {run} --needed n=2"]
    assert world.step_run("ok").flags["n"] == 2


def test_a_step_whose_flags_stay_does_without_the_project(world: PipelineWorld) -> None:
    world.catalog.operations["ok"] = operation("ok", n=1, new=5)
    world.again()
    assert dict(world.step_run("ok").flags) == {"n": 1}

    del world.catalog.operations["ok"]
    world.again()
    assert world.parent.status is Status.COMPLETED


def test_needed_is_not_remembered(world: PipelineWorld) -> None:
    world.again(needed=True)
    world.again()

    assert not any("--needed" in line for line in world.said)


def test_a_link_that_was_removed_leaves_its_run_alone(world: PipelineWorld) -> None:
    old = world.step_run("ok")
    (Path(world.parent.path) / "ok").unlink()

    world.again()

    assert world.step_run("ok").id != old.id
    assert world.store.get(old.id).status is Status.COMPLETED
    assert world.said[0] == "running ok: ok n=1"


def test_something_else_in_place_of_a_link_is_an_error(world: PipelineWorld) -> None:
    link = Path(world.parent.path) / "ok"
    link.unlink()
    link.write_text("mine")

    with pytest.raises(GuildError, match=f"^unexpected step run link {link}: expected symlink$"):
        world.again()

    assert world.said == []
    assert link.read_text() == "mine"
    assert world.parent.status is Status.ERROR


def test_source_is_taken_anew_only_if_that_is_said(world: PipelineWorld) -> None:
    world.kept.copies.clear()

    world.again()
    assert world.kept.copies == []

    world.again(force_sourcecode=True)
    first = world.step_run("ok").id
    assert world.said[0] == f"restarting ok: {first} --force-sourcecode n=1"
    assert ("/project", first) in world.kept.copies


def test_steps_stay_as_they_were_unless_taken_anew(world: PipelineWorld) -> None:
    world.catalog.operations["p"] = pipeline("p", "ok n=9", n=2)

    world.again("n=4")
    assert len(world.said) == 2

    world.again(force_sourcecode=True)
    assert world.said == [f"restarting ok: {world.step_run('ok').id} --force-sourcecode n=9"]


# Batches.


def batch_world(home: Path) -> PipelineWorld:
    world = PipelineWorld(home, operation("ok", n=1, x=0), pipeline("p", "ok n=[1,2]"))
    world.do("p")
    return world


def test_a_batch_is_the_same_and_its_trials_are_new(tmp_path: Path) -> None:
    world = batch_world(tmp_path)
    batch = world.step_run("ok")

    world.again()

    assert world.step_run("ok").id == batch.id
    assert world.said[0] == f"restarting ok: {batch.id} n=[1, 2]"
    assert len(world.batches.trials(batch)) == 4


@pytest.mark.parametrize(
    ("policy", "flags"),
    [
        (RestartedBatchFlags.OF_PROJECT, {"n": 1, "x": 0, "y": 5}),
        (RestartedBatchFlags.AS_BEFORE, {"n": 1, "x": 0}),
    ],
)
def test_flags_that_are_new_in_the_project(
    tmp_path: Path, policy: RestartedBatchFlags, flags: dict[str, int]
) -> None:
    world = batch_world(tmp_path)
    world.policy = policy
    world.catalog.operations["ok"] = operation("ok", n=1, x=0, y=5)

    world.again()

    trials = world.batches.trials(world.step_run("ok"))
    assert dict(trials[2].flags) == flags


@pytest.mark.parametrize("policy", RestartedBatchFlags)
def test_source_that_is_taken_anew_has_its_own_flags(
    tmp_path: Path, policy: RestartedBatchFlags
) -> None:
    world = batch_world(tmp_path)
    world.policy = policy
    world.catalog.operations["ok"] = operation("ok", n=1, y=5)

    world.again(force_sourcecode=True)

    trials = world.batches.trials(world.step_run("ok"))
    assert "y" in trials[2].flags


def test_the_prior_systems_way_counts() -> None:
    assert RESTARTED_BATCH_FLAGS is RestartedBatchFlags.OF_PROJECT
