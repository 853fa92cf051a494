"""What optimizers of one's own use: trials that are made, and run while they are staged.

Source: spec "Batch trial status".
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from guild import batch_util, op_util
from guild import run as runlib
from guild.app.batch_plan import BatchPlan
from guild.app.outcomes import Staged
from guild.app.run_request import RunRequest
from guild.bootstrap import Guild, build
from guild.domain.errors import GuildError


@pytest.fixture
def guild(tmp_path: Path) -> Guild:
    (tmp_path / "project").mkdir()
    (tmp_path / "project/train.py").write_text('x = 1\ny = 2\nprint(f"loss: {x * y}")\n')
    env = {**os.environ, "NO_PIP_FREEZE": "1"}
    home, cwd = tmp_path / "home", tmp_path / "project"
    return build(env, lambda _text: None, home=str(home), cwd=str(cwd))


@pytest.fixture
def batch(guild: Guild) -> runlib.Run:
    """A batch of which nothing was started."""
    plan = guild.plan_run(RunRequest(opspec="train.py", flags=("x=[1,2]",), stage=True))
    assert isinstance(plan, BatchPlan)
    staged = guild.run_batch(plan)
    assert isinstance(staged, Staged)
    return runlib.for_dir(staged.run.path)


def test_a_trial_is_made_from_the_template(batch: runlib.Run) -> None:
    trial = batch_util.init_trial_run(batch, {"x": 5})

    assert (trial.status, trial["flags"], trial["label"]) == (
        "staged",
        {"x": 5, "y": 2},
        "x=5 y=2",
    )
    assert trial.opref is not None
    assert trial.opref.op == "train.py"
    assert os.readlink(os.path.join(batch.path, trial.id)) == f"../{trial.id}"
    assert trial["sourcecode_digest"]


def test_a_trial_may_be_made_elsewhere(batch: runlib.Run, tmp_path: Path) -> None:
    trial = batch_util.init_trial_run(batch, {"x": 5}, tmp_path / "elsewhere" / "aaa")

    assert (trial.id, trial.path) == ("aaa", str(tmp_path / "elsewhere/aaa"))
    assert trial.status == "staged"
    assert os.readlink(os.path.join(batch.path, "aaa")) == trial.path


@pytest.mark.usefixtures("guild")
def test_a_staged_trial_runs(batch: runlib.Run, capfd: pytest.CaptureFixture[str]) -> None:
    trial = batch_util.init_trial_run(batch, {"x": 5})

    status = batch_util.start_trial_run(trial)

    assert (status, trial.status) == (0, "completed")
    assert Path(trial.guild_path("output")).read_text() == "loss: 10\n"
    assert capfd.readouterr().out == "loss: 10\n"


def test_a_trial_is_made_and_run(batch: runlib.Run) -> None:
    trial, status = batch_util.run_trial(batch, {"y": 7})

    assert (trial["flags"], status, trial.status) == ({"x": [1, 2], "y": 7}, 0, "completed")


@pytest.mark.parametrize("status", ["pending", "completed"])
def test_a_trial_that_is_not_staged_is_skipped(
    batch: runlib.Run, status: str, caplog: pytest.LogCaptureFixture
) -> None:
    trial = batch_util.init_trial_run(batch, {"x": 5})
    if status == "pending":
        op_util.set_run_pending(trial)
    else:
        batch_util.start_trial_run(trial)
    caplog.clear()

    with caplog.at_level(logging.INFO, "guild"):
        assert batch_util.start_trial_run(trial) is None

    assert caplog.messages == [f"Skipping {trial.id} - status is '{status}' but expected 'staged'"]
    assert trial.status == status


def test_the_lock_that_is_given_is_held_while_a_trial_is_taken(batch: runlib.Run) -> None:
    trial = batch_util.init_trial_run(batch, {"x": 5})
    seen: list[str] = []

    @contextmanager
    def lock() -> Iterator[None]:
        seen.append(trial.status)
        yield
        seen.append(trial.status)

    batch_util._try_run_staged_trial(trial, batch, lock())

    assert seen == ["staged", "pending"]
    assert trial.status == "completed"


def test_a_run_that_is_no_batch(guild: Guild, batch: runlib.Run) -> None:
    trial = batch_util.init_trial_run(batch, {"x": 5})

    with pytest.raises(batch_util.NotBatch, match=f"missing proto {trial.path}/.guild/proto"):
        batch_util.init_trial_run(trial, {"x": 6})

    assert len(guild.store.ids()) == 2


def test_the_batch_of_a_process(batch: runlib.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUN_DIR", raising=False)
    with pytest.raises(batch_util.NotBatch, match="no current run"):
        batch_util.batch_run()

    monkeypatch.setenv("RUN_DIR", batch.path)

    assert batch_util.batch_run().path == batch.path


def test_a_trial_that_cannot_be_started_failed(guild: Guild, batch: runlib.Run) -> None:
    trial = batch_util.init_trial_run(batch, {"x": 5})
    recorded = guild.store.operation(trial.value)
    assert recorded is not None
    command = recorded.command.replaced(args=("/no/such/program",))
    gone = recorded.replaced(command=command)
    guild.store.update(trial.value, {}, operation=gone)

    with pytest.raises(GuildError, match="No such file"):
        batch_util.start_trial_run(trial)

    assert trial.status == "error"
    assert not Path(trial.guild_path("RESERVE~")).exists()
