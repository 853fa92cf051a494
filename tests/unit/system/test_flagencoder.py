"""Functions of projects that encode flags."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from guild.adapters.system.flagencoder import encode_flags
from guild.domain.choice import Choice
from guild.domain.errors import GuildError
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagValue

_CODE = """
def encode(value, flag):
    print("said to nobody")
    if flag.choices:
        return [choice.value for choice in flag.choices]
    return f"{flag.distribution or 'uniform'}[{flag.min}:{flag.max}]" if flag.max else value

def fail(value, flag):
    raise RuntimeError("no luck")

def odd(value, flag):
    return {1, 2}
"""
_DEFS = {
    "a": FlagDef(name="a", choices=(Choice(1), Choice(2))),
    "b": FlagDef(name="b", min=0, max=5, distribution="normal"),
}


def encoded(directory: Path, spec: str) -> dict[str, FlagValue]:
    (directory / "mine.py").write_text(_CODE)
    flags: dict[str, FlagValue] = {"a": 1, "b": 2, "c": 3}
    return encode_flags(
        spec, str(directory), flags, _DEFS, python=sys.executable, env=dict(os.environ)
    )


def test_each_flag_that_is_defined_is_encoded(tmp_path: Path) -> None:
    assert encoded(tmp_path, "mine:encode") == {"a": [1, 2], "b": "normal[0:5]", "c": 3}


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("mine", "invalid flag-encoder 'mine': expected MODULE:FUNCTION"),
        ("mine:fail", "flag-encoder 'mine:fail' failed: RuntimeError: no luck"),
        ("nope:encode", "flag-encoder 'nope:encode' failed: ModuleNotFoundError: .*'nope'"),
        ("mine:odd", "flag-encoder 'mine:odd' failed: TypeError: .*set.*"),
    ],
)
def test_what_goes_wrong_is_said_in_a_line(tmp_path: Path, spec: str, message: str) -> None:
    with pytest.raises(GuildError, match=message):
        encoded(tmp_path, spec)
