"""Interpreters of particular versions."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

import pytest

from guild.adapters.system.interpreters import find_interpreter
from guild.domain.errors import GuildError


def test_the_usual_interpreter_is_taken_if_it_suits() -> None:
    assert find_interpreter(">=3.11", sys.executable, {}) == sys.executable
    version = ".".join(platform.python_version_tuple()[:2])
    assert find_interpreter(version, sys.executable, {}) == sys.executable


def test_else_one_of_the_search_path_is(tmp_path: Path) -> None:
    old = tmp_path / "python3.4"
    old.write_text("#!/bin/sh\necho 3.4.10\n")
    old.chmod(0o755)
    (tmp_path / "python3.5").write_text("not executable")
    os.mkfifo(tmp_path / "python3")

    found = find_interpreter("<3.5", sys.executable, {"PATH": str(tmp_path)})

    assert found == str(old)


@pytest.mark.parametrize(
    ("requirement", "message"),
    [
        (">=99", "cannot find a python interpreter for requirement '>=99'"),
        ("three", "invalid python-requires 'three'"),
    ],
)
def test_what_can_not_be_had_is_said(requirement: str, message: str) -> None:
    with pytest.raises(GuildError) as error:
        find_interpreter(requirement, sys.executable, {})
    assert error.value.message == message
