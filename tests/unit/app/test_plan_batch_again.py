"""What batches that are there come to, when they are asked for again."""

from __future__ import annotations

from pathlib import Path

import pytest

from guild.app.batch_plan import BatchPlan
from guild.domain.errors import DamagedRun, GuildError
from tests.unit.app.batchworld import BatchWorld, Optimizer, operation


@pytest.fixture
def world(tmp_path: Path) -> BatchWorld:
    return BatchWorld(tmp_path, operation(x=1, y=2.0, z="a"), operation("tune.py", step=1))


def points(plan: BatchPlan) -> list[dict[str, object]]:
    return [dict(point) for point in plan.batch.points]


def test_needed_is_met_by_a_batch_that_is_like_it(world: BatchWorld) -> None:
    from guild.app.outcomes import Skipped

    world.run("echo.py", "x=[1,2]", run_id="aaa")

    skipped = world.plan("echo.py", "x=[1,2]", needed=True)

    assert isinstance(skipped, Skipped)
    assert [run.id for run in skipped.matches] == ["aaa"]
    world.batch("echo.py", "x=[1,2,3]", needed=True)
    world.batch("tune.py", "step=[1,2]", needed=True)
    world.batch("echo.py", "x=[1,2]", optimizer="random", needed=True)
    world.batch("echo.py", "x=[1,2]")


def test_a_failed_batch_does_not_meet_a_need(world: BatchWorld) -> None:
    world.launcher.status = 1
    world.run("echo.py", "x=[1,2]", fail_on_trial_error=True)

    world.batch("echo.py", "x=[1,2]", needed=True)


def test_a_batch_is_started_again_as_it_was(world: BatchWorld) -> None:
    world.run(
        "echo.py",
        "x=[1:9]",
        run_id="aaa",
        optimizer="gp",
        opt_flags=("random-starts=2",),
        max_trials=2,
        maximize="a",
        batch_label="mine",
        random_seed=7,
    )

    plan = world.batch(restart="aaa")

    assert plan.run.restart is not None
    assert plan.template is not None
    assert dict(plan.run.flags) == {"prev-trials": "batch", "random-starts": 2}
    assert dict(plan.trial.flags) == {"x": "[1:9]", "y": 2.0, "z": "a"}
    assert (plan.max_trials, plan.objective.format()) == (2, "-a")
    assert (plan.run.label, plan.run.random_seed, plan.shown_as) == ("mine", 7, "skopt:gp")


def test_what_is_said_anew_counts_when_a_batch_is_started_again(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1:9]", run_id="aaa", optimizer="gp", max_trials=2, maximize="a")

    plan = world.batch(
        "x=[1:5]",
        restart="aaa",
        opt_flags=("random-starts=3",),
        max_trials=4,
        minimize="b",
        batch_label="new",
        random_seed=8,
    )

    assert dict(plan.trial.flags)["x"] == "[1:5]"
    assert plan.renewed
    assert dict(plan.run.flags)["random-starts"] == 3
    assert (plan.max_trials, plan.objective.format()) == (4, "b")
    assert (plan.run.label, plan.run.random_seed) == ("new", 8)


def test_rows_are_kept_for_another_start(world: BatchWorld, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("x,y\n10,11\n20,21\n")
    world.run("echo.py", "@rows.csv", "y=12", run_id="aaa")

    again = world.batch(restart="aaa")
    changed = world.batch("z=b", "y=13", restart="aaa")

    assert points(again) == [
        {"x": 10, "y": 12, "z": "a"},
        {"x": 20, "y": 12, "z": "a"},
    ]
    assert points(changed) == [
        {"x": 10, "y": 13, "z": "b"},
        {"x": 20, "y": 13, "z": "b"},
    ]


def test_a_completed_batch_is_not_needed_again(world: BatchWorld) -> None:
    from guild.app.outcomes import Unchanged

    world.run("echo.py", "x=[1,2]", run_id="aaa")

    assert isinstance(world.plan(restart="aaa", needed=True), Unchanged)
    assert world.batch("x=[1,2,3]", restart="aaa", needed=True).needed


def test_another_batch_like_one(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1,2]", run_id="aaa", max_trials=1)

    plan = world.batch("y=[3,4]", proto="aaa")

    assert (plan.run.restart, plan.template, plan.max_trials) == (None, None, 1)
    assert plan.trial.proto is not None
    assert points(plan) == [{"x": [1, 2], "y": [3, 4], "z": "a"}]


def test_a_batch_whose_template_is_gone_cannot_be_started(
    world: BatchWorld, tmp_path: Path
) -> None:
    world.run("echo.py", "x=[1,2]", run_id="aaa")
    (tmp_path / "runs/aaa/.guild/proto/.guild/opref").unlink()

    for option in ("restart", "proto"):
        with pytest.raises(DamagedRun, match="what the trials of run aaa are made of"):
            world.plan(**{option: "aaa"})


def test_an_optimizer_that_is_no_longer_installed_is_named(world: BatchWorld) -> None:
    world.optimizers["mine"] = Optimizer("mine", sequential=True)
    world.run("echo.py", "x=[1:9]", run_id="aaa", optimizer="mine", max_trials=1)
    del world.optimizers["mine"]

    with pytest.raises(GuildError, match="cannot find optimizer 'mine'"):
        world.plan(restart="aaa")
    with pytest.raises(GuildError, match="cannot find optimizer 'mine'"):
        world.plan(proto="aaa")


def test_a_batch_with_an_optimizer_of_a_package_is_started_again(world: BatchWorld) -> None:
    world.optimizers["mine"] = Optimizer("mine", sequential=True)
    world.run("echo.py", "x=[1:9]", run_id="aaa", optimizer="mine", max_trials=1)

    plan = world.batch(restart="aaa")

    assert (plan.program, plan.shown_as, plan.max_trials) == (False, "mine", 1)


def test_a_batch_of_an_operation_is_started_again_with_it(world: BatchWorld) -> None:
    plan = world.batch("echo.py", "x=[1,2]", optimizer="tune.py", run_id="aaa")
    world.carry_out(plan)

    again = world.batch(restart="aaa")
    changed = world.batch(restart="aaa", opt_flags=("step=5",))

    assert (again.program, again.shown_as, dict(again.run.flags)) == (True, "tune.py", {"step": 1})
    assert dict(changed.run.flags) == {"step": 5}


def test_a_batch_like_one_has_the_same_optimizer(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1,2]", run_id="aaa", keep_batch=True)

    with pytest.raises(GuildError, match="run aaa is a batch with an optimizer of its own"):
        world.batch(proto="aaa", optimizer="random")
