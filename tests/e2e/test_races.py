"""Who owns a run, a trial or a name is settled without `flock`, and without hard links."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from guild.app.run_plan import RunPlan
from guild.app.run_request import RunRequest
from guild.bootstrap import Guild
from guild.domain.status import Status
from tests.crash.contenders import contend
from tests.crash.library import STARTED, library
from tests.crash.seen import damage_in, leftovers_in

pytestmark = pytest.mark.e2e

_FEW = 16


@pytest.fixture(params=["", "flock", "flock link"])
def without(request: pytest.FixtureRequest) -> list[str]:
    """What the file system does not have."""
    return list(request.param.split())


@pytest.fixture
def guild(tmp_path: Path) -> Guild:
    return library(tmp_path)


def make(guild: Guild, run_id: str = "aaa", *, stage: bool = False) -> None:
    plan = guild.plan_run(RunRequest(opspec="train.py", run_id=run_id, stage=stage))
    assert isinstance(plan, RunPlan)
    guild.start_run(plan)


def started(root: Path) -> list[str]:
    file = root / STARTED
    return file.read_text().split() if file.exists() else []


def assert_clean(root: Path) -> None:
    """Nothing is left of those that lost."""
    home = root / "home"
    assert not damage_in(home)
    assert not leftovers_in(home)


def test_of_many_starters_of_one_staged_run_one_starts_it(
    guild: Guild, tmp_path: Path, without: list[str]
) -> None:
    make(guild, stage=True)
    count = 200 if without == ["flock"] else 64

    result = contend("start", tmp_path, count, without=without)

    assert result.won == 1
    assert started(tmp_path) == ["aaa"]
    assert set(result.said) <= {
        "cannot restart run aaa because it's running\n"
        "Use 'guild stop aaa' to stop it first and try again.",
        "cannot restart run aaa: another process started it meanwhile\n"
        "Look at it with 'guild runs info' and try again.",
    }
    assert guild.store.get("aaa").status is Status.COMPLETED
    assert_clean(tmp_path)


def test_of_many_new_runs_of_one_id_one_is_made(
    guild: Guild, tmp_path: Path, without: list[str]
) -> None:
    result = contend("make", tmp_path, 32, without=without)

    assert result.won == 1
    assert started(tmp_path) == ["aaa"]
    assert {text.splitlines()[0] for text in result.said} == {"run aaa already exists"}
    run = guild.store.get("aaa")
    assert (run.status, len(run.flags)) == (Status.COMPLETED, 1)
    assert run.label == f"lr={run.flags['lr']}"
    assert_clean(tmp_path)


def test_of_many_batches_one_takes_a_trial(
    guild: Guild, tmp_path: Path, without: list[str]
) -> None:
    make(guild, stage=True)

    result = contend("take", tmp_path, _FEW, without=without)

    assert result.won == 1
    assert started(tmp_path) == ["aaa"]
    assert guild.store.get("aaa").status is Status.COMPLETED
    assert_clean(tmp_path)


@pytest.mark.parametrize("lock", ["dead", "before", "none", "empty"])
def test_of_many_one_gets_what_a_dead_owner_left(
    guild: Guild, tmp_path: Path, without: list[str], lock: str
) -> None:
    make(guild)
    left = {
        "before": "7         ",
        "dead": "7         \npid=7 start=- boot=- host=testhost machine=- pids=-\n",
        "empty": "",
    }
    if lock in left:
        text = left[lock].replace("testhost", os.uname().nodename)
        if lock == "before":
            text = f"{2**22 + 1:<10}"  # no process has it
        (tmp_path / "home/runs/aaa/.guild/LOCK").write_text(text)

    result = contend("claim", tmp_path, 32, without=without)

    assert result.won == 1
    assert set(result.said) == {
        "cannot restart run aaa because it's running\n"
        "Use 'guild stop aaa' to stop it first and try again."
    }


@pytest.mark.parametrize("case", ["delete", "restore", "purge"])
@pytest.mark.parametrize("linked", [False, True])
def test_of_many_one_moves_a_run(guild: Guild, tmp_path: Path, case: str, linked: bool) -> None:
    make(guild)
    if linked:
        link_run(tmp_path)
    if case != "delete":
        guild.store.delete(guild.store.runs())

    result = contend(case, tmp_path, _FEW)

    assert result.won == 1
    assert set(result.said) <= {"came too late"}
    expected = {"delete": ([], ["aaa"]), "restore": (["aaa"], []), "purge": ([], [])}[case]
    assert (guild.store.ids(), guild.store.ids(deleted=True)) == expected
    assert_clean(tmp_path)


@pytest.mark.parametrize("linked", [False, True])
def test_a_run_that_is_deleted_and_restored_at_once_is_there_once(
    guild: Guild, tmp_path: Path, linked: bool
) -> None:
    make(guild)
    if linked:
        link_run(tmp_path)

    result = contend("to and fro", tmp_path, _FEW)

    assert set(result.said) == {"came too late"}
    (run,) = [*guild.store.runs(), *guild.store.runs(deleted=True)]
    assert (run.id, run.status, run.damage) == ("aaa", Status.COMPLETED, ())
    assert_clean(tmp_path)


def test_a_link_to_a_step_is_always_a_whole_one(guild: Guild, tmp_path: Path) -> None:
    make(guild)

    contend("link", tmp_path, _FEW)

    target = os.readlink(tmp_path / "home/runs/aaa/step")
    assert target in {f"../{number:032x}" for number in range(_FEW)}
    assert not leftovers_in(tmp_path / "home")


def test_a_label_is_always_a_whole_one(guild: Guild, tmp_path: Path) -> None:
    make(guild)

    assert set(contend("label", tmp_path, 8).said) == {"came too late"}
    assert_clean(tmp_path)


def link_run(root: Path) -> None:
    """Have the run be a link, in the home, to where it is."""
    shutil.move(root / "home/runs/aaa", root / "elsewhere")
    (root / "home/runs/aaa").symlink_to("../../elsewhere")
