"""The words of a process."""

from __future__ import annotations

import pytest

from guild.domain.command import command_line
from guild.domain.errors import GuildError
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagSet
from guild.domain.operation import FLAG_ARGS, CommandSpec


def test_references_are_resolved() -> None:
    command = CommandSpec(args=("${tool}", "-x"), flags={"tool": FlagDef(name="tool")})

    assert command_line(command, FlagSet({"tool": "ls"}), "python") == ["ls", "-x"]


@pytest.mark.parametrize("args", [(), ("",), (FLAG_ARGS,), ("${tool}",), ("${tool}", "x")])
@pytest.mark.parametrize("tool", ["", None])
def test_empty_command_is_refused(args: tuple[str, ...], tool: str | None) -> None:
    command = CommandSpec(args=args, flags={"tool": FlagDef(name="tool", arg_skip=True)})

    with pytest.raises(GuildError, match="the command is empty"):
        command_line(command, FlagSet({"tool": tool}), "python")
