"""What happens during long work, told as it happens: data, never sentences.

What seldom happens is in a module of its own, loaded when it does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from attrs import frozen

from guild.domain.value import Value

if TYPE_CHECKING:
    from guild.domain.interruption import RunInterrupted, RunTimedOut
    from guild.domain.leftout import SourceLimitReached
    from guild.domain.run import Run

__all__ = ["Event", "RunStarted"]


@frozen(eq=False, repr=False)
class RunStarted(Value):
    """A run's process is about to start."""

    run: Run


Event: TypeAlias = "RunStarted | RunInterrupted | RunTimedOut | SourceLimitReached"
