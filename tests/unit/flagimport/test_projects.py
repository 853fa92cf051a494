"""Parsers that are built in several modules of a project."""

from __future__ import annotations

import sys

import pytest

from tests.unit.flagimport.conftest import Scripts

BUILD = """\
import argparse
import torch
def build(parser=None):
    parser = parser or argparse.ArgumentParser()
    parser.add_argument("--x", default=1)
    return parser
"""


@pytest.mark.parametrize(
    ("files", "script"),
    [
        ({"cli.py": BUILD}, "import cli\ncli.build().parse_args()"),
        ({"cli.py": BUILD}, "from cli import build\nbuild().parse_args()"),
        ({"cli.py": BUILD}, "from cli import *\nbuild().parse_args()"),
        ({"cli.py": BUILD}, "import cli as c\nc.build().parse_args()"),
        (
            {"lib/__init__.py": "", "lib/cli.py": BUILD},
            "from lib import cli\ncli.build().parse_args()",
        ),
        ({"lib/cli.py": BUILD}, "from lib.cli import build\nbuild().parse_args()"),
        ({"lib/cli.py": BUILD}, "from lib import cli\ncli.build().parse_args()"),
        ({"lib/cli.py": BUILD}, "import lib.cli\nlib.cli.build().parse_args()"),
        (
            {"lib/__init__.py": "from .cli import build", "lib/cli.py": BUILD},
            "import lib\nlib.build().parse_args()",
        ),
        (
            {
                "lib/__init__.py": "from lib.sub.cli import (\n  build,  # it\n)",
                "lib/sub/cli.py": BUILD,
            },
            "from lib import build\nbuild().parse_args()",
        ),
        ({"cli.py": BUILD + "args = build().parse_args()"}, "from cli import args"),
        ({"cli.py": BUILD + "args = build().parse_args()"}, "import cli"),
        (
            {"cli.py": BUILD + "args = build().parse_args()", "mid.py": "import cli"},
            "import mid",
        ),
        (
            {"cli.py": BUILD},
            "import argparse, cli\np = argparse.ArgumentParser()\ncli.build(p)\np.parse_args()",
        ),
        (
            {"cli.py": BUILD.replace("=1", "=ONE"), "one.py": "ONE = 3 - 2"},
            "from one import ONE\nimport cli, one\ncli.ONE = one.ONE\ncli.build().parse_args()",
        ),
        (
            {"cli.py": "from consts import N\n" + BUILD.replace("=1", "=N"), "consts.py": "N = 1"},
            "import cli\ncli.build().parse_args()",
        ),
        (
            {
                "net.py": "class Net(torch.nn.Module):\n    @staticmethod\n    def add(p):\n"
                "        p.add_argument('--x', default=1)\n        return p\n"
            },
            "import argparse, net\nnet.Net.add(argparse.ArgumentParser()).parse_args()",
        ),
    ],
)
def test_the_parser_may_come_from_modules_of_the_project(
    scripts: Scripts, files: dict[str, str], script: str
) -> None:
    for name, text in files.items():
        scripts.write(name, text)

    found = scripts.read_text(script)

    assert (found.dest, found.warnings) == ("args", ())
    assert [(flag.name, flag.default) for flag in found.flags] == [("x", 1)]


def test_relative_imports_of_a_packages_main(scripts: Scripts) -> None:
    scripts.write("app/__init__.py", "")
    scripts.write("app/__main__.py", "from .sub.run import main\nmain()\n")
    scripts.write(
        "app/sub/run.py", "from ..cli import build\ndef main():\n build().parse_args()\n"
    )
    scripts.write("app/cli.py", BUILD)

    assert [flag.name for flag in scripts.read("app").flags] == ["x"]


def test_modules_beside_a_script_in_a_subdirectory(scripts: Scripts) -> None:
    scripts.write("tools/train.py", "from cli import build\nbuild().parse_args()\n")
    scripts.write("tools/cli.py", BUILD)

    assert [flag.name for flag in scripts.read("tools/train.py").flags] == ["x"]


@pytest.mark.parametrize(
    "module",
    [
        BUILD + "if __name__ == '__main__':\n    build().parse_args()\n",
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('--x')\n"
        "if __name__ == '__main__':\n    p.parse_args()\n",
        "import click\n@click.command()\n@click.option('--x')\ndef main(x): ...\n"
        "if __name__ == '__main__':\n    main()\n",
        "import typer\napp = typer.Typer()\n@app.command()\ndef main(x: int = 1): ...\n"
        "if __name__ == '__main__':\n    app()\n",
        "from absl import flags, app\nflags.DEFINE_string('x', 'a', 'X')\n"
        "if __name__ == '__main__':\n    app.run(print)\n",
    ],
)
def test_the_command_line_of_an_imported_script_is_not_the_importers(
    scripts: Scripts, module: str
) -> None:
    scripts.write("other.py", module)

    found = scripts.read_text("from other import something\nlr = 1\n")

    assert found.dest == "globals"
    assert [flag.name for flag in found.flags] == ["lr"]


def test_a_long_program_without_a_parser_is_not_run(scripts: Scripts) -> None:
    scripts.write("cli.py", BUILD)

    found = scripts.read_text(
        "import cli\nlr = 1\nfor i in range(9999):\n    for j in range(9999):\n        pass\n"
    )

    assert (found.dest, found.warnings) == ("globals", ())


def test_a_module_that_is_no_python_is_as_good_as_none(scripts: Scripts) -> None:
    scripts.write("broken.py", "import argparse\nx = = 1\n")

    found = scripts.read_text(
        "import argparse\nimport broken\np = argparse.ArgumentParser()\n"
        "p.add_argument('--x')\np.parse_args()\n"
    )

    assert [flag.name for flag in found.flags] == ["x"]


def test_files_outside_of_the_project_are_not_read(scripts: Scripts) -> None:
    (scripts.directory.parent / "cli.py").write_text(BUILD)
    scripts.write("pkg/__init__.py", "")
    scripts.write("pkg/train.py", "from ...cli import build\nbuild().parse_args()\nlr = 1\n")

    assert scripts.read("pkg/train.py").dest == "globals"


def test_nothing_is_imported(scripts: Scripts) -> None:
    scripts.write("poison.py", "import argparse\nraise SystemExit('imported')\n")
    before = set(sys.modules)

    found = scripts.read_text(
        "import poison\nimport torch\nimport argparse\np = argparse.ArgumentParser()\n"
        "p.add_argument('--x')\np.parse_args()\n"
    )

    assert [flag.name for flag in found.flags] == ["x"]
    assert not {"poison", "torch"} & (set(sys.modules) - before)


def test_many_modules_are_not_all_read(scripts: Scripts) -> None:
    for number in range(250):
        scripts.write(f"m{number}.py", f"import m{number + 1}\n")
    scripts.write("m250.py", BUILD + "build().parse_args()\n")

    assert scripts.read_text("import m0\nlr = 1\n").dest == "globals"
