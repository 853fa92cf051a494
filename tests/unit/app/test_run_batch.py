"""What a batch does with its trials."""

from __future__ import annotations

from pathlib import Path

import pytest

from guild.app.outcomes import Background, Staged
from guild.app.ports.launcher import Ended
from guild.app.run_plan import Finished
from guild.domain.draft import Mark
from guild.domain.errors import GuildError, LockTimeout, RunIsRunning
from guild.domain.interruption import RunTimedOut
from guild.domain.process import Exit, Job
from guild.domain.scalars import ScalarPoint
from guild.domain.status import Status
from tests.unit.app.batchworld import BatchWorld, operation
from tests.unit.app.world import Crew


@pytest.fixture
def world(tmp_path: Path) -> BatchWorld:
    return BatchWorld(tmp_path, operation(x=1, y="a"), operation("tune.py", step=1))


def told_of_loss(world: BatchWorld, value: float) -> None:
    """Have the trial that runs report a loss."""
    run_id = world.launcher.jobs[-1].run_id
    world.kept.scalars[run_id] = [ScalarPoint("loss", value, 0, ".guild")]


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


# Batches that are told to stop.


@pytest.mark.parametrize("signal", [2, 15])
def test_a_batch_that_is_told_to_stop_leaves_the_rest_staged(
    world: BatchWorld, signal: int
) -> None:
    def stop() -> None:
        world.launcher.told = signal
        world.launcher.status = -signal

    world.launcher.during = stop

    outcome = world.run("echo.py", "x=[1,2,3]", fail_on_trial_error=True)

    assert world.statuses() == ["terminated", "staged", "staged"]
    assert isinstance(outcome, Finished)
    assert (outcome.exit_status, world.the_batch.status) == (-signal, Status.TERMINATED)
    assert world.notes[1:] == [
        "INFO: [guild] Trial run3 was terminated",
        "INFO: [guild] Stopping batch (pending trials can be started as needed)",
    ]


def test_a_batch_that_is_told_to_stop_makes_no_more_trials(world: BatchWorld) -> None:
    plan = world.batch("echo.py", "x=[1,2,3]", keep_batch=True)
    runner = world.runner()
    staged = runner.trials.staged

    def stop(*args: object) -> object:
        world.launcher.told = 15
        return staged(*args)  # type: ignore[arg-type]

    runner.trials.staged = stop  # type: ignore[method-assign, assignment]

    runner(plan)

    assert world.statuses() == ["staged"]
    assert world.the_batch.status is Status.TERMINATED


def test_a_trial_that_is_about_to_start_when_the_batch_is_told_to_stop_stays_staged(
    world: BatchWorld,
) -> None:
    def stop() -> None:
        world.launcher.told = 15

    world.when_locked = stop

    world.run("echo.py", "x=[1,2]")

    assert world.statuses() == ["staged", "staged"]
    assert world.launcher.jobs == []
    assert world.the_batch.status is Status.TERMINATED
    assert not [note for note in world.notes if note.startswith("ERROR")]


def test_a_staged_trial_of_a_stopped_batch_can_be_started(world: BatchWorld) -> None:
    world.when_locked = lambda: setattr(world.launcher, "told", 15)
    world.run("echo.py", "x=[1,2]")
    first = world.trials()[0]

    world.starter()(world.single(restart=first.id))

    assert world.statuses() == ["completed", "staged"]


def test_a_batch_stops_when_its_time_is_up(world: BatchWorld) -> None:
    world.launcher.status = -15

    outcome = world.run("echo.py", "x=[1,2,3]", stop_after=0.01)

    assert world.launcher.stops == 1
    assert world.statuses() == ["terminated", "staged", "staged"]
    assert isinstance(outcome, Finished)
    assert (outcome.exit_status, world.the_batch.status) == (-15, Status.TERMINATED)
    (timed_out,) = (event for event in world.events if isinstance(event, RunTimedOut))
    assert timed_out.run.id == world.the_batch.id


def test_time_that_is_not_up_stops_nothing(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1,2]", stop_after=60)

    assert world.launcher.stops == 0
    assert world.statuses() == ["completed"] * 2


