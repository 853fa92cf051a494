"""When something to run is a batch, and of what."""

from __future__ import annotations

from pathlib import Path

import pytest

from guild.app.batch_plan import BatchPlan
from guild.domain.choice import Choice
from guild.domain.errors import DamagedRun, GuildError, UnknownFlag
from guild.domain.flags import FlagDef
from tests.unit.app.batchworld import BatchWorld, Optimizer, operation


@pytest.fixture
def world(tmp_path: Path) -> BatchWorld:
    return BatchWorld(tmp_path, operation(x=1, y=2.0, z="a"), operation("tune.py", step=1))


def points(plan: BatchPlan) -> list[dict[str, object]]:
    return [dict(point) for point in plan.points]


# Which optimizer.


@pytest.mark.parametrize(
    ("word", "shown"),
    [("x=[1,2]", "+"), ("x=[]", "+"), ("x=range[1:3]", "+"), ("x=[1:3]", "skopt:random")],
)
def test_flags_imply_an_optimizer(world: BatchWorld, word: str, shown: str) -> None:
    assert world.batch("echo.py", word).shown_as == shown


def test_defaults_imply_an_optimizer(tmp_path: Path) -> None:
    world = BatchWorld(tmp_path, operation(x=[1, 2]), operation("b.py", x="uniform[0:1]"))

    assert world.batch("echo.py").is_grid
    assert world.batch("b.py").shown_as == "skopt:random"


def test_a_default_that_only_looks_like_a_function_implies_nothing(tmp_path: Path) -> None:
    world = BatchWorld(tmp_path, operation(x="std::array[0:1]", y="path[a:b]"))

    world.single("echo.py")


def test_a_function_that_is_not_known_is_an_error_where_the_user_gives_it(
    world: BatchWorld,
) -> None:
    with pytest.raises(GuildError, match=r"unknown function 'path' used for flag z"):
        world.plan("echo.py", "z=path[a:b]")


def test_the_named_optimizer_counts(world: BatchWorld) -> None:
    plan = world.batch("echo.py", "x=[1,2]", optimizer="gp")

    assert plan.shown_as == "skopt:gp"
    assert plan.run.opref.format() == "builtin:guildai 1.2 skopt gp"
    assert plan.run.name == "echo.py+skopt:gp"
    assert plan.sequential


def test_optimize_is_the_optimizer_that_is_the_default(world: BatchWorld) -> None:
    assert world.batch("echo.py", "x=[1,2]", optimize=True).shown_as == "skopt:gp"


def test_a_grid_of_one_is_a_batch_where_it_is_asked_for(world: BatchWorld) -> None:
    assert points(world.batch("echo.py", optimizer="+")) == [{"x": 1, "y": 2.0, "z": "a"}]


def test_an_operation_may_be_the_optimizer(world: BatchWorld) -> None:
    plan = world.batch("echo.py", "x=[1,2]", optimizer="tune.py", opt_flags=("step=3",))

    assert (plan.program, plan.shown_as, plan.trial_count) == (True, "tune.py", None)
    assert dict(plan.run.flags) == {"step": 3}
    assert dict(plan.trial.flags)["x"] == [1, 2]
    with pytest.raises(UnknownFlag, match="'nope'"):
        world.plan("echo.py", optimizer="tune.py", opt_flags=("nope=3",))


def test_an_optimizer_that_is_not_there(world: BatchWorld) -> None:
    with pytest.raises(GuildError, match="cannot find optimizer 'nope'"):
        world.plan("echo.py", "x=[1,2]", optimizer="nope")


# Batch files.


def test_rows_count_more_than_the_operation_and_less_than_the_user(
    world: BatchWorld, tmp_path: Path
) -> None:
    (tmp_path / "rows.csv").write_text("x,y\n10,11\n20\n")

    plan = world.batch("echo.py", "@rows.csv", "y=12")

    assert points(plan) == [
        {"x": 10, "y": 12, "z": "a"},
        {"x": 20, "y": 12, "z": "a"},
    ]


