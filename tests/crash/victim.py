"""A command that is started to be killed."""

from __future__ import annotations

import os
import select
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from attrs import frozen

from tests.crash.killer import end_all_of
from tests.e2e.sandbox import GUILD, Sandbox

__all__ = ["Kill", "Victim"]

_KILLER = str(Path(__file__).with_name("killer.py"))
_PATIENCE_S = 60.0


@frozen
class Kill:
    """A moment and what dies then.

    Attributes:
        change: Before which change of a file; None for a time.
        delay_s: After how long; of no meaning with `change`.
        whom: `front`, `one` or `tree`: see `killer`.
        how: `before` the change, or in the middle of it: `torn`.
    """

    change: int | None
    delay_s: float
    whom: str
    how: str

    def __str__(self) -> str:
        if self.change is None:
            return f"{self.whom} after {self.delay_s:.3f} s"
        return f"{self.whom} at change {self.change}, {self.how}"


class Victim:
    """A command in a session of its own.

    All that it starts has the end of a pipe, so it is known when nothing of it lives any more.

    Args:
        sandbox: Where it is given.
        line: The command.
        how: How `killer` is to go about it; None to do without.
    """

    def __init__(self, sandbox: Sandbox, line: str, how: str | None) -> None:
        self._home = str(sandbox.home)
        self._pipe, held = os.pipe()
        words = shlex.split(line)
        program = (sys.executable if words[0].endswith(".py") else str(GUILD),)
        killer = () if how is None else (sys.executable, _KILLER, how, str(held), "--")
        self._front = subprocess.Popen(
            [*(killer or program), *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=sandbox.project,
            env=sandbox.environ,
            start_new_session=True,
            pass_fds=[held],
        )
        os.close(held)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        end_all_of(self._home)
        self._front.wait()
        os.close(self._pipe)

    def kill_after(self, seconds: float, whom: str) -> bool:
        """Kill it at that time. Whether it was still there."""
        try:
            self._front.wait(seconds)
            return False
        except subprocess.TimeoutExpired:
            pass
        self._front.send_signal(signal.SIGKILL)
        while whom == "tree" and end_all_of(self._home):
            pass
        return True

    def left(self) -> bytes:
        """What it wrote to the pipe, once nothing of it lives.

        Raises:
            AssertionError: If something still lives after a minute.
        """
        deadline = time.monotonic() + _PATIENCE_S
        found = b""
        while True:
            ready, _, _ = select.select([self._pipe], [], [], max(0, deadline - time.monotonic()))
            assert ready, "something of it still lives"
            data = os.read(self._pipe, 1 << 16)
            if not data:
                return found
            found += data

    def status(self) -> int:
        """How the command itself ended."""
        return self._front.wait(_PATIENCE_S)