# Batches that are staged, or in the background.


def test_a_staged_batch_has_no_trials_until_it_is_started(world: BatchWorld) -> None:
    outcome = world.run("echo.py", "x=[1,2]", stage=True)

    assert isinstance(outcome, Staged)
    assert (world.the_batch.status, world.trials()) == (Status.STAGED, [])
    world.carry_out(world.batch(restart=world.the_batch.id))
    assert world.values() == [1, 2]
    assert world.statuses() == ["completed"] * 2


def test_staged_trials_are_left_to_be_started(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1,2]", stage_trials=True)

    assert world.statuses() == ["staged", "staged"]
    assert world.the_batch.status is Status.COMPLETED
    assert world.notes == [
        "INFO: [guild] Staging trial run3: echo.py (x=1, y=a)",
        "INFO: [guild] Staging trial run4: echo.py (x=2, y=a)",
    ]
    assert world.launcher.jobs == []


def test_a_batch_in_the_background_goes_on_by_itself(world: BatchWorld) -> None:
    outcome = world.run("echo.py", "x=[1,2]", background=True, pidfile="/pid")

    assert isinstance(outcome, Background)
    assert (world.the_batch.status, world.trials()) == (Status.RUNNING, [])
    (work,) = world.detached
    work(4712)
    assert world.statuses() == ["completed"] * 2
    assert world.the_batch.status is Status.COMPLETED
    assert world.events == []
    assert len(world.log().splitlines()) == 2


def test_the_pidfile_of_a_batch_goes_with_it(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1,2]", background=True, pidfile="/pid")
    seen: list[dict[str, int]] = []
    world.launcher.during = lambda: seen.append(dict(world.kept.pidfiles))

    world.detached[0](4712)

    assert seen == [{"/pid": 4712}] * 2
    assert world.kept.pidfiles == {}


def test_the_pidfile_of_a_batch_that_fails_goes_with_it(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1,2]", background=True, pidfile="/pid")

    def busy() -> None:
        raise LockTimeout("not free")

    world.when_locked = busy

    with pytest.raises(LockTimeout):
        world.detached[0](4712)

    assert world.kept.pidfiles == {}
    assert world.the_batch.status is Status.ERROR


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


# Only what is needed.


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


# Searches that learn.


def test_a_search_learns_from_each_trial(world: BatchWorld) -> None:
    losses = iter([0.5, 0.25, 0.125])
    world.launcher.during = lambda: told_of_loss(world, next(losses))

    world.run("echo.py", "x=[1:9]", optimizer="gp", max_trials=3)

    (search,) = world.optimizers["gp"].searches
    assert (search.seed, search.max_trials) == (42, 3)
    assert list(search.space.dimensions) == ["x"]
    told = [[(each.flags["x"], each.value) for each in past] for past, _ in search.asked]
    assert told == [[], [(1, 0.5)], [(1, 0.5), (2, 0.25)]]
    assert world.notes == [
        "INFO: [guild] Random start for optimization (1 of 1)",
        "INFO: [guild] Running trial run3: echo.py (x=1, y=a)",
        "INFO: [guild] Found 1 previous trial(s) for use in optimization",
        "INFO: [guild] Running trial run4: echo.py (x=2, y=a)",
        "INFO: [guild] Found 2 previous trial(s) for use in optimization",
        "INFO: [guild] Running trial run5: echo.py (x=3, y=a)",
    ]


def test_what_is_to_be_large_is_told_as_small(world: BatchWorld) -> None:
    world.launcher.during = lambda: told_of_loss(world, 0.5)

    world.run("echo.py", "x=[1:9]", optimizer="gp", max_trials=2, maximize="loss")

    (search,) = world.optimizers["gp"].searches
    assert [each.value for each in search.asked[-1][0]] == [-0.5]


def test_a_search_knows_which_trials_are_under_way(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1:9]", optimizer="gp", max_trials=4, jobs=3)

    (search,) = world.optimizers["gp"].searches
    pending = [[flags["x"] for flags in pending] for _, pending in search.asked]
    assert pending == [[], [1], [1, 2], [2, 3]]


