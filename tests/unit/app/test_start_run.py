"""What becomes of a request to run something."""

from __future__ import annotations

import pytest

from guild.app.outcomes import Background, Skipped, Staged, Unchanged
from guild.app.run_plan import Finished, RunPlan
from guild.domain.errors import GuildError, NoSuchRun, RunExists, RunIsRunning, UnknownFlag
from guild.domain.operation import FLAG_ARGS
from guild.domain.process import Stream
from guild.domain.scalars import ScalarPoint
from guild.domain.status import Status
from tests.unit.app.world import World, operation


@pytest.fixture
def world() -> World:
    return World(operation(x=1.0, y=2, z="a"), operation("other.py", x=0, w=5))


def test_a_run_keeps_what_it_was_told_and_how_it_ended(world: World) -> None:
    outcome = world.run("echo.py", "x=2")

    run = world.store.get("run1")
    assert isinstance(outcome, Finished)
    assert (run.status, run.exit_status, run.label) == (Status.COMPLETED, 0, "x=2 y=2 z=a")
    assert dict(run.flags) == {"x": 2, "y": 2, "z": "a"}
    assert world.store.attr(run, "user_flags") == {"x": 2}
    assert world.store.attr(run, "cmd") == [
        "python",
        "echo.py",
        "--x",
        "2",
        "--y",
        "2",
        "--z",
        "a",
    ]
    assert world.store.attr(run, "sourcecode_digest") == "digest"
    assert world.store.attr(run, "vcs_commit") == "git:abc"
    assert world.store.attr(run, "random_seed") == 42
    assert world.store.attr(run, "deps") == {}
    assert run.initialized < run.started < run.stopped  # type: ignore[operator]


def test_a_run_keeps_how_it_was_asked_for(world: World) -> None:
    world.run("echo.py", "x=2", needed=True, aside={"yes": True})

    params = world.store.attr(world.store.get("run1"), "run_params")
    assert isinstance(params, dict)
    assert {name: params[name] for name in ("opspec", "flags", "needed", "yes", "print_cmd")} == {
        "opspec": "echo.py",
        "flags": ["x=2"],
        "needed": True,
        "yes": True,
        "print_cmd": False,
    }
    assert not {"aside", "edited_flags"} & params.keys()


def test_a_flag_that_the_command_has_already_is_told_of_once() -> None:
    shadowed = operation(x=1, y=2)
    args = ("python", "echo.py", "--x=5", FLAG_ARGS)
    command = shadowed.command.replaced(args=args)
    world = World(shadowed.replaced(command=command))

    world.run("echo.py")

    assert world.warnings == [
        "ignoring flag 'x=1' because it's shadowed in the operation cmd as --x"
    ]
    assert world.store.attr(world.store.get("run1"), "cmd") == [*args[:3], "--y", "2"]


def test_a_command_without_flags_shadows_none() -> None:
    plain = operation(x=1)
    command = plain.command.replaced(args=("sh", "echo.sh", "--x=5"))
    world = World(plain.replaced(command=command))

    world.run("echo.py")

    assert world.warnings == []


def test_a_run_that_could_not_be_started_keeps_no_room(world: World) -> None:
    world.launcher.failure = GuildError("no such program")

    with pytest.raises(GuildError, match="no such program"):
        world.run("echo.py")

    assert world.kept.reserved == set()


def test_secrets_are_passed_on_but_not_kept(world: World) -> None:
    world.run("echo.py")
    world.run("echo.py", stage=True)

    assert world.launcher.jobs[0].env["API_TOKEN"] == "x"
    assert "API_TOKEN" not in str(world.store.attr(world.store.get("run1"), "env"))
    assert "API_TOKEN" not in world.kept.env_files["run2"]


def test_the_process_knows_its_run(world: World) -> None:
    world.run("echo.py")

    env = world.launcher.jobs[0].env
    assert (env["RUN_ID"], env["GUILD_HOME"], env["FLAG_X"]) == ("run1", "/home", "1.0")
    assert env["GUILD_OP"] == "/project/echo.py"
    assert env["CMD_DIR"] == "/project"


def test_output_and_its_scalars_are_kept(world: World) -> None:
    world.launcher.output = [
        (Stream.STDOUT, b"loss: 0.5\nx: 7\n"),
        (Stream.STDERR, b"oops\n"),
        (Stream.STDOUT, b"loss: 0.25"),
    ]

    world.run("echo.py")

    assert world.kept.output["run1"] == b"loss: 0.5\nx: 7\noops\nloss: 0.25"
    assert world.kept.scalars["run1"] == [
        ScalarPoint("loss", 0.5, 0, ".guild"),
        ScalarPoint("loss", 0.25, 1, ".guild"),
    ]


