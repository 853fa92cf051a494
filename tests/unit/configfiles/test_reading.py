"""Config files are read as data and as flags."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from guild.adapters.configfiles import config_flags, files, read_config, write_config
from guild.domain.errors import GuildError
from guild.domain.flagdef import FlagDef
from tests.unit.configfiles.examples import INI, TOML, YAML


def test_yaml_is_read(tmp_path: Path) -> None:
    (tmp_path / "c.yml").write_text(YAML)

    assert read_config(str(tmp_path / "c.yml")) == {
        "lr": 0.001, "seed": 8, "name": "a b", "layers": [1, 2], "again": [1, 2], "steps": [1, 2],
        "net": {"width": 1.5, "text": "one\ntwo\n", "empty": None, "when": "2020-01-01"},
    }  # fmt: skip


def test_toml_is_read(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text(TOML)

    assert read_config(str(tmp_path / "c.toml")) == {
        "lr": 1000.0, "title": "a # b", "layers": [{"n": 1}],
        "net": {"width": 16, "sizes": [1, 2], "opts": {"a": 1, "b": "x"}, "when": "2020-01-01",
                "deep": {"x": 1}},
    }  # fmt: skip


def test_ini_is_read(tmp_path: Path) -> None:
    (tmp_path / "c.cfg").write_text(INI)

    assert read_config(str(tmp_path / "c.cfg")) == {
        "DEFAULT": {"lr": 0.001},
        "net.deep": {"Width": 1.5, "on": True, "text": "one\ntwo", "empty": ""},
    }


@pytest.mark.parametrize("name", ["c.json", "c.json.in", "c.JSON"])
def test_json_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text('\ufeff{"lr": 0.1, "net": {"h": [2, null]}}')

    assert read_config(str(tmp_path / name)) == {"lr": 0.1, "net": {"h": [2, None]}}


@pytest.mark.parametrize("name", ["c.yml", "c.ini", "c.toml"])
def test_an_empty_file_is_an_empty_map(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("")

    assert read_config(str(tmp_path / name)) == {}


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("c.yml", "- 1", "expected a map"),
        ("c.yml", "a: [", "on line "),
        ("c.yml", "a: !!python/name:x y", "could not determine a constructor"),
        ("c.yml", "a: !!set {x}", "which no flag can have"),
        ("c.yml", "a: " + "[" * 5000, "nested too deeply"),
        ("c.yml", "a: &a [*a]", "something that it is in itself"),
        ("c.yml", "a: 1\n---\nb: 1", "expected a single document"),
        ("c.json", "[1]", "expected a map"),
        ("c.json", "{", "line 1"),
        ("c.json", '{"a": ' + "[" * 100_000, "nested too deeply"),
        ("c.toml", "a", "after a key"),
        ("c.ini", "a = 1", "no section headers"),
        ("c.ini", "[a]\nb=1\nb=2", "already exists"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_line(
    tmp_path: Path, name: str, text: str, why: str
) -> None:
    path = tmp_path / name
    path.write_text(text)

    with pytest.raises(GuildError, match=why) as caught:
        read_config(str(path))

    assert str(caught.value).startswith(f"error loading config from {path}: ")
    assert "\n" not in str(caught.value)


def test_aliases_that_stand_for_too_much_are_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    (tmp_path / "c.yml").write_text("\n".join(lines))

    with pytest.raises(GuildError, match="too many values"):
        read_config(str(tmp_path / "c.yml"))


def test_files_that_are_not_there_or_not_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "c.yml").write_bytes(b"\xff")

    with pytest.raises(GuildError, match="it is not UTF-8"):
        read_config(str(tmp_path / "c.yml"))
    with pytest.raises(GuildError, match="no such file or directory"):
        read_config(str(tmp_path / "nope.yml"))


def test_what_is_no_file_or_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe.yml")
    (tmp_path / "zero.json").symlink_to("/dev/zero")
    (tmp_path / "large.ini").write_text("[a]\nb = 1\n")
    monkeypatch.setattr(files, "_MAX_BYTES", 9)

    for name in ("pipe.yml", "zero.json"):
        with pytest.raises(GuildError, match="it is no regular file"):
            read_config(str(tmp_path / name))
    with pytest.raises(GuildError, match="it has more than 9 bytes"):
        read_config(str(tmp_path / "large.ini"))


@pytest.mark.parametrize("name", ["c.xml", "c", "c.in", "yml"])
def test_unknown_types_are_refused(name: str) -> None:
    with pytest.raises(GuildError, match=f"^unsupported file type for '{name}'$"):
        read_config(name)
    with pytest.raises(GuildError, match=f"^unsupported file type for '{name}'$"):
        write_config(name, "x", {})
    with pytest.raises(GuildError, match=f"^config type for {name} not supported$"):
        config_flags(name)


def test_flags_have_dotted_names_and_types(tmp_path: Path) -> None:
    (tmp_path / "c.yml").write_text("{b: {c: {d: 1.5, e: x}}, a: yes, l: [1, 'x y', [2]], n: }")

    assert config_flags(str(tmp_path / "c.yml")) == (
        FlagDef(name="a", default=True, type="boolean"),
        FlagDef(name="b.c.d", default=1.5, type="number"),
        FlagDef(name="b.c.e", default="x", type="string"),
        FlagDef(name="l", default="1 'x y' '[2]'", arg_split=True),
        FlagDef(name="n"),
    )
