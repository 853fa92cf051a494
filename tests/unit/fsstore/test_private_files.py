"""Who may read what may hold secrets."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from guild.adapters.fsstore.attributes import attr_names, read_attr, write_attr
from guild.adapters.fsstore.runfiles import DirectoryRunFiles
from guild.domain.errors import DamagedRun
from guild.domain.ids import RunId
from guild.domain.run import Run


@pytest.fixture
def run(tmp_path: Path) -> Run:
    (tmp_path / "r1/.guild/attrs").mkdir(parents=True)
    return Run(id=RunId("r1"), path=str(tmp_path / "r1"))


@pytest.fixture
def no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def _mode(path: str) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


@pytest.mark.usefixtures("no_umask")
def test_environments_are_for_the_user_alone(run: Run) -> None:
    write_attr(run.path, "env", {"A": "1"})
    write_attr(run.path, "label", "x")
    DirectoryRunFiles().write_staged_env(run, {"A": "1"})

    assert _mode(f"{run.path}/.guild/attrs/env") == 0o600
    assert _mode(f"{run.path}/.guild/ENV") == 0o600
    assert _mode(f"{run.path}/.guild/attrs/label") == 0o666


@pytest.mark.usefixtures("no_umask")
def test_an_environment_that_others_could_read_is_not_read_by_them_again(run: Run) -> None:
    path = Path(run.path, ".guild/attrs/env")
    path.write_text("A: 1\n")
    path.chmod(0o644)

    write_attr(run.path, "env", {"A": "2"})

    assert _mode(str(path)) == 0o600


def test_environments_are_private_from_their_first_byte_on(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes = []
    real = os.open

    def noted(path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:  # Any: as os.open
        if flags & os.O_CREAT:
            modes.append((os.path.basename(path).partition(".")[0], mode))
        return real(path, flags, mode, **more)

    monkeypatch.setattr(os, "open", noted)
    write_attr(run.path, "env", {"A": "1"})
    DirectoryRunFiles().write_staged_env(run, {"A": "1"})

    assert modes == [("env", 0o600), ("ENV", 0o600)]


@pytest.mark.parametrize("name", [".guild", ".guild/attrs"])
def test_attributes_behind_links_are_neither_written_nor_listed(run: Run, name: str) -> None:
    elsewhere = Path(run.path, "../elsewhere")
    Path(run.path, name).rename(elsewhere)
    Path(run.path, name).symlink_to(elsewhere.resolve())
    before = sorted(elsewhere.rglob("*"))

    for use in (
        lambda: write_attr(run.path, "label", "x"),
        lambda: write_attr(run.path, "label", None),
        lambda: attr_names(run.path),
    ):
        with pytest.raises(DamagedRun, match=f"{name}: it is a link"):
            use()
    assert sorted(elsewhere.rglob("*")) == before


def test_an_attribute_that_is_a_link_is_not_read_and_is_replaced(run: Run) -> None:
    secret = Path(run.path, "../secret")
    secret.write_text("secret")
    Path(run.path, ".guild/attrs/label").symlink_to(secret.resolve())

    with pytest.raises(DamagedRun, match="label: it is a link"):
        read_attr(run.path, "label")
    write_attr(run.path, "label", "x")

    assert read_attr(run.path, "label") == "x"
    assert secret.read_text() == "secret"
