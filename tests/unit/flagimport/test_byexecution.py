"""Import by execution: when it is done, what it finds, and what goes wrong."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from guild.adapters.flagimport.byexecution import ExecutionFailed, dump_parser, readout_of_dump
from guild.domain.flagdef import FlagDef
from tests.unit.flagimport.conftest import Scripts

COMPUTED = """\
import argparse, sys
print("some output")
assert sys.argv[1:] == [], sys.argv
p = argparse.ArgumentParser()
for name in vars(argparse.Namespace(lr=0.1)):
    p.add_argument("--" + name, type=float, default=0.1)
p.add_argument("--read", default=1)
args = p.parse_args()
"""


def test_options_computed_at_run_time_are_found(scripts: Scripts) -> None:
    scripts.write("train.py", COMPUTED)

    found = scripts.run()

    assert (found.dest, found.warnings) == ("args", ())
    assert [(f.name, f.default, f.type) for f in found.flags] == [
        ("lr", 0.1, "float"),
        ("read", 1, None),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "p.add_argument('--x', default=os.sep)",
        "p.add_argument('--x', choices=sorted(os.environ))",
        "p.add_argument('--' + os.sep.replace('/', 'x'))",
        "p.add_argument(*os.getenv('NOPE', '--x').split())",
        "p.add_argument('--x', **vars(argparse.Namespace(default=1)))",
        "getattr(p, 'add_argument')('--x')",
        "list(map(p.add_argument, ['--x']))",
        "if os.sep:\n    p.add_argument('--x')",
        "exec('p.add_argument(\"--x\")', {'p': p})",
    ],
)
def test_what_cant_be_settled_by_reading(scripts: Scripts, line: str) -> None:
    scripts.write(
        "train.py",
        f"import argparse, os\np = argparse.ArgumentParser()\n{line}\np.parse_args()\n",
    )

    found = scripts.run()

    assert ([flag.name for flag in found.flags], found.warnings) == (["x"], ())


@pytest.mark.parametrize(
    ("end", "why"),
    [
        ("import torch_that_is_not_there", "ModuleNotFoundError: No module named "),
        ("raise ValueError('a\\nb')", "b"),
        ("import sys\nsys.exit(3)", "the script ended without parsing arguments"),
        ("", "the script ended without parsing arguments"),
    ],
)
def test_what_was_read_is_used_if_execution_fails(scripts: Scripts, end: str, why: str) -> None:
    scripts.write("train.py", COMPUTED.replace("args = p.parse_args()", end))

    found = scripts.run()

    assert found.dest == "args"
    assert [flag.name for flag in found.flags] == ["read"]
    assert found.warnings[0].startswith(f"cannot import flags from train.py: {why}")


def test_a_script_that_takes_too_long_is_ended(scripts: Scripts) -> None:
    scripts.write("train.py", COMPUTED.replace("print(", "__import__('time').sleep(60)\nprint("))

    found = scripts.read(python=sys.executable, timeout_s=0.3)

    assert found.warnings == (
        "cannot import flags from train.py: did not parse its arguments within 0.3 seconds",
    )


def test_a_python_that_is_not_there_is_reported(scripts: Scripts) -> None:
    scripts.write("train.py", COMPUTED)

    assert scripts.read().warnings == (
        "cannot import flags from train.py: cannot start /nonexistent: No such file or directory",
    )


def test_nothing_is_run_where_reading_is_enough(scripts: Scripts) -> None:
    scripts.write(
        "train.py",
        "import argparse\nopen('ran', 'w')\np = argparse.ArgumentParser()\n"
        "p.add_argument('--x', default=1)\np.parse_args()\n",
    )

    found = scripts.run()

    assert [flag.name for flag in found.flags] == ["x"]
    assert not (scripts.directory / "ran").exists()


def test_words_choose_the_sub_command(scripts: Scripts) -> None:
    scripts.write(
        "train.py",
        "import argparse, os\np = argparse.ArgumentParser()\ns = p.add_subparsers()\n"
        "t = s.add_parser('train')\nt.add_argument('--' + os.sep.replace('/', 'x'))\n"
        "p.parse_args()\n",
    )

    assert [flag.name for flag in scripts.run(words=("train",)).flags] == ["x"]
    assert scripts.run().flags == ()


def test_a_parser_of_a_library_is_found_if_the_destination_is_given(scripts: Scripts) -> None:
    library = scripts.directory.parent / "lib"
    library.mkdir()
    (library / "library.py").write_text(
        "import argparse\ndef build():\n p = argparse.ArgumentParser()\n"
        " p.add_argument('--x')\n return p\n"
    )
    scripts.write(
        "train.py",
        f"import sys\nsys.path.append({str(library)!r})\nimport library\n"
        "library.build().parse_args()\n",
    )

    found = scripts.read(dest="args", python=sys.executable)

    assert ([flag.name for flag in found.flags], found.warnings) == (["x"], ())


def test_modules_named_like_ours_are_the_scripts(scripts: Scripts) -> None:
    scripts.write("cache.py", "NAME = '--x'\n")
    scripts.write("constants.py", "raise SystemExit(1)\n")
    scripts.write(
        "train.py",
        "import argparse, cache\np = argparse.ArgumentParser()\n"
        "p.add_argument(vars(cache)['NAME'])\np.parse_args()\n",
    )

    assert [flag.name for flag in scripts.run().flags] == ["x"]


def test_a_package_is_run_as_one(scripts: Scripts) -> None:
    scripts.write("app/__init__.py", "")
    scripts.write("app/__main__.py", "from .cli import main\nmain()\n")
    scripts.write(
        "app/cli.py",
        "import argparse, os\ndef main():\n p = argparse.ArgumentParser()\n"
        " p.add_argument('--x', default=os.sep)\n p.parse_args()\n",
    )

    (flag,) = scripts.run("app").flags

    assert flag.default == os.sep


def test_defaults_that_are_no_plain_values(scripts: Scripts) -> None:
    scripts.write(
        "train.py",
        "import argparse, decimal, pathlib, sys, enum\nclass E(enum.Enum):\n A = 'a'\n"
        "p = argparse.ArgumentParser()\n"
        "p.add_argument('--out', default=sys.stdout)\n"
        "p.add_argument('--path', default=pathlib.Path('x') / 'y')\n"
        "p.add_argument('--dec', default=decimal.Decimal('1.5'))\n"
        "p.add_argument('--e', type=E, default=E('a'), choices=list(E))\n"
        "p.add_argument('--type', type=decimal.Decimal)\n"
        "p.parse_args()\n",
    )

    found = scripts.run()

    assert {flag.name: flag.default for flag in found.flags} == {
        "dec": "1.5",
        "e": "a",
        "out": None,
        "path": os.path.join("x", "y"),
        "type": None,
    }
    assert found.warnings == (
        "unsupported flag type <class 'decimal.Decimal'> for flag type - ignoring type setting",
        "cannot serialize value 1.5 for flag dec - coercing to string",
    )


AGREEMENT = """\
import argparse
import enum
import pathlib
class Color(enum.Enum):
    RED = "r"
    BLUE = "b"
