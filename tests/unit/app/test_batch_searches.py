"""Batches whose trials are searched for, and how far they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from guild.domain.errors import GuildError
from guild.domain.status import Status
from tests.unit.app.batchworld import BatchWorld, operation


@pytest.fixture
def world(tmp_path: Path) -> BatchWorld:
    return BatchWorld(tmp_path, operation(x=1, y="a"), operation("tune.py", step=1))


# Searches that learn.


def test_a_search_learns_from_each_trial(world: BatchWorld) -> None:
    losses = iter([0.5, 0.25, 0.125])
    world.launcher.during = lambda: world.report_loss(next(losses))

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
    world.launcher.during = lambda: world.report_loss(0.5)

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
    world.launcher.during = lambda: world.report_loss(next(losses))

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
    world.launcher.during = lambda: world.report_loss(next(losses))
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
    world.launcher.during = lambda: world.report_loss(next(losses))

    world.carry_out(world.batch("echo.py", "x=[1,2,3]"), progress=True)

    assert [state.best for state in world.progress if not state.running] == [0.5, 0.25, 0.25]
    last = world.progress[-1]
    assert (last.done, last.failed, last.total, last.objective) == (3, 0, 3, "loss")
    assert last.best_flags == {"x": 2, "y": "a"}


def test_the_best_of_what_is_to_be_large_is_the_largest(world: BatchWorld) -> None:
    losses = iter([0.5, 0.75, 0.25])
    world.launcher.during = lambda: world.report_loss(next(losses))

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
