"""Config files are written with other values: all else stays."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from guild.adapters.configfiles import write_config
from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue
from tests.unit.configfiles.examples import INI, TOML, YAML


def _changed(tmp_path: Path, name: str, text: str, values: Mapping[str, FlagValue]) -> str:
    (tmp_path / name).write_text(text)
    write_config(str(tmp_path / name), str(tmp_path / "out" / "new"), values)
    assert os.listdir(tmp_path / "out") == ["new"]
    return (tmp_path / "out" / "new").read_text()


def _lines_changed(old: str, new: str) -> tuple[list[str], list[str]]:
    before, after = old.splitlines(), new.splitlines()
    return (
        [line for line in before if line not in after],
        [line for line in after if line not in before],
    )


def test_nothing_but_the_value_changes_in_yaml(tmp_path: Path) -> None:
    new = _changed(
        tmp_path,
        "c.yml",
        YAML,
        {"lr": 0.5, "net.width": 2, "net.when": "2021-02-03", "seed": 8, "name": "x: y",
         "net.empty": "z", "net.text": "a"},
    )  # fmt: skip

    assert new == (
        YAML.replace("1e-3 ", "0.5 ")
        .replace("1.50", "2")
        .replace("2020-01-01", "2021-02-03")
        .replace("'a b'", "'x: y'")
        .replace("empty:", "empty: z")
        .replace("|\n    one\n    two\n", "a\n")
    )


def test_lists_become_one_line_of_yaml(tmp_path: Path) -> None:
    new = _changed(tmp_path, "c.yml", YAML, {"steps": [3, "x"], "again": [4]})

    assert new == YAML.replace("\n- 1\n- 2  # two", " [3, x]  # two").replace("*l", "[4]")


def test_what_is_new_comes_last_in_its_map(tmp_path: Path) -> None:
    new = _changed(tmp_path, "c.yml", YAML, {"net.deep.x": 1, "net.z": "no", "other": [1]})

    assert new == YAML + "  deep:\n    x: 1\n  z: 'no'\nother:\n- 1\n"


def test_aliases_keep_what_they_stood_for(tmp_path: Path) -> None:
    new = _changed(tmp_path, "c.yml", YAML, {"layers": [3]})

    assert yaml.safe_load(new)["again"] == [1, 2]
    assert yaml.safe_load(new)["layers"] == [3]
    assert str(yaml.safe_load(new)["net"]["when"]) == "2020-01-01"


def test_merged_keys_are_overridden_in_place(tmp_path: Path) -> None:
    text = "base: &b {lr: 1} # base\ntrain:\n  <<: *b\n  x: 1\n"

    new = _changed(tmp_path, "c.yml", text, {"train.lr": 2})

    assert new == text + "  lr: 2\n"


def test_nothing_but_the_value_changes_in_toml(tmp_path: Path) -> None:
    new = _changed(
        tmp_path,
        "c.toml",
        TOML,
        {"lr": 0.5, "net.width": 16, "net.sizes": [3], "net.opts.b": "y",
         "net.when": "2021-02-03"},
    )  # fmt: skip

    assert new == (
        TOML.replace("1_000.0", "0.5")
        .replace("[\n  1, # one\n  2,\n]", "[3]")
        .replace('"x"', '"y"')
        .replace("2020-01-01", "2021-02-03")
    )


def test_what_is_new_comes_last_in_its_table(tmp_path: Path) -> None:
    new = _changed(tmp_path, "c.toml", TOML, {"a b": 1, "net.y": True, "other.x": "\x7f"})

    before, after = _lines_changed(TOML, new)
    assert before == []
    assert after == ['"a b" = 1', "y = true", "[other]", 'x = "\\u007f"']
    assert new.index('"a b"') < new.index("[net]") < new.index("y = true") < new.index("[net.deep")


def test_arrays_of_tables_are_replaced_as_a_whole(tmp_path: Path) -> None:
    new = _changed(tmp_path, "c.toml", TOML, {"layers": [{"n": 2}]})

    assert tomllib.loads(new) == {**tomllib.loads(TOML), "layers": [{"n": 2}]}


def test_nothing_but_the_value_changes_in_ini(tmp_path: Path) -> None:
    new = _changed(
        tmp_path,
        "c.ini",
        INI,
        {"DEFAULT.lr": 0.5, "net.deep.Width": 1.5, "net.deep.on": False, "net.deep.text": "x",
         "net.deep.empty": 1},
    )  # fmt: skip

    assert new == (
        INI.replace("1e-3", "0.5")
        .replace("=Yes", "=No")
        .replace("one\n  two", "x")
        .replace("empty =", "empty = 1")
    )


def test_what_is_new_comes_last_in_its_section(tmp_path: Path) -> None:
    new = _changed(tmp_path, "c.ini", INI, {"net.deep.y": True, "DEFAULT.z": "a\nb", "o.x": 1})

    assert new == (
        INI.replace("1e-3\n", "1e-3\nz = a\n\tb\n").replace("empty =", "empty =\ny = true")
        + "\n[o]\nx = 1\n"
    )


def test_case_does_not_count_for_options_of_ini(tmp_path: Path) -> None:
    assert _changed(tmp_path, "c.ini", INI, {"net.deep.width": 2}) == INI.replace("1.50", "2")


def test_names_without_a_section_are_defaults_of_ini(tmp_path: Path) -> None:
    assert _changed(tmp_path, "c.ini", "[a]\nb=1\n", {"b": 2}) == "[a]\nb=1\n\n[DEFAULT]\nb = 2\n"


def test_json_is_one_line_with_sorted_keys_and_numbers_as_written(tmp_path: Path) -> None:
    text = '{\n  "net": {"h": 2},\n  "lr": 0.10,\n  "big": 1E400\n}\n'

    new = _changed(tmp_path, "c.json", text, {"net.h": 5, "x": 1, "lr": 0.1})

    assert new == '{"big": 1E400, "lr": 0.10, "net": {"h": 5}, "x": 1}\n'


@pytest.mark.parametrize("name", ["c.yml", "c.toml", "c.ini"])
def test_windows_line_ends_stay(tmp_path: Path, name: str) -> None:
    text = {"c.yml": "a:\n  b: 1\n  c: 2\n", "c.toml": "[a]\nb = 1\nc = 2\n"}.get(
        name, "[a]\nb = 1\nc = 2\n"
    )
    (tmp_path / name).write_bytes(text.replace("\n", "\r\n").encode())

    write_config(str(tmp_path / name), str(tmp_path / "new"), {"a.b": 3, "a.d": 4})

    new = (tmp_path / "new").read_bytes()
    assert new.count(b"\n") == new.count(b"\r\n") == 4
    assert b"3" in new


@pytest.mark.parametrize(
    ("name", "text", "values", "why"),
    [
        ("c.yml", "a: 1", {"a.b": 1}, "cannot set 'a.b': 'a' is not a map"),
        ("c.json", '{"a": [1]}', {"a.0": 1}, "cannot set 'a.0': 'a' is not a map"),
        ("c.toml", "a = 1", {"b": None}, "TOML knows no null"),
        ("c.toml", "a = 1", {"b": [None]}, "TOML knows no null"),
        ("c.ini", "[a]\nb=1", {"a.b": {"c": 1}}, "texts, numbers and booleans only"),
        ("c.ini", "[a]\nb=1", {"a.b": " x"}, "cannot have the values of a.b"),
    ],
)
def test_values_that_a_file_cannot_have_are_refused(
    tmp_path: Path, name: str, text: str, values: dict[str, FlagValue], why: str
) -> None:
    with pytest.raises(GuildError, match="^error loading config from .*" + why):
        _changed(tmp_path, name, text, values)

    assert not (tmp_path / "out").exists()


def test_a_target_that_cannot_be_written_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "c.yml").write_text("a: 1")
    (tmp_path / "d").mkdir()

    with pytest.raises(GuildError, match="cannot write"):
        write_config(str(tmp_path / "c.yml"), str(tmp_path / "d"), {"a": 2})

    assert sorted(os.listdir(tmp_path)) == ["c.yml", "d"]
