"""What happens during long work, told as it happens: data, never sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from attrs import frozen

from guild.domain.value import Value

if TYPE_CHECKING:
    from guild.domain.leftout import SourceLimitReached
    from guild.domain.run import Run

__all__ = ["RunInterrupted", "RunStarted"]


@frozen(eq=False, repr=False)
class RunStarted(Value):
    """A run's process is about to start."""

    run: Run


@frozen(eq=False, repr=False)
class RunInterrupted(Value):
    """The user asked a running process to stop; it has not done so yet."""

    run: Run


if TYPE_CHECKING:
    Event: TypeAlias = RunStarted | RunInterrupted | SourceLimitReached
