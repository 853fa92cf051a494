"""Flags that were found in a script come to it by every destination."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

import guild
from guild.adapters.configfiles import config_flags, write_config
from guild.adapters.flagimport import PythonFlagImporter
from guild.domain.command import command_line, process_env
from guild.domain.flagcheck import resolve
from guild.domain.flags import FlagSet, FlagValue
from guild.domain.importedflags import ImportedFlags
from guild.domain.operation import FLAG_ARGS, PYTHON_EXE, RUNNER, CommandSpec
from tests.unit.flagimport.conftest import Scripts

_ARGPARSE = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
parser.add_argument("--layers", type=int, nargs="+", default=[1, 2])
parser.add_argument("--fast", action="store_true")
parser.add_argument("--no-log", dest="log", action="store_false")
parser.add_argument("--cache", action=argparse.BooleanOptionalAction, default=True)
parser.add_argument("--n-units", default=None)
print(sorted(vars(parser.parse_args()).items()))
"""
_COMMANDS = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=0)
commands = parser.add_subparsers(dest="command")
train = commands.add_parser("train")
train.add_argument("--lr", type=float, default=0.1)
test = commands.add_parser("test")
test.add_argument("--top", type=int, default=1)
print(sorted(vars(parser.parse_args()).items()))
"""
_CLICK = """\
import click

@click.group()
def main():
    pass

@main.command()
@click.option("--lr", type=float, default=0.1)
@click.option("--opt", type=click.Choice(["adam", "sgd"]), default="adam")
@click.option("--fast/--slow", default=False)
@click.option("--name")
def train(lr, opt, fast, name):
    print((lr, opt, fast, name))

