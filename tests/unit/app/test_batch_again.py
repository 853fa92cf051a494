"""Batches that are started again, and trials that need not be run."""

from __future__ import annotations

from pathlib import Path

import pytest

from guild.domain.status import Status
from tests.unit.app.batchworld import BatchWorld, operation


@pytest.fixture
def world(tmp_path: Path) -> BatchWorld:
    return BatchWorld(tmp_path, operation(x=1, y="a"), operation("tune.py", step=1))


# Batches that are started again.


def test_trials_that_were_left_are_used_when_a_batch_is_started_again(world: BatchWorld) -> None:
    world.launcher.statuses = [0, 5]
    world.run("echo.py", "x=[1,2,3]", run_id="aaa", fail_on_trial_error=True)
    left = world.trials()[-1]

    world.carry_out(world.batch(restart="aaa"))

    trials = world.trials()
    assert sorted(str(run.flags["x"]) for run in trials) == ["1", "1", "2", "2", "3"]
    assert [run.status.value for run in trials if run.id == left.id] == ["completed"]
    assert world.the_batch.status is Status.COMPLETED


def test_trials_that_were_left_and_are_not_wanted_any_more_stay(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1,2]", run_id="aaa", stage_trials=True)

    world.carry_out(world.batch("x=[2,3]", restart="aaa"))

    assert [(run.flags["x"], run.status.value) for run in world.trials()] == [
        (1, "staged"),
        (2, "completed"),
        (3, "completed"),
    ]


def test_trials_are_staged_once(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1,1,2]", run_id="aaa", stage_trials=True)

    world.carry_out(world.batch(restart="aaa", stage_trials=True))

    assert world.values() == [1, 1, 2]


def test_what_a_batch_is_given_anew_is_kept_in_its_template(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1,2]", run_id="aaa")

    world.carry_out(world.batch("x=[3]", restart="aaa"))

    template = world.batches.template(world.the_batch)
    assert template is not None
    assert dict(template.flags) == {"x": [3], "y": "a"}
    assert world.values() == [1, 2, 3]


def test_another_batch_like_one_has_trials_of_its_own(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1,2]", run_id="aaa")

    world.carry_out(world.batch(proto="aaa", run_id="bbb"))

    batch = world.store.get("bbb")
    assert [dict(run.flags)["x"] for run in world.batches.trials(batch)] == [1, 2]
    assert len(world.trials_of("aaa")) == 2
    assert len(world.store.runs()) == 6


def test_options_of_a_staged_batch_count_when_it_is_started(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1,2]", run_id="aaa", stage=True, jobs=3, fail_on_trial_error=True)

    plan = world.batch(restart="aaa")

    assert (plan.jobs, plan.fail_on_trial_error, plan.stage_trials) == (3, True, False)


def test_that_trials_are_to_be_staged_counts_when_a_staged_batch_is_started(
    world: BatchWorld,
) -> None:
    world.run("echo.py", "x=[1,2]", run_id="aaa", stage=True, stage_trials=True, keep_batch=True)

    world.carry_out(world.batch(restart="aaa"))
    staged = world.statuses()
    world.carry_out(world.batch(restart="aaa"))

    assert staged.count("staged") == 2
    assert world.statuses().count("staged") == 0


# Only what is needed.


def test_of_a_batch_that_was_stopped_what_is_missing_is_run(world: BatchWorld) -> None:
    world.launcher.statuses = [0, -15]
    world.run("echo.py", "x=[1,2,3]", run_id="aaa", fail_on_trial_error=True)
    world.store.update(world.the_batch, {"exit_status": -2})
    before = len(world.trials())

    world.carry_out(world.batch(restart="aaa", needed=True))

    assert len(world.trials()) == before + 1  # the one that was terminated
    assert world.the_batch.status is Status.COMPLETED


def test_trials_of_which_there_are_runs_are_not_run_again(world: BatchWorld) -> None:
    world.starter()(world.single("echo.py", "x=1"))
    world.launcher.jobs.clear()

    world.run("echo.py", "x=[1,2]", needed=True)

    assert world.values() == [2]
    assert world.notes[0] == (
        "INFO: [guild] Skipping trial because there is a run of it: echo.py (x=1, y=a)"
    )


def test_failed_and_staged_runs_do_not_meet_a_need(world: BatchWorld) -> None:
    world.starter()(world.single("echo.py", "x=1", stage=True))
    world.launcher.status = 1
    world.starter()(world.single("echo.py", "x=2"))
    world.launcher.status = 0

    world.run("echo.py", "x=[1,2]", needed=True)

    assert world.statuses() == ["completed"] * 2


def test_trials_that_are_not_needed_are_not_among_those_to_come(world: BatchWorld) -> None:
    world.starter()(world.single("echo.py", "x=1"))

    world.carry_out(world.batch("echo.py", "x=[1,2,3]", needed=True), progress=True)

    assert {state.total for state in world.progress} == {2}


def test_of_equal_trials_that_were_left_the_oldest_is_used_first(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1,1,1]", run_id="aaa", stage_trials=True)
    left = [run.id for run in world.trials()]

    world.carry_out(world.batch(restart="aaa"))

    assert [job.run_id for job in world.launcher.jobs] == left


# The source of trials.


def test_source_is_that_of_the_first_start_unless_it_is_taken_anew(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1]", run_id="aaa")
    world.kept.copies.clear()

    world.carry_out(world.batch(restart="aaa"))
    world.carry_out(world.batch("x=[2]", restart="aaa"))

    assert [origin for origin, _ in world.kept.copies] == ["proto", "proto"]


@pytest.mark.parametrize("words", [(), ("x=[1,2]",)])
def test_forced_source_is_taken_for_all_trials(world: BatchWorld, words: tuple[str, ...]) -> None:
    world.run("echo.py", "x=[1]", run_id="aaa")
    world.kept.copies.clear()

    world.carry_out(world.batch(*words, restart="aaa", force_sourcecode=True))

    (origin, target), *trials = world.kept.copies
    assert (origin, target) == ("/project", "proto")
    assert trials
    assert all(copied == "proto" for copied, _ in trials)


def test_forced_source_is_that_of_trials_that_were_left(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1]", run_id="aaa", stage_trials=True)
    (left,) = world.trials()
    world.kept.copies.clear()

    world.carry_out(world.batch(restart="aaa", force_sourcecode=True))

    assert world.kept.copies == [("/project", "proto"), ("/project", left.id)]
    assert world.statuses() == ["completed"]
