"""The modules that scripts import."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from guild import config, lock, op_util
from guild import run as runlib
from guild.domain.errors import LockTimeout
from guild.domain.yamltext import dump


@pytest.fixture
def run(tmp_path: Path) -> runlib.Run:
    attrs = tmp_path / "runs" / "abc" / ".guild" / "attrs"
    attrs.mkdir(parents=True)
    (attrs.parent / "opref").write_text("script:/p '' '' train.py")
    values = {"flags": {"x": 1}, "exit_status": 0, "started": 5, "run_params": {"gpus": "0"}}
    for name, value in values.items():
        (attrs / name).write_text(dump(value))
    return runlib.for_dir(tmp_path / "runs" / "abc")


def test_a_run_is_read_anew_each_time(run: runlib.Run) -> None:
    assert (run.id, run.short_id, run.status, run.timestamp) == ("abc", "abc", "completed", 5)
    assert run.opref is not None
    assert run.opref.to_opspec() == "/p/train.py"

    op_util.set_run_pending(run)

    assert run.status == "pending"


def test_attributes_of_a_run(run: runlib.Run) -> None:
    assert run.get("flags") == run["flags"] == {"x": 1}
    assert run.get("nope", 3) == 3
    with pytest.raises(KeyError):
        run["nope"]

    run.write_attr("mine", [1, "a"])
    assert run.get("mine") == [1, "a"]
    assert run.has_attr("mine")
    run.del_attr("mine")
    assert run.attr_names() == ["exit_status", "flags", "run_params", "started"]


def test_a_run_shows_its_id(run: runlib.Run) -> None:
    assert repr(run) == "<guild.run.Run 'abc'>"


def test_new_ids_differ() -> None:
    assert len({runlib.mkid() for _ in range(100)}) == 100


def test_what_counts_for_a_restart(run: runlib.Run) -> None:
    params = op_util.run_params_for_restart(run)

    assert params["gpus"] == "0"
    assert params["opt_flags"] == []
    assert "gpus" not in op_util.run_params_for_restart(run, {"gpus": "1"})
    assert op_util.restart_needed(run, {"x": 2})
    assert not op_util.restart_needed(run, {"x": 1})


def test_the_home_holds_for_a_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GUILD_HOME", "/somewhere")
    home = config.SetGuildHome("a")

    with home:
        assert config.guild_home() == str(tmp_path / "a")
        with config.SetGuildHome("b"), home:
            assert config.guild_home() == str(tmp_path / "a")
        monkeypatch.chdir("/")
        assert config.guild_home() == str(tmp_path / "a")
    assert config.guild_home() == "/somewhere"


def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    with config.SetGuildHome(tmp_path):
        with lock.Lock(lock.RUN_STATUS), pytest.raises(LockTimeout):
            lock.Lock(lock.RUN_STATUS, timeout=0).__enter__()
        with lock.Lock(lock.RUN_STATUS, timeout=0):
            assert os.path.exists(tmp_path / "locks" / "run-status")
