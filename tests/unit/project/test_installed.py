"""Guild files of installed packages are found by what installers record."""

from __future__ import annotations

from pathlib import Path

import pytest

from guild.adapters.project import installed
from guild.adapters.project.installed import installed_files, installed_projects
from guild.domain.errors import GuildError
from guild.domain.guildfile import Guildfile


def _install(site: Path, name: str, *files: str) -> None:
    info = site / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "RECORD").write_text("".join(f"{file},sha256=x,1\n" for file in files))


def test_packages_are_named_as_they_are_imported(tmp_path: Path) -> None:
    _install(tmp_path, "my-zoo", "zoo/__init__.py", "zoo/guild.yml", "zoo/examples/guild.yml")
    _install(tmp_path, "gpkg.mnist", "gpkg/mnist/guild.yml")
    _install(tmp_path, "odd", '"a,b/guild.yml"')

    assert installed_files([str(tmp_path)]) == [
        ("a,b", f"{tmp_path}/a,b/guild.yml"),
        ("mnist", f"{tmp_path}/gpkg/mnist/guild.yml"),
        ("zoo", f"{tmp_path}/zoo/guild.yml"),
    ]


def test_other_packages_and_this_one_are_left_out(tmp_path: Path) -> None:
    _install(tmp_path, "plain", "plain/__init__.py", "guild.yml", "plain/notguild.yml")
    _install(tmp_path, "guild", "guild/guild.yml")
    (tmp_path / "bare-1.0.dist-info").mkdir()

    assert installed_files([str(tmp_path)]) == []


def test_a_file_that_cannot_be_read_is_told_of_and_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def load(path: str) -> Guildfile:
        if path == "/site/bad/guild.yml":
            raise GuildError("error in /site/bad/guild.yml:1: no")
        return Guildfile(path=path)

    monkeypatch.setattr(
        installed,
        "installed_files",
        lambda: [("bad", "/site/bad/guild.yml"), ("good", "/site/good/guild.yml")],
    )
    warnings: list[str] = []

    assert installed_projects(load, warnings.append) == [
        ("good", Guildfile(path="/site/good/guild.yml"))
    ]
    assert warnings == ["package 'bad' is left out: error in /site/bad/guild.yml:1: no"]
