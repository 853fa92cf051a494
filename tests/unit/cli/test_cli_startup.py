"""What a start of `guild` imports: the cost that is not seen in any other test."""

from __future__ import annotations

import subprocess
import sys

import pytest

_PROBE = """
import sys
before = set(sys.modules)
sys.argv = ["guild", *sys.argv[1:]]
from guild.__main__ import main
status = main()
print("\\n".join(sorted(set(sys.modules) - before)), file=sys.stderr)
raise SystemExit(status)
"""

_KIT = {"catalog", "console", "context", "errors", "root"}


def modules(*args: str) -> set[str]:
    """The modules that a command line imports, beyond those of the bare interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, *args],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "", "COLUMNS": "80"},
    )
    return set(done.stderr.split())


def in_kit(*names: str) -> set[str]:
    packages = {"guild", "guild.__main__", "guild.adapters", "guild.adapters.cli", "__future__"}
    packages.add("gc")
    return packages | {f"guild.adapters.cli.{name}" for name in names}


def test_version_imports_the_package_alone() -> None:
    assert modules("--version") == {"guild", "guild.__main__", "__future__", "gc"}


@pytest.mark.parametrize("args", [["--help"], []])
def test_help_imports_neither_typer_nor_commands(args: list[str]) -> None:
    assert modules(*args) == in_kit(*_KIT, "helppage", "layout")


def test_a_well_formed_command_line_imports_no_typer() -> None:
    assert modules("completion", "-s", "bash") == in_kit(
        *_KIT, "quickparse", "spec", "completionscripts", "commands", "commands.completion"
    )
