"""Completion: what is offered, the scripts, and their installation."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from guild.adapters.cli.completing import candidates
from guild.adapters.cli.completionscripts import SCRIPTS
from guild.adapters.cli.root import main
from guild.domain.guildfile import Guildfile
from tests.unit.cli.projects import PROJECT


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("GUILD_HOME", raising=False)
    monkeypatch.setenv("SHELL", "/bin/bash")


def words(*typed: str) -> list[str]:
    return [word for word, _ in candidates(typed)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("comple",), ["completion"]),
        (("-",), ["-C", "-H", "--debug", "--version", "--help"]),
        (("-C", "x", "hel"), ["help"]),
        (("-C", ""), []),
        (("-H", "x"), []),
        (("completion", "--s"), ["--shell", "--shell-init"]),
        (("completion", "-s", ""), ["bash", "zsh", "fish"]),
        (("completion", "--shell=z"), ["--shell=zsh"]),
        (("completion", "--shell", "=", "z"), ["zsh"]),
        (("completion", ""), []),
        (("completion", "--", "-"), []),
        (("nothing", "x"), []),
    ],
)
def test_what_is_offered(typed: tuple[str, ...], expected: list[str]) -> None:
    assert words(*typed) == expected


def _project(directory: str | None) -> Guildfile | None:
    return PROJECT if directory in (None, "here") else None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("run", ""), ["all", "prepare", "cnn:train"]),
        (("run", "-y", "--label", "x", "pre"), ["prepare"]),
        (("run", "--label", "pre"), []),
        (("run", "tr"), []),
        (("run", "cnn:t"), ["cnn:train"]),
        (("run", "cnn", ":"), ["train"]),
        (("run", "cnn", ":", "t"), ["train"]),
        (("run", "cnn:train", ""), ["kind=", "lr="]),
        (("run", "cnn", ":", "train", "l"), ["lr="]),
        (("run", "train", "lr=0.2", ""), ["kind="]),
        (("run", "train", "lr", "=", "0.2", ""), ["kind="]),
        (("run", "train", "kind=b"), ["kind=bee"]),
        (("run", "train", "kind", "="), ["a", "bee"]),
        (("run", "train", "kind", "=", "b"), ["bee"]),
        (("run", "train", "lr="), []),
        (("run", "script.py", ""), []),
        (("run", "a:b:c", ""), []),
        (("-C", "here", "run", "a"), ["all"]),
        (("-C", "there", "run", "a"), []),
        (("ops", ""), []),
    ],
)
def test_operations_and_flags_of_the_project_are_offered(
    typed: tuple[str, ...], expected: list[str]
) -> None:
    assert [word for word, _ in candidates(typed, _project)] == expected


def test_operations_have_their_descriptions() -> None:
    assert candidates(("run", "pre"), _project) == [("prepare", "Get the data.")]
    assert candidates(("run", "train", "lr"), _project) == [("lr=", "How fast to learn")]


def test_hidden_commands_are_not_offered() -> None:
    assert "_complete" not in words("")
    assert "runs" in words("")


def test_scripts_ask_for_one_candidate_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["_complete", "--", "completion", "--in"]) == 0
    assert capsys.readouterr().out == "--install\tInstall the script.\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_that_of_the_shell(
    shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHELL", f"/usr/bin/{shell}")

    assert main(["completion"]) == 0
    assert capsys.readouterr().out == SCRIPTS[shell]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_accept_their_scripts(shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"no {shell} here")
    subprocess.run([program, "-n"], input=SCRIPTS[shell], text=True, check=True)


def test_an_unknown_shell_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHELL", "/bin/tcsh")

    assert main(["completion"]) == 1
    assert capsys.readouterr().err.startswith("guild: unsupported shell: tcsh\n")


def test_installation_keeps_a_copy_and_adds_one_line(tmp_path: Path) -> None:
    init = tmp_path / ".bashrc"
    init.write_text("alias x=y")
    init.chmod(0o600)

    assert main(["completion", "-i"]) == 0

    line = (
        "[ -s ~/.guild/bash_completion ] && . ~/.guild/bash_completion"
        "  # Enable completion for guild"
    )
    assert init.read_text() == f"alias x=y\n{line}\n"
    assert init.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / ".bashrc.guild-backup.1").read_text() == "alias x=y"
    assert (tmp_path / ".guild/bash_completion").read_text() == SCRIPTS["bash"]


def test_installing_again_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completion", "-i"]) == 0
    text = (tmp_path / ".bashrc").read_text()
    capsys.readouterr()

    assert main(["completion", "-i"]) == 0

    assert (tmp_path / ".bashrc").read_text() == text
    assert f"already installed in {tmp_path}/.bashrc (line 1):" in capsys.readouterr().err


def test_the_file_to_change_can_be_named_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("")
    (tmp_path / "link").symlink_to("real")

    assert main(["completion", "-i", "-s", "zsh", "--shell-init", f"{tmp_path}/link"]) == 0

    assert (tmp_path / "link").is_symlink()
    assert "zsh_completion" in (tmp_path / "real").read_text()


def test_a_file_that_cannot_be_written_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".guild").touch()

    assert main(["completion", "-i"]) == 1
    assert "guild: cannot write" in capsys.readouterr().err
