"""How a job is made to stop: asked, then told, then killed, with all that belongs to it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from guild.adapters.process.tree import Tree

__all__ = ["Patience", "Stopping"]

_NEVER = float("inf")
_LOOK_EVERY_S = 0.05


class Patience:
    """How long a job is waited for, in seconds.

    Attributes:
        late_s: From the first word to stop until it counts as late.
        term_s: From there until all that is left gets SIGTERM.
        kill_s: From there until all that is left is killed.
        give_up_s: From there until what can't be killed is left alone, and the terminal too if
            it takes no output. Half a second later the launch is over in any case.
        rest_term_s: From the end of a job that was told to stop until what it left behind
            gets SIGTERM, if that is not due before.
        rest_kill_s: Likewise until that is killed.
        drain_s: From the end of a job that was not told to stop until its output is read no
            more, though something it left behind holds it open.
        same_keystroke_s: Within which a second interrupt is taken for an echo of the first,
            as it comes from what passes signals on.
    """

    def __init__(
        self,
        *,
        late_s: float = 2.0,
        term_s: float = 4.0,
        kill_s: float = 7.5,
        give_up_s: float = 9.0,
        rest_term_s: float = 1.0,
        rest_kill_s: float = 4.0,
        drain_s: float = 5.0,
        same_keystroke_s: float = 0.25,
    ) -> None:
        self.late_s = late_s
        self.term_s = term_s
        self.kill_s = kill_s
        self.give_up_s = give_up_s
        self.rest_term_s = rest_term_s
        self.rest_kill_s = rest_kill_s
        self.drain_s = drain_s
        self.same_keystroke_s = same_keystroke_s


class Stopping:
    """The stages of stopping a job. Times are of the monotonic clock.

    The job's process group gets the signal that was sent to `guild`. What still lives later
    gets SIGTERM and at last SIGKILL: the whole tree, not only the group.

    Args:
        tree: The job's processes.
        group: The job's process group.
        patience: How long each stage lasts.
        signal_group: Sends a signal to that group.
        late: Called once when the job does not stop for a while.
    """

    def __init__(
        self,
        tree: Tree,
        group: int,
        patience: Patience,
        signal_group: Callable[[int], None],
        late: Callable[[], None],
    ) -> None:
        self._tree = tree
        self._group = group
        self._patience = patience
        self._signal_group = signal_group
        self._late = late
        self._late_at = self._term_at = self._kill_at = _NEVER
        self._job_ended = False
        self._terminated: frozenset[int] = frozenset()
        self._since = _NEVER
        self.told: int | None = None
        """The first signal it was told with."""
        self.gone = False
        """Whether it was told, and nothing of it is left."""
        self.due = _NEVER
        """When to call `act`."""

    def tell(self, number: int, now: float, *, reached: bool = False) -> None:
        """Have the job stop.

        Args:
            number: Signal to tell it with. A second interrupt kills.
            now: The time.
            reached: Whether the job's process group got the signal already.
        """
        if self.told is None:
            self._begin(number, now)
        elif number == signal.SIGINT and now - self._since > self._patience.same_keystroke_s:
            self._kill_at = now
            reached = True
        elif number == self.told:
            reached = True
        if not reached:
            self._signal_group(number)
            self._signal_group(signal.SIGCONT)
        self._plan(now)

    def job_ended(self, now: float) -> None:
        """The job itself ended, with or without having been told to stop."""
        self._job_ended = True
        self._late_at = _NEVER
        if self.told is not None:
            self._hasten(now)

    def act(self, now: float) -> None:
        """Do what is due."""
        if now < self.due:
            return
        if now >= self._late_at:
            self._late_at = _NEVER
            self._late()
        if now >= self._term_at:
            self._term_at = _NEVER
            members = self._tree.look()
            self._tree.send(signal.SIGTERM, but=self._terminated)
            self._tree.send(signal.SIGCONT)
            self._terminated |= frozenset(members)
        if now >= self._kill_at:
            self._tree.look()
            self._tree.send(signal.SIGKILL)
        if self._job_ended and not self._tree.living():
            self.gone = not self._tree.look()
        self._plan(now)

    def given_up(self, now: float) -> bool:
        """Whether to wait no longer for what is left."""
        return now >= self._since + self._patience.give_up_s

    def _begin(self, number: int, now: float) -> None:
        self.told = number
        self._since = now
        members = self._tree.look()
        if number == signal.SIGTERM:
            self._terminated = frozenset(pid for pid in members if self._in_group(pid))
        self._late_at = now + self._patience.late_s
        self._term_at = now + self._patience.term_s
        self._kill_at = now + self._patience.kill_s
        if self._job_ended:
            self._hasten(now)

    def _hasten(self, now: float) -> None:
        self._term_at = min(self._term_at, now + self._patience.rest_term_s)
        self._kill_at = min(self._kill_at, now + self._patience.rest_kill_s)
        self._late_at = _NEVER
        self.due = now

    def _plan(self, now: float) -> None:
        stages = [self._since + self._patience.give_up_s]
        if not self.gone:
            stages += [self._late_at, self._term_at, self._kill_at]
            if self._job_ended or now >= self._kill_at:
                stages.append(now + _LOOK_EVERY_S)
        self.due = min((at for at in stages if at > now), default=_NEVER)

    def _in_group(self, pid: int) -> bool:
        try:
            return os.getpgid(pid) == self._group
        except OSError:
            return False