def str2bool(text):
    return text == "true"
class Store(argparse.Action):
    def __call__(self, parser, namespace, values, option_string=None):
        setattr(namespace, self.dest, values)
base = argparse.ArgumentParser(add_help=False)
base.add_argument("--seed", type=int, help="Seed (default: %(default)s, %(type)s)")
base.set_defaults(seed=7)
p = argparse.ArgumentParser(parents=[base], argument_default=3)
p.add_argument("data", nargs="*")
p.add_argument("-s")
p.add_argument("--plain", "-p")
p.add_argument("--lr", "--rate", type=float, default=0.1, metavar="LR", help="100%% %(dest)s")
p.add_argument("--on", action="store_true", help=argparse.SUPPRESS)
p.add_argument("--off", action="store_false", dest="not_off")
p.add_argument("--both", action=argparse.BooleanOptionalAction, default=True)
p.add_argument("--n", type=int, choices=range(3), required=True, default=None)
p.add_argument("--layers", nargs="+", type=int, default=[1, 2])
p.add_argument("--pair", nargs=2, default=("a b", "c"))
p.add_argument("--maybe", nargs="?", const=1, default="x")
p.add_argument("--one", nargs=1, default=["x"])
p.add_argument("--rest", nargs=argparse.REMAINDER)
p.add_argument("--more", action="extend", nargs="*", default=[])
p.add_argument("--all", action="append", default=[])
p.add_argument("--v", action="count", default=0)
p.add_argument("--version", action="version", version="1")
p.add_argument("--const", action="store_const", const=1)
p.add_argument("--custom", action=Store, default=1)
p.add_argument("--bool", type=bool, default=False)
p.add_argument("--flag", type=str2bool, nargs="?", const=True, default=False)
p.add_argument("--func", type=lambda text: text.split(","), default=[1, 2])
p.add_argument("--path", type=pathlib.Path, default="a/b")
p.add_argument("--color", type=Color, choices=list(Color), default=Color.RED)
p.add_argument("--map", default={"a": 1})
p.add_argument("--no", default=argparse.SUPPRESS)
p.add_argument("--inf", type=float, default=float("inf"))
group = p.add_mutually_exclusive_group(required=True)
group.add_argument("--either")
group.add_argument("--or-so", dest="so")
p.set_defaults(so="late", func=print)
args = p.parse_args()
"""


def test_reading_and_execution_agree(scripts: Scripts) -> None:
    path = scripts.write("train.py", AGREEMENT)

    by_reading = scripts.read(dest="args")

    dump = dump_parser(sys.executable, str(path), str(scripts.directory), os.environ, 30)
    by_execution = readout_of_dump(dump, ())
    assert by_reading.warnings == by_execution.warnings == ()
    assert {flag.name: _shown(flag) for flag in by_reading.flags} == {
        name: _shown(flag) for name, flag in by_execution.flags.items()
    }


def _shown(flag: FlagDef) -> FlagDef:

    # A type shows itself in a help text only when it is run.
    return flag.replaced(description=flag.description.partition(",")[0])


def test_the_projects_files_are_left_as_they_are(scripts: Scripts) -> None:
    scripts.write("mod.py", "import argparse\np = argparse.ArgumentParser()\n")
    path = scripts.write("train.py", "import mod\nmod.p.parse_args()\n")

    dump_parser(sys.executable, str(path), str(scripts.directory), os.environ, 30)

    assert sorted(os.listdir(scripts.directory)) == ["mod.py", "train.py"]


def test_a_script_that_is_not_there_fails(tmp_path: Path) -> None:
    with pytest.raises(ExecutionFailed):
        dump_parser(sys.executable, str(tmp_path / "x.py"), str(tmp_path), os.environ, 30)
