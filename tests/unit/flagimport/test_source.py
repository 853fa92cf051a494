from __future__ import annotations

import os

import pytest

from guild.domain.errors import GuildError
from tests.unit.flagimport.conftest import Scripts


def test_a_syntax_error_is_one_line_and_shows_its_place(scripts: Scripts) -> None:
    scripts.write("train.py", "a = 1\nb = 2\nx = = 3\n")

    with pytest.raises(GuildError) as raised:
        scripts.read()

    assert raised.value.message == "cannot import flags from train.py: invalid syntax on line 3"
    assert raised.value.hint == "x = = 3\n    ^"


def test_a_caret_is_below_its_character_after_tabs(scripts: Scripts) -> None:
    scripts.write("train.py", "if x:\n\ty = = 1\n")

    with pytest.raises(GuildError) as raised:
        scripts.read()

    line, caret = raised.value.hint.split("\n")
    assert line[: caret.index("^")].count("\t") == caret.count("\t")


def test_a_script_that_is_no_text_is_one_line(scripts: Scripts) -> None:
    (scripts.directory / "train.py").write_bytes(b"a = 1\nb = '\xff\xfe'\n")

    with pytest.raises(GuildError) as raised:
        scripts.read()

    assert str(raised.value).startswith("cannot import flags from train.py: ")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("data", [b"a = '\0'", b"# coding: nope\na = 1\n", b"(" * 5000])
def test_odd_bytes_are_one_clear_error(scripts: Scripts, data: bytes) -> None:
    (scripts.directory / "train.py").write_bytes(data)

    with pytest.raises(GuildError, match=r"^cannot import flags from train\.py: "):
        scripts.read()


def test_a_declared_encoding_is_respected(scripts: Scripts) -> None:
    (scripts.directory / "train.py").write_bytes(b"# -*- coding: latin-1 -*-\ns = '\xe9'\n")

    assert scripts.read().flags[0].default == "é"


def test_a_byte_order_mark_is_no_error(scripts: Scripts) -> None:
    (scripts.directory / "train.py").write_bytes(b"\xef\xbb\xbfa = 1\n")

    assert scripts.read().flags[0].default == 1


def test_a_missing_script_is_an_error(scripts: Scripts) -> None:
    with pytest.raises(GuildError, match="no such file"):
        scripts.read("nope.py")


def test_a_script_that_cant_be_read_is_an_error(
    scripts: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = scripts.write("train.py", "a = 1")

    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("builtins.open", refuse)

    with pytest.raises(GuildError, match=r"from train\.py: permission denied"):
        scripts.read()


def test_a_package_is_its_main_module(scripts: Scripts) -> None:
    scripts.write("pkg/__init__.py", "")
    scripts.write("pkg/__main__.py", "lr = 1")

    assert [flag.name for flag in scripts.read("pkg").flags] == ["lr"]


def test_a_script_outside_of_the_project_is_shown_in_full(scripts: Scripts) -> None:
    outside = scripts.directory.parent / "other.py"
    outside.write_text("x = = 1")

    with pytest.raises(GuildError) as raised:
        scripts.read(os.path.join("..", "other.py"))

    assert "other.py" in raised.value.message


def test_warnings_of_the_scripts_code_are_not_shown(
    scripts: Scripts, recwarn: pytest.WarningsRecorder
) -> None:
    scripts.read_text("s = '\\d'\n")

    assert not recwarn.list
