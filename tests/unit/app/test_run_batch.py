"""What a batch does with its trials."""

from __future__ import annotations

from pathlib import Path

import pytest

from guild.app.run_plan import Finished
from guild.domain.errors import GuildError, LockTimeout, RunIsRunning
from guild.domain.status import Status
from tests.unit.app.batchworld import BatchWorld, operation


@pytest.fixture
def world(tmp_path: Path) -> BatchWorld:
    return BatchWorld(tmp_path, operation(x=1, y="a"), operation("tune.py", step=1))


# All goes well.


def test_trials_are_made_before_the_first_one_runs(world: BatchWorld) -> None:
    seen: list[list[str]] = []
    world.launcher.during = lambda: seen.append(world.statuses())

    outcome = world.run("echo.py", "x=[1,2,3]")

    assert seen == [
        ["running", "staged", "staged"],
        ["completed", "running", "staged"],
        ["completed", "completed", "running"],
    ]
    assert world.statuses() == ["completed"] * 3
    assert isinstance(outcome, Finished)
    assert (outcome.exit_status, world.the_batch.status) == (0, Status.COMPLETED)


def test_trials_are_runs_like_others(world: BatchWorld) -> None:
    world.run("echo.py", "x=[5,6]", label="x is ${x}", tags=("t",), random_seed=3)

    trial = world.trials()[0]
    store = world.store
    assert trial.opref == operation().opref
    assert (dict(trial.flags), trial.label, trial.tags) == ({"x": 5, "y": "a"}, "x is 5", ("t",))
    assert store.attr(trial, "sourcecode_digest") == "digest"
    assert store.attr(trial, "pip_freeze") == ["attrs==1"]
    assert store.attr(trial, "random_seed") == 3
    assert store.attr(trial, "exit_status") == 0
    assert store.attr(trial, "cmd") == ["python", "echo.py", "--x", "5", "--y", "a"]
    assert trial.initialized < trial.started < trial.stopped  # type: ignore[operator]


def test_source_is_taken_once(world: BatchWorld) -> None:
    world.run("echo.py", "x=[5,6]", run_id="aaa")

    assert world.kept.copies == [("/project", "proto"), ("proto", "run2"), ("proto", "run3")]


def test_the_batch_keeps_what_it_is_for(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1:9]", optimizer="gp", max_trials=1, maximize="a", random_seed=3)

    batch = world.the_batch
    attrs = world.store.attrs(batch)
    assert (attrs["objective"], attrs["max_trials"], attrs["random_seed"]) == ("-a", 1, 3)
    assert attrs["optimizer_libraries"] == {"numpy": "1"}
    assert batch.operation == "echo.py+skopt:gp"
    template = world.batches.template(batch)
    assert template is not None
    assert (template.status, dict(template.flags)) == (Status.PENDING, {"x": "[1:9]", "y": "a"})
    assert [run.id for run in world.store.runs()] == [world.trials()[0].id, batch.id]


def test_what_happens_is_told_and_logged(world: BatchWorld) -> None:
    world.launcher.statuses = [0, 5, -15]

    world.run("echo.py", "x=[1,2,3]", "y=null", run_id="aaa")

    assert world.notes == [
        "INFO: [guild] Running trial run2: echo.py (x=1)",
        "INFO: [guild] Running trial run3: echo.py (x=2)",
        "ERROR: [guild] Trial run3 exited with an error (5) - see log for details",
        "INFO: [guild] Running trial run4: echo.py (x=3)",
        "INFO: [guild] Trial run4 was terminated",
    ]
    assert world.log().splitlines() == world.notes


def test_output_is_shown_of_one_trial_at_a_time_only(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1,2]")
    world.run("echo.py", "x=[1,2]", jobs=2)
    world.run("echo.py", "x=[1,2]", quiet=True)

    assert [job.echo for job in world.launcher.jobs] == [True, True, False, False, False, False]


def test_a_grid_without_trials_is_completed(world: BatchWorld) -> None:
    outcome = world.run("echo.py", "x=[]")

    assert isinstance(outcome, Finished)
    assert (outcome.exit_status, world.trials()) == (0, [])


def test_an_interim_batch_goes_once_it_is_completed(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1,2]", keep_batch=False)

    assert [run.operation for run in world.store.runs()] == ["echo.py"] * 2
    assert [run.operation for run in world.store.runs(deleted=True)] == ["echo.py+"]


def test_an_interim_batch_that_stopped_stays(world: BatchWorld) -> None:
    world.launcher.statuses = [5]

    world.run("echo.py", "x=[1,2]", keep_batch=False, fail_on_trial_error=True)

    assert world.the_batch.status is Status.ERROR


# Trials that fail.


def test_failing_trials_do_not_stop_a_batch(world: BatchWorld) -> None:
    world.launcher.statuses = [5, -15]

    outcome = world.run("echo.py", "x=[1,2,3]")

    assert world.statuses() == ["error", "terminated", "completed"]
    assert isinstance(outcome, Finished)
    assert (outcome.exit_status, world.the_batch.status) == (0, Status.COMPLETED)


def test_a_failing_trial_stops_a_batch_if_that_is_asked_for(world: BatchWorld) -> None:
    world.launcher.statuses = [0, 5]

    outcome = world.run("echo.py", "x=[1,2,3]", fail_on_trial_error=True)

    assert world.statuses() == ["completed", "error", "staged"]
    assert isinstance(outcome, Finished)
    assert (outcome.exit_status, world.the_batch.exit_status) == (5, 5)
    assert world.notes[-1] == (
        "ERROR: [guild] Stopping batch because a trial failed"
        " (pending trials can be started as needed)"
    )


