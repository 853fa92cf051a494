"""When something to run is a batch, and of what."""

from __future__ import annotations

from pathlib import Path

import pytest

from guild.adapters.fsstore.batchfiles import TextBatchFiles
from guild.app.batch_plan import BatchPlan
from guild.domain.choice import Choice
from guild.domain.errors import GuildError, UnknownFlag
from guild.domain.flagdef import FlagDef
from guild.domain.guildfile import OptimizerDef
from tests.unit.app.batchworld import BatchWorld, operation


@pytest.fixture
def world(tmp_path: Path) -> BatchWorld:
    return BatchWorld(tmp_path, operation(x=1, y=2.0, z="a"), operation("tune.py", step=1))


def points(plan: BatchPlan) -> list[dict[str, object]]:
    return [dict(point) for point in plan.batch.points]


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

    assert (plan.program, plan.shown_as, plan.batch.size) == (True, "tune.py", None)
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

    assert plan.batch.size == 6
    assert [(each["x"], each["z"]) for each in world.runner().planned(plan)] == [
        (1, "a"),
        (1, "b"),
        (2, "a"),
        (2, "b"),
        (3, "a"),
        (3, "b"),
    ]


def test_values_of_rows_are_of_their_flags_types(tmp_path: Path) -> None:
    flags = (
        FlagDef(name="file", type="path"),
        FlagDef(name="lr", type="float", alias="l"),
        FlagDef(name="run", type="string"),
        FlagDef(name="size", choices=(Choice("large", alias="l"), Choice("small"))),
    )
    world = BatchWorld(tmp_path, operation().replaced(flags=flags))
    (tmp_path / "rows.csv").write_text("file,l,run,size\na,1,0012,l\n/b,x,null,odd\n")

    plan = world.batch("echo.py", "@rows.csv")

    assert points(plan) == [
        {"file": "/project/a", "lr": 1.0, "run": "0012", "size": "large"},
        {"file": "/b", "lr": "x", "run": None, "size": "odd"},
    ]


def test_text_like_a_search_function_that_is_saved_is_no_search(
    world: BatchWorld, tmp_path: Path
) -> None:
    plan = world.batch("echo.py", "z=['[1:2]',null,a]")
    trials = world.runner().planned(plan)
    TextBatchFiles(str).save(str(tmp_path / "saved.csv"), trials)

    again = world.batch("echo.py", "@saved.csv")

    assert world.runner().planned(again) == trials


def test_text_like_a_search_function_in_a_list_is_not_drawn(world: BatchWorld) -> None:
    plan = world.batch("echo.py", "z=['[1:2]',a]", "x=[1:2]", optimizer="+")

    assert [trial["z"] for trial in world.runner().planned(plan)] == ["[1:2]", "a"]


def test_one_row_makes_no_batch(world: BatchWorld, tmp_path: Path) -> None:
    (tmp_path / "row.csv").write_text("x,y\n10,11\n")

    plan = world.single("echo.py", "@row.csv", "y=12")

    assert dict(plan.flags) == {"x": 10, "y": 12, "z": "a"}
    assert dict(plan.user_flags) == {"x": 10, "y": 12}


def test_a_list_in_the_only_row_makes_a_batch(world: BatchWorld, tmp_path: Path) -> None:
    (tmp_path / "row.csv").write_text('x\n"[1,2]"\n')

    assert world.batch("echo.py", "@row.csv").batch.size == 2


def test_rows_of_several_files_are_one_after_another(world: BatchWorld, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x\n1\n")
    (tmp_path / "b.json").write_text('[{"x": 2}, {"x": 3}]')

    plan = world.batch("echo.py", "@b.json", "@a.csv")

    assert [point["x"] for point in plan.batch.points] == [2, 3, 1]


def test_rows_may_name_flags_that_the_operation_does_not_have(
    world: BatchWorld, tmp_path: Path
) -> None:
    (tmp_path / "rows.csv").write_text("new\n1\n2\n")
    (tmp_path / "row.csv").write_text("new\n1\n")

    plan = world.batch("echo.py", "@rows.csv", "other=3")
    single = world.single("echo.py", "@row.csv", "other=3")

    assert [(point["new"], point["other"]) for point in plan.batch.points] == [(1, 3), (2, 3)]
    assert (single.flags["new"], single.flags["other"]) == (1, 3)


def test_an_alias_is_the_flag_in_a_batch_of_rows(tmp_path: Path) -> None:
    flags = (FlagDef(name="x", alias="ex", default=1), FlagDef(name="y", default=2))
    world = BatchWorld(tmp_path, operation().replaced(flags=flags))
    (tmp_path / "rows.csv").write_text("y\n3\n4\n")

    plan = world.batch("echo.py", "@rows.csv", "ex=5")

    assert points(plan) == [{"x": 5, "y": 3}, {"x": 5, "y": 4}]


def test_a_flag_that_a_configured_optimizer_has_not_is_refused(world: BatchWorld) -> None:
    odd = OptimizerDef(name="tuned", algorithm="gp", flags={"random-stats": 1})
    operation = world.catalog.operations["echo.py"]
    world.catalog.operations["echo.py"] = operation.replaced(optimizers=(odd,))

    with pytest.raises(
        GuildError, match="unsupported flag 'random-stats' for optimizer 'skopt:gp'"
    ) as error:
        world.batch("echo.py", optimizer="tuned")
    assert error.value.hint == "Did you mean 'random-starts'?"


def test_an_operation_that_is_an_optimizer_is_told_where_to_look(tmp_path: Path) -> None:
    flags = FlagDef(name="x", default=1, min=0, max=5), FlagDef(name="y", default=2)
    trial = operation().replaced(flags=flags)
    tune = operation("tune.py", step=1)
    world = BatchWorld(tmp_path, trial, tune)
    assert world.batch("echo.py", optimizer="tune.py").trial.flags["x"] == 1

    world.catalog.operations["tune.py"] = tune.replaced(is_optimizer=True)
    plan = world.batch("echo.py", "y=3", optimizer="tune.py")
    assert plan.trial.flags == {"x": "uniform[0:5:1]", "y": 3}

    world.catalog.operations["tune.py"] = tune.replaced(flag_encoder="mine:encode")
    plan = world.batch("echo.py", "y=3", optimizer="tune.py")
    assert plan.trial.flags == {"x": "mine:encode", "y": 3}


def test_rows_are_for_grids(world: BatchWorld, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("x\n1\n2\n")

    with pytest.raises(GuildError, match="batch files cannot be used with optimizer 'skopt:gp'"):
        world.plan("echo.py", "@rows.csv", "y=[1:2]", optimizer="gp")


# What is no batch.


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"max_trials": 3}, "max-trials"),
        ({"minimize": "a"}, "minimize"),
        ({"maximize": "a"}, "maximize"),
        ({"keep_batch": True}, "keep-batch"),
        ({"batch_label": "x"}, "batch-label"),
        ({"batch_tags": ("x",)}, "batch-tag"),
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

    assert world.batch("x=[1,2]", proto="aaa").batch.size == 2
