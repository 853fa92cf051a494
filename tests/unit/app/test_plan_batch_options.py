"""Flags and options of batches."""

from __future__ import annotations

from pathlib import Path

import pytest

from guild.app.batch_plan import BatchPlan
from guild.domain.choice import Choice
from guild.domain.errors import GuildError
from guild.domain.flagdef import FlagDef
from tests.unit.app.batchworld import BatchWorld, operation


@pytest.fixture
def world(tmp_path: Path) -> BatchWorld:
    return BatchWorld(tmp_path, operation(x=1, y=2.0, z="a"), operation("tune.py", step=1))


def points(plan: BatchPlan) -> list[dict[str, object]]:
    return [dict(point) for point in plan.batch.points]


def test_flags_of_the_optimizer_are_those_of_the_batch(world: BatchWorld) -> None:
    plan = world.batch("echo.py", "x=[1:2]", optimizer="gp", opt_flags=("random-starts=4",))

    assert dict(plan.run.flags) == {"prev-trials": "batch", "random-starts": 4}
    assert dict(plan.run.user_flags) == {"random-starts": 4}
    assert plan.run.label == "prev-trials=batch random-starts=4"
    assert dict(plan.trial.flags) == {"x": "[1:2]", "y": 2.0, "z": "a"}


@pytest.mark.parametrize("word", ["nope=1", "random-starts=many"])
def test_flags_of_the_optimizer_are_checked(world: BatchWorld, word: str) -> None:
    with pytest.raises(GuildError):
        world.plan("echo.py", "x=[1:2]", optimizer="gp", opt_flags=(word,))


def test_flags_for_an_optimizer_need_one(world: BatchWorld) -> None:
    with pytest.raises(GuildError, match=r"invalid optimizer flag foo=1: no optimizer specified"):
        world.plan("echo.py", "x=3", opt_flags=("foo=1",))


def test_an_optimizer_searches_where_definitions_say(tmp_path: Path) -> None:
    flags = (
        FlagDef(name="x", default=0.5, min=0.0, max=1.0),
        FlagDef(name="y", default="b", choices=(Choice(value="a"), Choice(value="b"))),
    )
    world = BatchWorld(tmp_path, operation().replaced(flags=flags))

    assert dict(world.batch("echo.py", optimizer="gp").trial.flags) == {
        "x": "uniform[0.0:1.0:0.5]",
        "y": ["a", "b"],
    }
    assert dict(world.batch("echo.py", "x=0.7", optimizer="gp").trial.flags)["x"] == 0.7
    assert world.batch("echo.py", optimizer="+").batch.size == 1


@pytest.mark.parametrize(
    ("options", "stored"),
    [({}, "loss"), ({"minimize": "a"}, "a"), ({"maximize": "a"}, "-a")],
)
def test_the_objective(world: BatchWorld, options: dict[str, str], stored: str) -> None:
    assert world.batch("echo.py", "x=[1:2]", **options).objective.format() == stored


def test_an_objective_that_makes_no_sense_is_refused_where_it_is_used(world: BatchWorld) -> None:
    with pytest.raises(GuildError, match=r"invalid objective 'a,b': too many columns"):
        world.plan("echo.py", "x=[1:2]", optimizer="gp", minimize="a,b")

    world.batch("echo.py", "x=[1:2]", minimize="a,b")


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ({"optimizer": "gp"}, 20),
        ({"optimizer": "gp", "max_trials": 3}, 3),
        ({"optimizer": "+"}, 1),
        ({}, 20),
        ({"max_trials": 5}, 5),
    ],
)
def test_how_many_trials_there_are(
    world: BatchWorld, options: dict[str, object], count: int
) -> None:
    assert world.batch("echo.py", "x=[1:9]", **options).batch.size == count


def test_a_grid_has_no_limit_unless_one_is_given(world: BatchWorld) -> None:
    assert world.batch("echo.py", "x=range[1:100]").batch.size == 100
    assert world.batch("echo.py", "x=range[1:100]", max_trials=7).batch.size == 7


def test_a_search_needs_a_dimension(world: BatchWorld) -> None:
    with pytest.raises(GuildError, match="do not contain any search dimensions"):
        world.plan("echo.py", optimizer="gp")


def test_trials_of_a_search_that_learns_cannot_be_staged(world: BatchWorld) -> None:
    for name in ("gp", "tune.py"):
        with pytest.raises(GuildError, match="does not support --stage-trials"):
            world.plan("echo.py", "x=[1:2]", optimizer=name, stage_trials=True)

    assert world.batch("echo.py", "x=[1:2]", stage_trials=True).stage_trials


def test_what_is_about_the_batch_is_not_about_its_trials(world: BatchWorld) -> None:
    plan = world.batch(
        "echo.py",
        "x=[1,2]",
        run_id="abc",
        stop_after=2,
        background=True,
        pidfile="pid",
        gpus="0",
        quiet=True,
        label="of trials ${x}",
        tags=("t",),
        comment="c",
        batch_label="of the batch",
        batch_tags=("b",),
        batch_comment="d",
    )

    batch, trial = plan.run.start, plan.trial.start
    assert (batch.run_id, batch.stop_after_s, batch.background) == ("abc", 120, True)
    assert (batch.pidfile, batch.env) == ("/project/pid", {})
    assert (trial.run_id, trial.stop_after_s, trial.background, trial.pidfile) == (
        None,
        None,
        False,
        None,
    )
    assert (trial.env, trial.quiet) == ({"CUDA_VISIBLE_DEVICES": "0"}, True)
    assert (plan.run.label, plan.run.tags, plan.run.comment) == ("of the batch", ("b",), "d")
    assert (plan.trial.label_template, plan.trial.tags, plan.trial.comment) == (
        "of trials ${x}",
        ("t",),
        "c",
    )


@pytest.mark.parametrize(
    ("options", "deleted"),
    [
        ({}, True),
        ({"optimizer": "random"}, True),
        ({"optimizer": "gp"}, False),
        ({"keep_batch": True}, False),
        ({"run_dir": "/elsewhere"}, False),
        ({"optimizer": "tune.py"}, False),
    ],
)
def test_which_batches_are_interim(
    world: BatchWorld, options: dict[str, object], deleted: bool
) -> None:
    assert world.batch("echo.py", "x=[1,2]", **options).run.delete_on_success is deleted