def test_failed_trials_and_those_without_a_finite_objective_tell_nothing(
    world: BatchWorld,
) -> None:
    losses = iter([0.5, float("nan"), float("inf"), 0.25])
    world.launcher.statuses = [1, 0, 0, 0]
    world.launcher.during = lambda: told_of_loss(world, next(losses))

    world.run("echo.py", "x=[1:9]", optimizer="gp", max_trials=4)

    (search,) = world.optimizers["gp"].searches
    assert [(each.flags["x"], each.value) for each in search.asked[-1][0]] == [
        (2, None),
        (3, None),
    ]


def test_log_lines_say_why_a_start_is_random(world: BatchWorld) -> None:
    world.launcher.statuses = [1, 1]
    options = {"opt_flags": ("random-starts=1",), "max_trials": 4}

    world.run("echo.py", "x=[1:9]", optimizer="gp", minimize="prefix#acc", **options)

    assert [note for note in world.notes if "Random" in note] == [
        "INFO: [guild] Random start for optimization (1 of 1)",
        "INFO: [guild] Random start for optimization (1 of 1)",
        "INFO: [guild] Random start for optimization (1 of 1)",
        "INFO: [guild] Random start for optimization (cannot find objective 'prefix#acc')",
    ]


def test_no_random_starts_without_trials_to_learn_from(world: BatchWorld) -> None:
    options = {"opt_flags": ("random-starts=0",), "max_trials": 1}

    world.run("echo.py", "x=[1:9]", optimizer="gp", **options)

    assert world.notes[0] == (
        "INFO: [guild] Random start for optimization (missing previous trials)"
    )


@pytest.mark.parametrize(
    ("where", "known"),
    [("batch", [0.5]), ("sourcecode", [0.1, 0.2, 0.5]), ("operation", [0.1, 0.5])],
)
def test_a_search_learns_from_the_runs_that_it_is_told_to(
    world: BatchWorld, where: str, known: list[float]
) -> None:
    losses = iter([0.1, 0.2, 0.5, 0.6])
    world.launcher.during = lambda: told_of_loss(world, next(losses))
    world.starter()(world.single("echo.py", "x=1"))
    world.starter()(world.single("tune.py"))

    world.run(
        "echo.py",
        "x=[1:9]",
        optimizer="gp",
        max_trials=2,
        opt_flags=(f"prev-trials={where}", "random-starts=0"),
    )

    (search,) = world.optimizers["gp"].searches
    assert [each.value for each in search.asked[-1][0]] == known


