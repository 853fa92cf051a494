"""Tests of the help for an operation."""

from __future__ import annotations

from guild.adapters.cli.handlers.ophelp import operation_help
from guild.domain.flagdef import FlagDef
from guild.domain.operation import CommandSpec, Operation
from guild.domain.opref import OpRef

_OPERATION = Operation(
    opref=OpRef.parse("script:/p '' '' train.py"),
    name="train.py",
    project_dir="/p",
    command=CommandSpec(args=()),
    flags=(
        FlagDef(name="lr", default=0.1, description="How far to go along the gradient each time"),
        FlagDef(name="x", description="First\nWhat follows is wrapped as well, if need be"),
    ),
)


def flag_lines(columns: int | None) -> list[str]:
    lines = list(operation_help(_OPERATION, columns))
    return lines[lines.index("Flags:") + 1 :]


def test_descriptions_are_on_one_line_where_there_is_no_terminal() -> None:
    assert flag_lines(None)[0] == (
        "  lr  How far to go along the gradient each time (default is 0.1)"
    )


def test_descriptions_are_wrapped_beside_the_names() -> None:
    assert flag_lines(40) == [
        "  lr  How far to go along the gradient",
        "      each time (default is 0.1)",
        "  x   First",
        "",
        "      What follows is wrapped as well,",
        "      if need be",
    ]
