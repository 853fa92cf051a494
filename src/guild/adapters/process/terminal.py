"""The terminal, lent to a job that wants to read from it, and the signals of its keys."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from guild.adapters.process.supervisor import STOP_SIGNALS

__all__ = ["HANDLED", "Handlers", "Terminal"]

HANDLED = (*STOP_SIGNALS, signal.SIGTSTP)
"""What is passed on to jobs, or suspends them together with this process."""


class Handlers:
    """Handlers of signals while jobs run. Only the main thread may have any.

    Args:
        handler: Given each signal in `HANDLED` that is not ignored.
    """

    def __init__(self, handler: Callable[[int, object], None]) -> None:
        self._handler = handler
        self._before: list[tuple[int, object]] = []

    def __enter__(self) -> None:
        for number in HANDLED:
            before = signal.getsignal(number)
            # What is ignored, as with nohup, is ignored by the job as well.
            if before not in (signal.SIG_IGN, None):
                try:
                    signal.signal(number, self._handler)
                except ValueError:
                    return
                self._before.append((number, before))

    def __exit__(self, *exc: object) -> None:
        for number, before in self._before:
            signal.signal(number, before)  # type: ignore[arg-type]  # It came from there.


class Terminal:
    """The controlling terminal as the front process has it.

    The job is a process group of its own, which the system stops when it reads from the
    terminal. It is lent the terminal then, to the end of the job.
    """

    def __init__(self) -> None:
        self._lent_to: int | None = None
        self._resumed = False

    def lend(self, group: int) -> bool:
        """Give the terminal to a job that job control stopped.

        If this process is itself in the background it stops as the job did, until its shell
        brings it back.

        Returns:
            Whether the job has the terminal, or may try again; false if nobody will ever give
            this process the terminal.
        """
        if self._give(group):
            return True
        self._stop_self(signal.SIGTTIN)
        return self._give(group) or self._resumed

    def suspend(self) -> None:
        """Stop this process, and what its shell started with it, until the shell resumes it.

        The job must have been stopped before. If it had the terminal it gets it back.
        """
        group = self._lent_to
        self.take_back()
        self._stop_self(signal.SIGTSTP)
        if group is not None:
            self._give(group)

    def take_back(self) -> None:
        """Make the process group of this process the one in the foreground again."""
        if self._lent_to is not None:
            self._lent_to = None
            _set_foreground(os.getpgrp())

    def _give(self, group: int) -> bool:
        given = _is_foreground() and _set_foreground(group)
        self._lent_to = group if given else None
        return given

    def _stop_self(self, number: int) -> None:
        self._resumed = False
        try:
            handlers = [
                (signal.SIGCONT, signal.signal(signal.SIGCONT, self._note_resumed)),
                (number, signal.signal(number, signal.SIG_DFL)),
            ]
        except ValueError:
            return  # Only the main thread may.
        os.kill(0, number)  # Also what the shell started together with this process.
        for each, handler in handlers:
            signal.signal(each, handler)

    def _note_resumed(self, _number: int, _frame: object) -> None:
        self._resumed = True


def _is_foreground() -> bool:
    fd = _open()
    if fd is None:
        return False
    try:
        return os.tcgetpgrp(fd) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(fd)


def _set_foreground(group: int) -> bool:
    fd = _open()
    if fd is None:
        return False
    # A background process is stopped when it does this, unless it blocks the signal.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTTOU])
    try:
        os.tcsetpgrp(fd, group)
        return True
    except OSError:
        return False
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        os.close(fd)


def _open() -> int | None:
    try:
        return os.open("/dev/tty", os.O_RDWR)
    except OSError:
        return None
