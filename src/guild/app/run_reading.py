"""A run as an index reads it."""

from __future__ import annotations

from guild.domain.record import Record
from guild.domain.run import Run

__all__ = ["UNSURE", "RunReading"]

UNSURE = -1
"""A stamp that differs from all that `RunChanges.stamps` gives."""


class RunReading(Record):
    """A run as it was read, with what tells whether it has changed since.

    Attributes:
        run: The run.
        attrs: Names of all its attributes, sorted.
        watch: What else than its attributes must be looked at to see a change; only `stamps`
            knows what that means.
        stamp: What `stamps` gives as long as nothing has changed; `UNSURE` where that would not
            tell: it was changed so recently that a change to come may look the same, or the
            system failed to read something of it.
        is_open: Whether it may change without a sign, so that it must be read again: its
            process lives, or it was changed so recently.
    """

    run: Run
    attrs: tuple[str, ...]
    watch: int
    stamp: int
    is_open: bool
