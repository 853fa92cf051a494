"""Who owns a run, as far as that can be told."""

from __future__ import annotations

import enum

from guild.domain.record import Record

__all__ = ["Owner", "Reach"]


class Reach(enum.Enum):
    """Whether the owner of a run can be told to stop from here."""

    NOBODY = "nobody"
    """The run has no living owner."""
    HERE = "here"
    """It is proven that this process of this host is the owner."""
    ELSEWHERE = "elsewhere"
    """It is on another host, or out of sight in a container; it may have ended."""
    UNPROVEN = "unproven"
    """A process has the number that the run's lock names, but may be any other."""


class Owner(Record, kw_only=False):
    """Who owns a run, as far as can be told from here.

    Attributes:
        pid: The process, if it is here or unproven.
        host: Where it is, if elsewhere.
    """

    reach: Reach
    pid: int | None = None
    host: str = ""