def test_a_failed_process_makes_a_failed_run(world: World) -> None:
    world.launcher.status = 3

    outcome = world.run("echo.py")

    assert isinstance(outcome, Finished)
    assert outcome.exit_status == 3
    assert world.store.get("run1").status is Status.ERROR


def test_a_run_that_can_not_be_started_has_failed(world: World) -> None:
    world.launcher.failure = GuildError("no such interpreter")

    with pytest.raises(GuildError, match="no such interpreter"):
        world.run("echo.py")
    assert world.store.get("run1").status is Status.ERROR
    assert world.store.locks.owners == {}


def test_what_a_process_came_to_is_not_overwritten_by_later_failures(world: World) -> None:
    def fail() -> None:
        run = world.store.get("run1")
        world.store.update(run, {"exit_status": -15})
        raise GuildError("the terminal is gone")

    world.launcher.during = fail

    with pytest.raises(GuildError):
        world.run("echo.py")
    assert world.store.get("run1").exit_status == -15


def test_an_interrupt_before_the_start_makes_a_terminated_run(world: World) -> None:
    world.launcher.failure = KeyboardInterrupt()

    with pytest.raises(KeyboardInterrupt):
        world.run("echo.py")
    assert world.store.get("run1").status is Status.TERMINATED


def test_the_wrong_flag_makes_no_run(world: World) -> None:
    with pytest.raises(UnknownFlag):
        world.run("echo.py", "nope=1")
    assert world.store.runs() == []


def test_an_id_is_used_once(world: World) -> None:
    world.run("echo.py", run_id="aaa")

    with pytest.raises(RunExists):
        world.run("echo.py", run_id="aaa")


def test_staging_leaves_a_run_to_be_started(world: World) -> None:
    outcome = world.run("echo.py", "x=5", stage=True)

    assert isinstance(outcome, Staged)
    assert outcome.command == ("python", "echo.py", "--x", "5", "--y", "2", "--z", "a")
    assert world.store.get("run1").status is Status.STAGED
    assert world.launcher.jobs == []

    world.run(restart="run1")

    assert world.store.get("run1").status is Status.COMPLETED
    assert world.launcher.jobs[0].args[-6:] == ("--x", "5", "--y", "2", "--z", "a")


def test_starting_by_name_prefers_a_staged_run(world: World) -> None:
    world.run("echo.py", run_id="old")
    world.run("echo.py", run_id="staged", stage=True)

    world.run(restart="echo.py")

    assert world.store.get("staged").status is Status.COMPLETED


def test_a_restart_keeps_flags_and_takes_new_ones_over_them(world: World) -> None:
    world.run("echo.py", "x=2", "y=3")
    first = world.store.get("run1")

    world.run("x=10", restart="run1")

    run = world.store.get("run1")
    assert dict(run.flags) == {"x": 10, "y": 3, "z": "a"}
    assert run.initialized == first.initialized
    assert run.label == "x=10 y=3 z=a"
    assert world.made == 1


def test_a_restart_needs_no_project(world: World) -> None:
    world.run("echo.py", "x=2")
    world.catalog.operations.clear()

    world.run(restart="run1")

    assert len(world.launcher.jobs) == 2
    assert len(world.kept.copies) == 1


def test_new_flags_for_a_restart_need_the_project(world: World) -> None:
    world.run("echo.py")
    world.catalog.operations.clear()

    with pytest.raises(GuildError, match="cannot find definition for operation"):
        world.run("x=2", restart="run1")


def test_a_restart_copies_the_source_only_if_told_to(world: World) -> None:
    world.run("echo.py")
    world.run(restart="run1")
    assert world.kept.copies == [("/project", "run1")]

    world.run(restart="run1", force_sourcecode=True)
    assert world.kept.copies == [("/project", "run1")] * 2


def test_a_plain_restart_leaves_what_is_not_its_own(world: World) -> None:
    world.run("echo.py")
    run = world.store.get("run1")
    world.store.update(run, {"deps": {"data": {}}})
    recorded = world.store.operation(run)

    world.run(restart="run1")

    assert world.store.attr(run, "deps") == {"data": {}}
    assert world.store.operation(run) is recorded


def test_a_running_run_is_refused(world: World) -> None:
    world.run("echo.py")
    run = world.store.get("run1")
    world.store.update(run, {"exit_status": None})
    world.store.locks.claim(run)

    with pytest.raises(RunIsRunning, match="cannot restart run run1 because it's running"):
        world.run(restart="run1", needed=True)


