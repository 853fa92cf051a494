"""A cached guildfile is what reading the file gives, as long as nothing changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from guild.adapters.guildfile import assembly
from guild.adapters.guildfile.codec import decoded, encoded
from guild.adapters.guildfile.loader import load_guildfile
from guild.domain.errors import GuildError
from tests.unit.guildfile.corpus import VALID, make_special, written


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Paths of the files that were read instead of taken from the cache."""
    paths: list[str] = []
    original = assembly.assembled

    def noted(path: str) -> Any:
        paths.append(path)
        return original(path)

    monkeypatch.setattr(assembly, "assembled", noted)
    return paths


@pytest.mark.parametrize("case", VALID, ids=lambda case: case["name"])
def test_guildfiles_come_back_as_they_were(case: dict[str, Any], tmp_path: Path) -> None:
    guildfile = load_guildfile(written(case, tmp_path))

    data = json.loads(json.dumps(encoded(guildfile)))

    assert decoded(data) == guildfile


def test_second_load_reads_the_cache(tmp_path: Path, read: list[str]) -> None:
    path = tmp_path / "guild.yml"
    path.write_text("train: {flags: {lr: 0.1}}\n")

    first = load_guildfile(str(path), str(tmp_path / "cache"))
    second = load_guildfile(str(path), str(tmp_path / "cache"))

    assert first == second
    assert len(read) == 1


@pytest.mark.parametrize("changed", ["guild.yml", "a.yml"])
def test_changed_file_is_read_again(changed: str, tmp_path: Path, read: list[str]) -> None:
    (tmp_path / "guild.yml").write_text("- include: a.yml\n")
    (tmp_path / "a.yml").write_text("- model: a\n")
    load_guildfile(str(tmp_path / "guild.yml"), str(tmp_path / "cache"))

    (tmp_path / changed).write_text("- model: b\n")
    guildfile = load_guildfile(str(tmp_path / "guild.yml"), str(tmp_path / "cache"))

    assert [model.name for model in guildfile.models] == ["b"]
    assert len(read) == 2


@pytest.mark.parametrize("replaced", ["guild.yml", "a.yml"])
@pytest.mark.parametrize("kind", ["pipe", "directory", "device"])
def test_what_became_no_file_is_not_waited_for(replaced: str, kind: str, tmp_path: Path) -> None:
    (tmp_path / "guild.yml").write_text("- include: a.yml\n")
    (tmp_path / "a.yml").write_text("- model: a\n")
    load_guildfile(str(tmp_path / "guild.yml"), str(tmp_path / "cache"))
    (tmp_path / replaced).unlink()
    make_special(kind, tmp_path / replaced)

    with pytest.raises(GuildError, match=r"^error in "):
        load_guildfile(str(tmp_path / "guild.yml"), str(tmp_path / "cache"))


def test_what_depends_on_installed_packages_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "guild.yml").write_text("- model: base\n")
    (tmp_path / "guild.yml").write_text("- model: m\n  extends: pkg/base\n")

    load_guildfile(str(tmp_path / "guild.yml"), str(tmp_path / "cache"))

    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("damage", [b"", b"{}", b"[1]", b"\xff", b'{"path": 1}', b"null"])
def test_damaged_entry_is_none(damage: bytes, tmp_path: Path, read: list[str]) -> None:
    path = tmp_path / "guild.yml"
    path.write_text("train: x\n")
    load_guildfile(str(path), str(tmp_path / "cache"))
    [entry] = (tmp_path / "cache").iterdir()

    entry.write_bytes(damage)

    assert load_guildfile(str(path), str(tmp_path / "cache")).models
    assert len(read) == 2


def test_damaged_value_is_none(tmp_path: Path, read: list[str]) -> None:
    path = tmp_path / "guild.yml"
    path.write_text("train: x\n")
    load_guildfile(str(path), str(tmp_path / "cache"))
    [entry] = (tmp_path / "cache").iterdir()
    data = json.loads(entry.read_text())

    for value in (["v", 99, {}], ["v", 0, {}], ["v", 1, {"nope": 1}], [], ["k", "x"], "text"):
        entry.write_text(json.dumps({**data, "guildfile": value}))
        load_guildfile(str(path), str(tmp_path / "cache"))

    assert len(read) == 7


def test_errors_and_unwritable_caches_are_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "guild.yml"
    (tmp_path / "file").write_text("")
    path.write_text("train: x\n")

    assert load_guildfile(str(path), str(tmp_path / "file" / "cache")).models

    path.write_text("train: 3\n")
    with pytest.raises(GuildError):
        load_guildfile(str(path), str(tmp_path / "cache"))
