"""What is read of scripts is what the real libraries make of them.

Each script is read, and also run with the real library in a process of its own: without
flags, with all defaults as `guild run` passes them, and with one flag changed at a time.
"""

from __future__ import annotations

import functools
import importlib.metadata as metadata
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import field, frozen
from packaging.version import Version

from guild.adapters.flagimport import PythonFlagImporter
from guild.domain.flagargs import flag_args
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagSet, FlagValue
from tests.unit.flagimport import parse_for_real
from tests.unit.flagimport.real_scripts import SCRIPTS, STAND_IN

_LIBRARIES = {"click": "click", "typer": "typer", "absl": "absl"}
_SINCE = {
    ("click", "classes of choices"): "8.2",
    ("typer", "literals"): "0.19",
    ("typer", "callbacks and no annotations"): "0.29",
}
"""Releases that a script needs."""

_CASES = [(framework, name) for framework, scripts in SCRIPTS.items() for name in scripts]
_EVERY_SCRIPT = pytest.mark.parametrize(("framework", "name"), _CASES)

_TRANSFORMED = {
    "callbacks",
    "types",
    "counts and callbacks",
    "callbacks and no annotations",
}
"""Scripts that make other values of what they are given."""


@frozen
class _Real:
    """What a script and its library say.

    Attributes:
        flags: What is read of the script, by name.
        options: What the library knows of its long options, by name.
        values: Parsed with the required flags only.
        with_defaults: Parsed with all defaults given as well.
        changed: The value that each flag is given instead of its default, and what is parsed.
        without: Exit status without each of the required flags.
    """

    flags: Mapping[str, FlagDef]
    options: Mapping[str, Mapping[str, Any]]  # Any: JSON
    values: Mapping[str, Any]  # Any: JSON
    with_defaults: object
    changed: Mapping[str, tuple[FlagValue, Any]] = field(factory=dict)  # Any: JSON
    without: Mapping[str, int] = field(factory=dict)


@functools.cache
def _asked(framework: str) -> dict[str, _Real]:
    """Everything about all scripts of a framework: one process imports its library once."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "transformers.py").write_text(STAND_IN)
        read = {
            name: _read(Path(directory), f"script{index}", text, name, framework == "execution")
            for index, (name, text) in enumerate(SCRIPTS[framework].items())
        }
        questions = [
            {"script": str(script), "args": args}
            for name, (script, flags) in read.items()
            for args in _args(name, flags)
        ]
        answers = iter(_answers(framework, questions, directory))
        return {name: _real(flags, answers) for name, (_, flags) in read.items()}


def _read(
    directory: Path, stem: str, text: str, name: str, may_run: bool
) -> tuple[Path, dict[str, FlagDef]]:
    project = directory / stem
    project.mkdir()
    script = project / "train.py"
    script.write_text(text)
    python = sys.executable if may_run else "/nonexistent"
    importer = PythonFlagImporter(python, dict(os.environ), None)
    found = importer.flags(str(script), str(project), words=_words(name))
    flags = {flag.name: flag for flag in found.flags if not flag.extra}
    return script, flags


def _words(name: str) -> tuple[str, ...]:
    """Words of a sub-command, which are those of the case after the first."""
    first, *words = name.split()
    return tuple(words) if first in ("group", "app", "commands") else ()


def _args(name: str, flags: Mapping[str, FlagDef]) -> Iterator[list[str]]:
    """Arguments to try; `_real` takes the answers in the same order."""
    required = {key: _other(flag) for key, flag in flags.items() if flag.required}
    defaults = {key: flag.default for key, flag in flags.items() if flag.default is not None}
    settings = [required, {**defaults, **required}]
    settings += [{**required, key: _other(flag)} for key, flag in flags.items()]
    settings += [{k: v for k, v in required.items() if k != key} for key in required]
    for setting in settings:
        yield [*_words(name), *flag_args(FlagSet(setting), flags, "args").args]


def _real(flags: Mapping[str, FlagDef], answers: Iterator[Mapping[str, Any]]) -> _Real:
    plain, with_defaults = next(answers), next(answers)
    changed = {key: (_other(flag), next(answers)["values"]) for key, flag in flags.items()}
    without = {key: next(answers)["code"] for key, flag in flags.items() if flag.required}
    options = {one["name"]: one for one in plain["options"] if one["name"] and one["is_flag"]}
    return _Real(flags, options, plain["values"], with_defaults["values"], changed, without)


def _answers(framework: str, questions: object, path: str) -> list[Any]:  # Any: JSON
    library = framework if framework in _LIBRARIES else "argparse"
    done = subprocess.run(
        [sys.executable, "-W", "error", parse_for_real.__file__, library],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def _other(flag: FlagDef) -> FlagValue:
    """A value that the flag does not have by default."""
    numbers: list[FlagValue] = [1, 2, 3] if flag.type == "int" else [0.25, 0.75]
    candidates: list[FlagValue] = ["3", "4"]
    if flag.choices:
        candidates = [choice.value for choice in flag.choices]
    elif flag.arg_split is True:
        count = len(str(flag.default).split()) if flag.default else 2
        candidates = [" ".join("5" * count)]
    elif flag.type == "boolean":
        candidates = [True, False]
    elif flag.type in ("int", "float"):
        candidates = [one for one in numbers if _is_within(one, flag)]
    return next(one for one in candidates if str(one) != str(flag.default))


def _is_within(value: FlagValue, flag: FlagDef) -> bool:
    assert isinstance(value, (int, float))
    return (flag.min is None or value >= flag.min) and (flag.max is None or value <= flag.max)


@pytest.fixture
def real(framework: str, name: str) -> _Real:
    """What a script's library says; skipped where the library is not installed."""
    library = _LIBRARIES.get(framework)
    if library and importlib.util.find_spec(library) is None:
        pytest.skip(f"no {library} here")
    needed = _SINCE.get((framework, name))
    if needed and Version(metadata.version(framework)) < Version(needed):
        pytest.skip(f"needs {framework} {needed}")
    return _asked(framework)[name]


