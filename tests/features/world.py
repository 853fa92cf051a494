"""What a scenario is about, and how texts are compared in it."""

from __future__ import annotations

import re

from tests.e2e.sandbox import Outcome, Sandbox

__all__ = ["World", "matches"]


class World:
    """What a scenario is about: a sandbox, and what the last command left behind."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.commands: list[Outcome] = []

    @property
    def last(self) -> Outcome:
        """The command whose effect is looked at."""
        assert self.commands, "no command was run yet"
        return self.commands[-1]

    def run(self, line: str, answer: str = "") -> Outcome:
        """Run a line such as `guild runs`."""
        self.commands.append(self.sandbox.shell_line(line, answer))
        return self.last


def matches(expected: str, actual: str) -> bool:
    """Whether a text is as expected, `...` standing for anything; ends of lines may differ."""
    wanted = [re.escape(line.rstrip()).replace(r"\.\.\.", ".*") for line in _lines(expected)]
    found = "\n".join(line.rstrip() for line in _lines(actual))
    return re.fullmatch("\n".join(wanted), found, re.DOTALL) is not None


def _lines(text: str) -> list[str]:
    return text.strip("\n").split("\n")
