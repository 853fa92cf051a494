"""A terminal with a program in it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["CTRL_C", "CTRL_D", "Screen"]

CTRL_C, CTRL_D = "\x03", "\x04"

_PATIENCE_S = 30.0
_PRESSED_AGAIN_S = 2.0
_TO_COME = 65536
_ENDED = "<ended "

# The leader of the terminal's session outlives the program: at its end the terminal is hung up,
# which can cost what was written last.
_LEADER = ["sh", "-c", 'trap : INT; "$@"; printf "<ended %d>" $?', "sh"]


class Screen:
    """A pseudo-terminal that a program runs in, in a session of its own.

    Attributes:
        shown: What was written to it so far, with the terminal's line ends as `\\n`; what was
            waited for is taken off.
        leader: The leader of the session, which started the program.
    """

    def __init__(
        self, args: Sequence[str], cwd: Path, env: Mapping[str, str], size: tuple[int, int]
    ) -> None:
        self._keys, end = pty.openpty()
        rows, columns = size
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.shown = ""
        self.leader = subprocess.Popen(
            [*_LEADER, *args],
            stdin=end,
            stdout=end,
            stderr=end,
            cwd=cwd,
            env=dict(env),
            preexec_fn=_own_terminal,
        )
        os.close(end)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._keys, keys.encode())

    def interrupt(self) -> tuple[int, str]:
        """Press Ctrl-C until the program ends; what `wait_for_end` tells.

        Python looks for signals before it reads and not while it goes there, so one that comes
        just then is seen when the reading ends: who waits in vain presses again.
        """
        self.type(CTRL_C)
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline and not self._shows(_ENDED, _PRESSED_AGAIN_S):
            self.type(CTRL_C)
        return self.wait_for_end()

    def wait_for(self, text: str) -> str:
        """Read until a text is shown; what was shown before it."""
        assert self._shows(text, _PATIENCE_S), f"waited in vain for {text!r} after {self.shown!r}"
        before, _, self.shown = self.shown.partition(text)
        return before

    def wait_for_end(self) -> tuple[int, str]:
        """Exit status of the program as a shell tells it, and all that was not waited for."""
        shown = self.wait_for(_ENDED)
        return int(self.wait_for(">")), shown

    def _shows(self, text: str, timeout_s: float) -> bool:
        """Read until a text is shown, if it is shown in time."""
        deadline = time.monotonic() + timeout_s
        while text not in self.shown:
            if not self._read(deadline - time.monotonic()):
                return False
        return True

    def _read(self, timeout_s: float) -> bool:
        """Take what is shown next; false at the end, or if nothing comes in time."""
        ready, _, _ = select.select([self._keys], [], [], max(0.0, timeout_s))
        if not ready:
            return False
        try:
            data = os.read(self._keys, _TO_COME)
        except OSError:  # Linux says so when nobody has the other end any more.
            return False
        self.shown += data.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
        return bool(data)

    def close(self) -> None:
        """End the program and what else is in its process group."""
        if self.leader.poll() is None:
            os.killpg(self.leader.pid, signal.SIGKILL)
        self.leader.wait()
        os.close(self._keys)


def _own_terminal() -> None:
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