def test_of_two_that_restart_a_run_the_later_is_told(world: World) -> None:
    world.run("echo.py")
    plans = [world.plan(restart="run1") for _ in range(2)]
    assert isinstance(plans[0], RunPlan)
    assert isinstance(plans[1], RunPlan)

    world.start(plans[0])

    with pytest.raises(GuildError, match="another process started it meanwhile"):
        world.start(plans[1])
    assert len(world.launcher.jobs) == 2
    assert world.store.get("run1").status is Status.COMPLETED
    assert world.store.locks.owners == {}


def test_a_run_that_is_there_makes_another_unneeded(world: World) -> None:
    world.run("echo.py")

    outcome = world.run("echo.py", needed=True)

    assert isinstance(outcome, Skipped)
    assert [run.id for run in outcome.matches] == ["run1"]
    assert isinstance(world.run("echo.py", "x=2", needed=True), Finished)


def test_unchanged_flags_make_a_restart_unneeded(world: World) -> None:
    world.run("echo.py")

    assert isinstance(world.run(restart="run1", needed=True), Unchanged)
    assert isinstance(world.run("x=1.0", restart="run1", needed=True), Unchanged)
    assert isinstance(world.run("x=2", restart="run1", needed=True), Finished)


def test_another_run_with_the_new_flags_makes_a_restart_unneeded(world: World) -> None:
    world.run("echo.py")
    world.run("echo.py", "x=2")

    outcome = world.run("x=2", restart="run1", needed=True)

    assert isinstance(outcome, Skipped)
    assert [run.id for run in outcome.matches] == ["run2"]


def test_a_failed_run_is_never_good_enough(world: World) -> None:
    world.launcher.status = 1
    world.run("echo.py")

    assert isinstance(world.run("echo.py", needed=True), Finished)
    assert isinstance(world.run(restart="run1", needed=True), Finished)


def test_a_run_like_another_takes_its_flags_and_source(world: World) -> None:
    world.run("echo.py", "x=3")

    world.run("y=4", proto="run1")

    run = world.store.get("run2")
    assert dict(run.flags) == {"x": 3, "y": 4, "z": "a"}
    assert world.kept.copies == [("/project", "run1"), ("run1", "run2")]
    assert world.store.attr(run, "sourcecode_digest") == "digest"


def test_another_operation_like_a_run_takes_the_flags_it_knows(world: World) -> None:
    world.run("echo.py", "x=3")

    world.run("other.py", proto="run1")

    run = world.store.get("run2")
    assert run.operation == "other.py"
    assert dict(run.flags) == {"w": 5, "x": 3}


def test_gpus_hold_for_later_starts(world: World) -> None:
    world.run("echo.py", stage=True, gpus="1")

    world.run(restart="run1")

    assert world.launcher.jobs[0].env["CUDA_VISIBLE_DEVICES"] == "1"


def test_a_run_in_background_leaves_its_process_id(world: World) -> None:
    outcome = world.run("echo.py", pidfile="pid")

    assert isinstance(outcome, Background)
    assert world.kept.pidfiles == {"/project/pid": 4711}


def test_a_process_that_ended_leaves_no_process_id(world: World) -> None:
    world.launcher.ends_at_once = True

    world.run("echo.py", pidfile="pid")
    world.run("echo.py", background=True)

    assert world.kept.pidfiles == {}


def test_a_process_that_does_not_start_leaves_no_process_id(world: World) -> None:
    world.launcher.failure = GuildError("no such program")

    with pytest.raises(GuildError):
        world.run("echo.py", pidfile="pid")

    assert world.kept.pidfiles == {}


def test_tags_stand_before_the_default_label(world: World) -> None:
    world.run("echo.py", tags=("good", "new"))

    run = world.store.get("run1")
    assert run.tags == ("good", "new")
    assert run.label == "good new x=1.0 y=2 z=a"


def test_a_label_may_refer_to_flags(world: World) -> None:
    world.run("echo.py", label="x is ${x}")
    world.run("x=7", restart="run1")

    assert world.store.get("run1").label == "x is 7"


def test_an_empty_label_is_none(world: World) -> None:
    world.run("echo.py", label="")

    assert world.store.get("run1").label == ""


def test_an_unknown_run_can_not_be_started(world: World) -> None:
    with pytest.raises(NoSuchRun, match="could not find a run matching 'zzz'"):
        world.run(restart="zzz")