def test_trials_beside_a_failing_one_are_seen_through(world: BatchWorld) -> None:
    world.launcher.statuses = [5, 0]

    world.run("echo.py", "x=[1,2,3]", fail_on_trial_error=True, jobs=2)

    assert world.statuses() == ["error", "completed", "staged"]
    assert world.launcher.stops == 0


def test_a_stopped_trial_is_not_a_failing_one(world: BatchWorld) -> None:
    world.launcher.statuses = [-15, -2, 0]

    outcome = world.run("echo.py", "x=[1,2,3]", fail_on_trial_error=True)

    assert isinstance(outcome, Finished)
    assert outcome.exit_status == 0
    assert world.statuses() == ["terminated", "terminated", "completed"]


@pytest.mark.parametrize("status", [-11, -9, -6])
def test_a_crashing_trial_is_a_failing_one(world: BatchWorld, status: int) -> None:
    world.launcher.statuses = [status]

    outcome = world.run("echo.py", "x=[1,2]", fail_on_trial_error=True)

    assert isinstance(outcome, Finished)
    assert outcome.exit_status == status
    assert world.notes[1:] == [
        f"ERROR: [guild] Trial run3 exited with an error ({status}) - see log for details",
        "ERROR: [guild] Stopping batch because a trial failed"
        " (pending trials can be started as needed)",
    ]


def test_a_trial_that_cannot_be_started_failed(world: BatchWorld) -> None:
    world.launcher.failure = GuildError("error running echo.py: no such program", "Install it.")

    outcome = world.run("echo.py", "x=[1,2]")

    assert world.statuses() == ["error", "error"]
    assert world.notes[1] == (
        "ERROR: [guild] Trial run3 exited with an error: error running echo.py: no such program"
        " - Install it."
    )
    assert isinstance(outcome, Finished)
    assert outcome.exit_status == 0


def test_a_trial_that_cannot_be_started_may_stop_the_batch(world: BatchWorld) -> None:
    world.launcher.failure = GuildError("no such program")

    outcome = world.run("echo.py", "x=[1,2]", fail_on_trial_error=True)

    assert world.kept.reserved == set()
    assert world.statuses() == ["error", "staged"]
    assert isinstance(outcome, Finished)
    assert outcome.exit_status == 1


def test_a_trial_that_got_another_owner_is_left_to_it(world: BatchWorld) -> None:
    world.launcher.failure = RunIsRunning("run3")

    world.run("echo.py", "x=[1]")

    (trial,) = world.trials()
    assert (trial.exit_status, trial.status) == (None, Status.RUNNING)


# Trials of others.


def test_a_trial_that_somebody_else_ran_is_skipped(world: BatchWorld) -> None:
    def run_the_last() -> None:
        last = world.trials()[-1]
        if last.status is Status.STAGED:
            world.launcher.during = lambda: None
            world.starter()(world.single(restart=last.id))

    world.launcher.during = run_the_last

    world.run("echo.py", "x=[1,2]")

    assert world.statuses() == ["completed", "completed"]
    assert len(world.launcher.jobs) == 2
    assert world.notes[-1] == (
        "WARNING: [guild] Skipping run4 - status is 'completed' but expected 'staged'"
    )


def test_a_trial_that_somebody_else_runs_is_skipped(world: BatchWorld) -> None:
    def claim_the_last() -> None:
        last = world.trials()[-1]
        if last.status is Status.STAGED:
            world.locks.claim(last)

    world.launcher.during = claim_the_last

    world.run("echo.py", "x=[1,2]")

    assert len(world.launcher.jobs) == 1
    assert world.notes[-1] == (
        "WARNING: [guild] Skipping run4 - status is 'running' but expected 'staged'"
    )


def test_a_trial_that_is_gone_is_skipped(world: BatchWorld) -> None:
    def delete() -> None:
        world.store.delete([run for run in world.trials() if run.status is Status.STAGED])

    world.launcher.during = delete

    world.run("echo.py", "x=[1,2]")

    assert len(world.launcher.jobs) == 1
    assert world.notes[-1] == (
        "WARNING: [guild] Skipping run4 - status is 'deleted' but expected 'staged'"
    )


def test_a_trial_is_taken_under_the_lock_of_statuses(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1,2,3]")

    assert world.status_locks == 3


def test_a_trial_that_ran_just_before_it_was_taken_does_not_run_again(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1]", stage_trials=True)
    (trial,) = world.trials()
    claim = world.locks.claim

    def claim_late(run: object) -> None:
        world.locks.claim = claim  # type: ignore[method-assign]
        world.starter()(world.single(restart=trial.id))
        claim(trial)

    world.locks.claim = claim_late  # type: ignore[method-assign]

    refusal = world.trial_runs().take(trial)

    assert refusal is not None
    assert "status is 'completed'" in refusal.text
    assert world.statuses() == ["completed"]


def test_a_batch_that_cannot_look_at_statuses_fails(world: BatchWorld) -> None:
    def busy() -> None:
        raise LockTimeout("lock 'run-status' was not free in 30 s")

    world.when_locked = busy

    with pytest.raises(LockTimeout):
        world.run("echo.py", "x=[1,2]")

    assert world.the_batch.status is Status.ERROR
    assert world.statuses() == ["staged", "staged"]
    assert world.log().splitlines() == ["ERROR: [guild] lock 'run-status' was not free in 30 s"]