def test_lists_in_rows_and_of_the_user_make_grids(world: BatchWorld, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text('x\n"[1,2]"\n3\n')

    plan = world.batch("echo.py", "@rows.csv", "z=[a,b]")

    assert plan.trial_count == 6
    assert [(each["x"], each["z"]) for each in world.runner().planned(plan)] == [
        (1, "a"),
        (1, "b"),
        (2, "a"),
        (2, "b"),
        (3, "a"),
        (3, "b"),
    ]


def test_one_row_makes_no_batch(world: BatchWorld, tmp_path: Path) -> None:
    (tmp_path / "row.csv").write_text("x,y\n10,11\n")

    plan = world.single("echo.py", "@row.csv", "y=12")

    assert dict(plan.flags) == {"x": 10, "y": 12, "z": "a"}
    assert dict(plan.user_flags) == {"x": 10, "y": 12}


def test_a_list_in_the_only_row_makes_a_batch(world: BatchWorld, tmp_path: Path) -> None:
    (tmp_path / "row.csv").write_text('x\n"[1,2]"\n')

    assert world.batch("echo.py", "@row.csv").trial_count == 2


def test_rows_of_several_files_are_one_after_another(world: BatchWorld, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x\n1\n")
    (tmp_path / "b.json").write_text('[{"x": 2}, {"x": 3}]')

    plan = world.batch("echo.py", "@b.json", "@a.csv")

    assert [point["x"] for point in plan.points] == [2, 3, 1]


def test_rows_may_name_flags_that_the_operation_does_not_have(
    world: BatchWorld, tmp_path: Path
) -> None:
    (tmp_path / "rows.csv").write_text("new\n1\n2\n")
    (tmp_path / "row.csv").write_text("new\n1\n")

    plan = world.batch("echo.py", "@rows.csv", "other=3")
    single = world.single("echo.py", "@row.csv", "other=3")

    assert [(point["new"], point["other"]) for point in plan.points] == [(1, 3), (2, 3)]
    assert (single.flags["new"], single.flags["other"]) == (1, 3)


def test_an_alias_is_the_flag_in_a_batch_of_rows(tmp_path: Path) -> None:
    flags = (FlagDef(name="x", alias="ex", default=1), FlagDef(name="y", default=2))
    world = BatchWorld(tmp_path, operation().replaced(flags=flags))
    (tmp_path / "rows.csv").write_text("y\n3\n4\n")

    plan = world.batch("echo.py", "@rows.csv", "ex=5")

    assert points(plan) == [{"x": 5, "y": 3}, {"x": 5, "y": 4}]


def test_rows_are_for_grids(world: BatchWorld, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("x\n1\n2\n")

    with pytest.raises(GuildError, match="batch files cannot be used with optimizer 'skopt:gp'"):
        world.plan("echo.py", "@rows.csv", "y=[1:2]", optimizer="gp")


# Flags and options of the optimizer.


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
    assert world.batch("echo.py", optimizer="+").trial_count == 1


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
    assert world.batch("echo.py", "x=[1:9]", **options).trial_count == count


def test_a_grid_has_no_limit_unless_one_is_given(world: BatchWorld) -> None:
    assert world.batch("echo.py", "x=range[1:100]").trial_count == 100
    assert world.batch("echo.py", "x=range[1:100]", max_trials=7).trial_count == 7


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


# What is no batch.


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"max_trials": 3}, "max-trials"),
        ({"minimize": "a"}, "minimize"),
        ({"maximize": "a"}, "maximize"),
        ({"stage_trials": True}, "stage-trials"),
        ({"fail_on_trial_error": True}, "fail-on-trial-error"),
        ({"jobs": 2}, "jobs"),
    ],
)
def test_options_for_batches_are_ignored_aloud(
    world: BatchWorld, options: dict[str, object], name: str
) -> None:
    world.single("echo.py", "x=3", **options)

    assert world.warnings == [f"not a batch run - ignoring --{name}"]


def test_a_comment_for_a_batch_is_ignored_aloud(world: BatchWorld) -> None:
    world.single("echo.py", batch_comment="c")

    assert world.warnings == ["operation is not a batch - ignoring batch comment"]


def test_a_run_as_it_was_may_not_become_several(world: BatchWorld) -> None:
    world.starter()(world.single("echo.py", run_id="aaa"))

    with pytest.raises(GuildError, match="cannot restart run aaa with several values"):
        world.plan("x=[1,2]", restart="aaa")

    assert world.batch("x=[1,2]", proto="aaa").trial_count == 2


# Batches that are there.


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