@_EVERY_SCRIPT
def test_every_option_is_a_flag_and_nothing_else_is(
    real: _Real, framework: str, name: str
) -> None:
    assert sorted(real.flags) == sorted(real.options)


@_EVERY_SCRIPT
def test_the_flags_say_what_the_options_say(real: _Real, framework: str, name: str) -> None:
    read = {key: _said(flag, real.options[key]) for key, flag in real.flags.items()}
    said = {key: _expected(option) for key, option in real.options.items()}

    assert read == said


@_EVERY_SCRIPT
def test_passing_the_defaults_is_passing_nothing(real: _Real, framework: str, name: str) -> None:
    assert real.values is not None
    assert real.with_defaults == real.values


@_EVERY_SCRIPT
def test_each_value_arrives(real: _Real, framework: str, name: str) -> None:
    for key, (value, parsed) in real.changed.items():
        assert parsed is not None, f"{key}={value} is refused"
        if real.flags[key].required:
            continue
        flag = real.flags[key]
        arrived = [parsed[one] for one in parsed if parsed[one] != real.values.get(one)]
        if flag.arg_switch is not None and flag.default is None and not arrived:
            continue  # A feature that is on already.
        assert len(arrived) == 1, f"{key}={value} gives {parsed}"
        if name not in _TRANSFORMED:
            assert _is_value(arrived[0], value, flag), f"{key}={value}: {arrived}"


@_EVERY_SCRIPT
def test_required_flags_can_not_be_left_out(real: _Real, framework: str, name: str) -> None:
    assert [key for key, code in real.without.items() if code == 0] == []


def _said(flag: FlagDef, option: Mapping[str, Any]) -> dict[str, object]:
    """A flag in the terms of `_expected`."""
    said: dict[str, object] = {"help": flag.description}
    if option["kind"] == "switch":
        return {**said, "is switch": flag.arg_switch is not None}
    said["choices"] = [choice.value for choice in flag.choices]
    said["bounds"] = (flag.min, flag.max)
    said["several"] = flag.arg_split is True
    if not flag.choices:
        said["type"] = flag.type
    if not isinstance(option["default"], list):
        said["default"] = flag.default
    return said


def _expected(option: Mapping[str, Any]) -> dict[str, object]:
    """What the library says of an option, as far as a flag can say it.

    Lists are left to what arrives when they are passed.
    """
    said: dict[str, object] = {"help": option["help"]}
    if option["kind"] == "switch":
        return {**said, "is switch": True}
    said["choices"] = option["choices"]
    said["bounds"] = (option["min"], option["max"])
    said["several"] = option["several"]
    if not option["choices"]:
        said["type"] = option["type"]
    if not isinstance(option["default"], list):
        said["default"] = option["default"]
    return said


def _is_value(arrived: object, value: FlagValue, flag: FlagDef) -> bool:
    if isinstance(arrived, list) and flag.arg_split:
        return [str(one).removesuffix(".0") for one in arrived] == str(value).split()
    if isinstance(arrived, list) and len(arrived) == 1:
        arrived = arrived[0]
    if flag.arg_switch is not None:
        return True  # Whatever the option stores.
    if flag.choices and isinstance(arrived, str):
        return value in arrived.split("=")
    return arrived == value