def test_a_search_that_fails_ends_the_batch(
    world: BatchWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise GuildError("cannot suggest anything", "Ask later.")

    monkeypatch.setattr("tests.unit.app.batchworld.Search.suggest", fail)

    with pytest.raises(GuildError, match="cannot suggest anything"):
        world.run("echo.py", "x=[1:9]", optimizer="gp", max_trials=2)

    assert world.the_batch.status is Status.ERROR
    assert world.log() == "ERROR: [guild] cannot suggest anything - Ask later.\n"
    assert world.notes == []


# How far it is.


def test_progress_has_the_best_so_far(world: BatchWorld) -> None:
    losses = iter([0.5, 0.25, 0.75])
    world.launcher.during = lambda: told_of_loss(world, next(losses))

    world.carry_out(world.batch("echo.py", "x=[1,2,3]"), progress=True)

    assert [state.best for state in world.progress if not state.running] == [0.5, 0.25, 0.25]
    last = world.progress[-1]
    assert (last.done, last.failed, last.total, last.objective) == (3, 0, 3, "loss")
    assert last.best_flags == {"x": 2, "y": "a"}


def test_the_best_of_what_is_to_be_large_is_the_largest(world: BatchWorld) -> None:
    losses = iter([0.5, 0.75, 0.25])
    world.launcher.during = lambda: told_of_loss(world, next(losses))

    world.carry_out(world.batch("echo.py", "x=[1,2,3]", maximize="loss"), progress=True)

    assert world.progress[-1].best == 0.75


def test_progress_counts_all_that_ended(world: BatchWorld) -> None:
    world.launcher.statuses = [1, -15, 0]

    world.carry_out(world.batch("echo.py", "x=[1,2,3]"), progress=True)

    last = world.progress[-1]
    assert (last.done, last.failed, last.best) == (3, 2, None)


def test_progress_has_what_runs(world: BatchWorld) -> None:
    world.carry_out(world.batch("echo.py", "x=[1,2,3]", jobs=2), progress=True)

    running = [[flags["x"] for flags in state.running.values()] for state in world.progress]
    assert running == [[1], [1, 2], [2], [2, 3], [3], []]


def test_no_progress_is_told_unless_it_is_asked_for(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1,2]")

    assert world.progress == []


# What goes wrong around it.


def test_a_trial_that_is_staged_by_halves_is_not_left_so(world: BatchWorld) -> None:
    plan = world.batch("echo.py", "x=[1,2]", keep_batch=True)
    runner = world.runner()
    set_mark = world.store.set_mark

    def full(run: object, mark: Mark | None) -> None:
        if mark is Mark.STAGED:
            raise GuildError("cannot write: No space left on device")
        set_mark(run, mark)  # type: ignore[arg-type]

    world.store.set_mark = full  # type: ignore[method-assign]

    with pytest.raises(GuildError, match="No space left"):
        runner(plan)

    assert world.statuses() == ["error"]
    assert world.the_batch.status is Status.ERROR


def test_trials_that_run_are_seen_through_when_the_batch_fails(world: BatchWorld) -> None:
    def busy_for_the_second() -> None:
        if world.status_locks == 2:
            raise LockTimeout("not free")

    world.when_locked = busy_for_the_second

    with pytest.raises(LockTimeout):
        world.run("echo.py", "x=[1,2,3]", jobs=2)

    assert world.statuses() == ["completed", "staged", "staged"]
    assert world.launcher.stops == 0
    assert world.the_batch.status is Status.ERROR


def test_a_trial_that_nobody_can_be_told_of_stays_staged(world: BatchWorld) -> None:
    def gone(event: object) -> None:
        if "x=2" in str(event):
            raise BrokenPipeError

    plan = world.batch("echo.py", "x=[1,2,3]", keep_batch=True)

    with pytest.raises(BrokenPipeError):
        world.runner()(plan, gone)

    assert world.statuses() == ["completed", "staged", "staged"]
    assert world.the_batch.status is Status.ERROR


def test_a_log_that_cannot_be_written_stops_nothing(
    world: BatchWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise GuildError("cannot write the run's output: No space left on device")

    monkeypatch.setattr("tests.unit.app.world.OutputLog.write", full)

    world.run("echo.py", "x=[1,2]")

    assert world.statuses() == ["completed"] * 2
    assert world.the_batch.status is Status.COMPLETED
    assert world.warnings[0] == "cannot write the run's output: No space left on device"


def test_no_output_is_left_open(world: BatchWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []
    monkeypatch.setattr(
        "tests.unit.app.world.OutputLog.close", lambda log: closed.append(log.run.id)
    )
    monkeypatch.setattr("tests.unit.app.world.Crew.start", start_elsewhere)

    world.run("echo.py", "x=[1,2]", run_id="aaa")

    assert closed == ["run2", "run3", "aaa"]


def start_elsewhere(crew: Crew, job: Job, *_callbacks: object) -> None:
    """As crews do, which observe a job in another process."""
    crew.ended.append(Ended(job=job, exit=Exit(status=0)))


def test_a_batch_somebody_else_started_meanwhile_is_theirs(world: BatchWorld) -> None:
    world.run("echo.py", "x=[1,2]", run_id="aaa", stage=True)
    first, second = world.batch(restart="aaa"), world.batch(restart="aaa")
    world.carry_out(first)

    with pytest.raises(GuildError, match="another process started it meanwhile"):
        world.carry_out(second)

    assert world.values() == [1, 2]
    assert world.the_batch.status is Status.COMPLETED
