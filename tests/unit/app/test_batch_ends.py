"""Batches that are told to stop, that fail, that are left to go on by themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from guild.app.outcomes import Background, Staged
from guild.app.ports.launcher import Ended
from guild.app.run_plan import Finished
from guild.domain.draft import Mark
from guild.domain.errors import GuildError, LockTimeout
from guild.domain.interruption import RunTimedOut
from guild.domain.process import Exit, Job
from guild.domain.status import Status
from tests.unit.app.batchworld import BatchWorld, operation
from tests.unit.app.world import Crew


@pytest.fixture
def world(tmp_path: Path) -> BatchWorld:
    return BatchWorld(tmp_path, operation(x=1, y="a"), operation("tune.py", step=1))


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
    staged = runner.tools.trials.staged

    def stop(*args: object) -> object:
        world.launcher.told = 15
        return staged(*args)  # type: ignore[arg-type]

    runner.tools.trials.staged = stop  # type: ignore[method-assign, assignment]

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
