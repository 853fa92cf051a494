"""What happens during long work, told as it happens: data, never sentences.

Each is in a module that is loaded when it happens, since it seldom does. This one is for type
checkers.
"""

from __future__ import annotations

from typing import TypeAlias

from guild.domain.batchevents import BatchProgress
from guild.domain.depevents import DependencyNote, Downloading
from guild.domain.interruption import RunInterrupted, RunTimedOut
from guild.domain.leftout import SourceLimitReached
from guild.domain.lognote import LogNote, PlainNote

__all__ = ["Event"]

Event: TypeAlias = (
    RunInterrupted
    | RunTimedOut
    | SourceLimitReached
    | LogNote
    | PlainNote
    | BatchProgress
    | DependencyNote
    | Downloading
)