main()
"""


class _Project:
    """A project with a script `train.py`, which is run as a run does."""

    def __init__(self, scripts: Scripts, text: str) -> None:
        self.directory = scripts.directory
        scripts.write("train.py", text)

    def imported(self, dest: str | None, words: tuple[str, ...]) -> ImportedFlags:
        importer = PythonFlagImporter(sys.executable, dict(os.environ), None)
        return importer.flags(
            str(self.directory / "train.py"), str(self.directory), dest=dest, words=words
        )

    def output(
        self,
        given: Mapping[str, FlagValue],
        dest: str | None,
        words: tuple[str, ...] = (),
        imported: ImportedFlags | None = None,
    ) -> str:
        imported = imported or self.imported(dest, words)
        flags = resolve(
            imported.flags,
            given,
            operation="train",
            force=False,
            cwd_join=os.path.abspath,
            exists=os.path.exists,
        )
        command = CommandSpec(
            args=(PYTHON_EXE, *RUNNER, "train", *words, "--", FLAG_ARGS),
            flags={flag.name: flag for flag in imported.flags},
            flags_dest=imported.dest,
        )
        return self._run(command, flags)

    def _run(self, command: CommandSpec, flags: FlagSet) -> str:
        source = os.path.dirname(os.path.dirname(guild.__file__ or ""))
        process = subprocess.run(
            command_line(command, flags, sys.executable),
            env=process_env(os.environ, command, flags, {}, [".", source]),
            cwd=self.directory,
            capture_output=True,
            text=True,
            check=False,
        )
        assert process.stderr == ""
        return process.stdout.strip()


def test_globals(scripts: Scripts) -> None:
    project = _Project(
        scripts, "lr = 0.1\nname = 'a'\nlayers = [1, 'x y']\nnone = None\nfast = False\n"
        "print((lr, name, layers, none, fast))",
    )  # fmt: skip

    assert project.output({}, None) == "(0.1, 'a', [1, 'x y'], None, False)"
    assert (
        project.output(
            {"lr": 1, "name": "1", "layers": "3 '4'", "none": "x", "fast": True}, "globals"
        )
        == "(1, '1', [3, 4], 'x', True)"
    )


@pytest.mark.parametrize("dest", [None, "args"])
def test_argparse(scripts: Scripts, dest: str | None) -> None:
    project = _Project(scripts, _ARGPARSE)

    assert project.output({}, dest) == (
        "[('cache', True), ('fast', False), ('layers', [1, 2]), ('log', True), ('lr', 0.1),"
        " ('n_units', None)]"
    )
    given: dict[str, FlagValue] = {
        "lr": 1, "layers": "3 4 5", "fast": True, "no-log": False, "cache": False,
        "n-units": "a b",
    }  # fmt: skip
    assert project.output(given, dest) == (
        "[('cache', False), ('fast', True), ('layers', [3, 4, 5]), ('log', False), ('lr', 1.0),"
        " ('n_units', 'a b')]"
    )


def test_words_name_the_command(scripts: Scripts) -> None:
    project = _Project(scripts, _COMMANDS)

    assert [flag.name for flag in project.imported("args", ("train",)).flags] == ["lr"]
    assert [flag.name for flag in project.imported("args", ("test",)).flags] == ["top"]
    assert project.output({"lr": 2}, "args", ("train",)) == (
        "[('command', 'train'), ('lr', 2.0), ('seed', 0)]"
    )


@pytest.mark.parametrize("dest", [None, "args:click"])
def test_click(scripts: Scripts, dest: str | None) -> None:
    project = _Project(scripts, _CLICK)

    assert project.output({}, dest, ("train",)) == "(0.1, 'adam', False, None)"
    assert (
        project.output({"lr": 2, "opt": "sgd", "fast": True, "name": "x"}, dest, ("train",))
        == "(2.0, 'sgd', True, 'x')"
    )


@pytest.mark.parametrize("dest", ["global:params", "dict:params"])
def test_items_of_a_dict(scripts: Scripts, dest: str) -> None:
    project = _Project(
        scripts,
        "params = {'lr': 0.1, 'net': {'h': 2, 'act': {'name': 'relu'}}, 'other': print}\n"
        "print(params['lr'], params['net'], 'other' in params)",
    )

    assert project.output({}, dest) == "0.1 {'h': 2, 'act': {'name': 'relu'}} True"
    assert (
        project.output({"net.act.name": "1", "lr": None}, dest)
        == "0.1 {'h': 2, 'act': {'name': '1'}} True"
    )


def test_attributes_of_namespaces(scripts: Scripts) -> None:
    project = _Project(
        scripts,
        "from types import SimpleNamespace\n"
        "config = SimpleNamespace(lr=0.1, net=SimpleNamespace(h=2, sizes=[1]))\n"
        "print(config.lr, config.net.h, config.net.sizes)",
    )

    assert project.output({}, "namespace:config") == "0.1 2 [1]"
    assert project.output({"net.h": 5, "net.sizes": "2 3"}, "namespace:config") == "0.1 5 [2, 3]"


@pytest.mark.parametrize("dest", ["none", "other"])
def test_no_destination_passes_nothing(scripts: Scripts, dest: str) -> None:
    project = _Project(scripts, "import sys, os\nlr = 1\nprint(lr, len(sys.argv))")

    assert project.imported(dest, ()).flags == ()
    assert project.output({}, dest) == "1 1"


@pytest.mark.parametrize(
    ("name", "text", "load"),
    [
        ("c.json", '{"lr": 0.1, "net": {"h": [1, 2]}}', "json.load(f)"),
        ("c.toml", "lr = 0.1\nnet = {h = [1, 2]}", "tomllib.load(f)"),
        ("c.yml", "lr: 0.1\nnet: {h: [1, 2]}", "yaml.safe_load(f)"),
    ],
)
def test_config_files(scripts: Scripts, tmp_path: Path, name: str, text: str, load: str) -> None:
    project = _Project(
        scripts,
        f"import json, sys, tomllib, yaml\nf = open({name!r}, 'rb')\nprint({load}, sys.argv[1:])",
    )
    (tmp_path / name).write_text(text)
    dest = f"config:{name}"
    imported = ImportedFlags(flags=config_flags(str(tmp_path / name)), dest=dest)
    values: dict[str, FlagValue] = {"lr": 0.5, "net.h": [3]}

    write_config(str(tmp_path / name), str(project.directory / name), values)

    assert [flag.name for flag in imported.flags] == ["lr", "net.h"]
    assert project.output({}, dest, imported=imported) == "{'lr': 0.5, 'net': {'h': [3]}} []"


def test_destinations_of_one_script_do_not_mix(scripts: Scripts) -> None:
    project = _Project(
        scripts,
        "from types import SimpleNamespace\na = {'x': 1}\nb = SimpleNamespace(y=2)\nprint(a, b)",
    )

    for dest, names in (("dict:a", ["x"]), ("namespace:b", ["y"]), ("dict:a", ["x"])):
        assert [flag.name for flag in project.imported(dest, ()).flags] == names
