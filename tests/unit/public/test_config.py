"""What the library works with, and for how long."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from guild import config


@pytest.fixture(autouse=True)
def _nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("GUILD_HOME", "/somewhere")
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.delenv("GUILD_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    yield
    config.set_guild_home(None)
    config.set_cwd(None)


def test_child_processes_have_the_home_of_a_block() -> None:
    with config.SetGuildHome("/a"):
        assert os.environ["GUILD_HOME"] == "/a"
        with config.SetGuildHome("/b"):
            assert os.environ["GUILD_HOME"] == "/b"
        assert os.environ["GUILD_HOME"] == "/a"
    assert os.environ["GUILD_HOME"] == "/somewhere"


def test_a_home_that_was_not_set_is_not_set_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GUILD_HOME")

    with config.SetGuildHome("/a"):
        pass

    assert "GUILD_HOME" not in os.environ


def test_blocks_of_two_threads_end_in_any_order() -> None:
    home = config.SetGuildHome("/a")
    entered, leave = threading.Event(), threading.Event()
    seen: list[str] = []

    def work() -> None:
        with home:
            entered.set()
            leave.wait(30)
            seen.append(config.guild_home())

    thread = threading.Thread(target=work)
    with config.SetGuildHome("/b"):
        thread.start()
        entered.wait(30)
        seen.append(config.guild_home())
    seen.append(config.guild_home())
    leave.set()
    thread.join()

    assert seen == ["/b", "/a", "/a"]
    assert os.environ["GUILD_HOME"] == "/somewhere"


def test_threads_that_are_started_in_a_block_have_its_home() -> None:
    seen: list[str] = []

    with config.SetGuildHome("/a"):
        thread = threading.Thread(target=lambda: seen.append(config.guild_home()))
        thread.start()
        thread.join()

    assert seen == ["/a"]


def test_a_home_is_set_until_it_is_unset(tmp_path: Path) -> None:
    config.set_guild_home("a")
    config.set_guild_home("b")

    assert config.guild_home() == os.environ["GUILD_HOME"] == str(tmp_path / "b")

    config.set_guild_home(None)
    assert config.guild_home() == os.environ["GUILD_HOME"] == "/somewhere"


def test_a_home_that_is_set_in_a_block_ends_with_it() -> None:
    with config.SetGuildHome("/a"):
        config.set_guild_home("/b")
        assert config.guild_home() == "/b"

    config.set_guild_home(None)
    assert config.guild_home() == "/somewhere"


def test_the_current_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GUILD_HOME")
    (tmp_path / "project" / ".guild").mkdir(parents=True)

    with config.SetCwd("project"):
        assert config.cwd() == str(tmp_path / "project")
        assert config.guild_home() == str(tmp_path / "project" / ".guild")
        assert config.SetGuildHome("x").path == str(tmp_path / "project" / "x")
    assert config.cwd() == os.getcwd() == str(tmp_path)

    config.set_cwd("/elsewhere")
    assert config.cwd() == "/elsewhere"
    config.set_cwd(None)
    assert config.cwd() == str(tmp_path)


def test_the_users_configuration(tmp_path: Path) -> None:
    home = tmp_path / "user" / ".guild"
    assert config.user_config_home() == str(home)
    assert config.user_config_path() == str(home / "config.yml")
    assert config.user_config() == {}

    home.mkdir(parents=True)
    (home / "config.yml").write_text("diff: {command: meld}")
    assert config.user_config() == {"diff": {"command": "meld"}}

    (tmp_path / "guild-config.yml").write_text("check: {offline: yes}")
    assert config.user_config_path() == str(tmp_path / "guild-config.yml")
    assert config.user_config() == {"check": {"offline": True}}

    with config.SetUserConfig({"a": 1}):
        assert config.user_config() == {"a": 1}


def test_the_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    monkeypatch.delenv("GUILD_PYTHON_EXE", raising=False)
    assert config.python_exe() == sys.executable

    monkeypatch.setenv("GUILD_PYTHON_EXE", "/bin/python")
    assert config.python_exe() == "/bin/python"
