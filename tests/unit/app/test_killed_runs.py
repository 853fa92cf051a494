"""Runs whose making was cut short by a kill, and what a later start makes of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from guild.app.run_plan import Finished
from guild.domain.errors import GuildError
from guild.domain.events import Event
from guild.domain.operation import SourceSpec
from guild.domain.run import Run
from guild.domain.status import Status
from tests.unit.app.batchworld import BatchWorld
from tests.unit.app.pipelineworld import PipelineWorld, operation, pipeline
from tests.unit.app.world import Kept, World

_COPYING = "sourcecode_copying"


def while_copying(monkeypatch: pytest.MonkeyPatch, look: Callable[[Run], object]) -> None:
    """Look at each run while its source is copied."""
    take = Kept.take

    def looking(
        kept: Kept, source: SourceSpec, run: Run, notify: Callable[[Event], None]
    ) -> str | None:
        look(run)
        return take(kept, source, run, notify)

    monkeypatch.setattr(Kept, "take", looking)


# Source code.


@pytest.mark.parametrize("again", [False, True])
def test_a_run_tells_while_its_source_is_copied(
    monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    world = World(operation(x=1))
    if again:
        world.run("echo.py", run_id="aaa")
    seen: list[object] = []
    while_copying(monkeypatch, lambda run: seen.append(world.store.attr(run, _COPYING)))

    if again:
        world.run(restart="aaa", force_sourcecode=True)
    else:
        world.run("echo.py", run_id="aaa")

    assert seen == [True]
    assert world.store.attr(world.store.get("aaa"), _COPYING) is None


def test_half_of_a_source_is_not_run() -> None:
    world = World(operation(x=1))
    world.run("echo.py", run_id="aaa")
    run = world.store.get("aaa")
    world.store.update(run, {_COPYING: True})
    started = len(world.launcher.jobs)

    with pytest.raises(GuildError, match="not complete: copying it was interrupted"):
        world.run(restart="aaa")
    with pytest.raises(GuildError, match="not complete"):
        world.run(proto="aaa")
    assert len(world.launcher.jobs) == started

    world.run(restart="aaa", force_sourcecode=True)
    assert world.store.get("aaa").status is Status.COMPLETED
    world.run(restart="aaa")
    assert len(world.launcher.jobs) == started + 2


# Batches.


def test_what_a_batch_is_for_is_there_before_its_template(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = BatchWorld(tmp_path, operation(x=1))
    seen: list[object] = []

    def look(template: Run) -> None:
        seen.append(world.store.attr(world.store.get("aaa"), "max_trials"))
        seen.append(world.store.attr(world.store.get("aaa"), "objective"))

    while_copying(monkeypatch, look)

    world.run("echo.py", "x=[1:9]", max_trials=2, maximize="acc", run_id="aaa")

    assert seen == [2, "-acc"]


def test_trials_are_not_made_of_half_a_template(tmp_path: Path) -> None:
    world = BatchWorld(tmp_path, operation(x=1))
    world.run("echo.py", "x=[1,2]", run_id="aaa")
    template = world.batches.template(world.store.get("aaa"))
    assert template is not None
    world.store.update(template, {_COPYING: True})
    before = len(world.trials())

    with pytest.raises(GuildError, match="not complete"):
        world.run(restart="aaa")
    assert len(world.trials()) == before

    outcome = world.run(restart="aaa", force_sourcecode=True)
    assert isinstance(outcome, Finished)
    assert (outcome.exit_status, len(world.trials())) == (0, before + 2)


# Steps.


@pytest.fixture
def stopped(tmp_path: Path) -> PipelineWorld:
    """A pipeline whose second step failed."""
    world = PipelineWorld(tmp_path, operation("ok", n=1), pipeline("p", "ok n=1", "ok n=2"))
    world.launcher.statuses = [0, 1]
    world.do("p")
    return world


def test_a_step_that_was_never_made_to_the_end_is_made_anew(stopped: PipelineWorld) -> None:
    cut = stopped.step_run("ok_2")
    Path(cut.path, ".guild/opref").unlink()

    stopped.again()

    assert stopped.parent.status is Status.COMPLETED
    assert stopped.step_run("ok_2").id != cut.id
    assert stopped.linked() == ["ok", "ok_2"]


@pytest.mark.parametrize(
    "attrs", [{"started": None, "exit_status": None, "stopped": None}, {_COPYING: True}]
)
def test_a_step_that_was_killed_before_it_could_start_is_made_anew(
    stopped: PipelineWorld, attrs: dict[str, object]
) -> None:
    cut = stopped.step_run("ok_2")
    stopped.store.update(cut, attrs)

    stopped.again()

    assert stopped.parent.status is Status.COMPLETED
    assert stopped.step_run("ok_2").id != cut.id
    assert stopped.store.get(cut.id).status is Status.ERROR
