"""Port: what an index asks of the run directories to keep up with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeAlias

from guild.app.run_reading import RunReading

__all__ = ["Progress", "RunChanges"]

Progress: TypeAlias = Callable[[Iterable[str]], Iterable[str]]
"""Passes names of runs through as they are read, and may show how far they are."""


class RunChanges(Protocol):
    """Tells what has changed among the runs of a home, by looking and not by reading.

    Names are those of directories below `runs`, or below the trash for `deleted`.
    """

    def place(self, *, deleted: bool) -> tuple[int, int, int] | None:
        """What tells whether `names` would give the same again; None where there are no runs.

        It is inode, change time in nanoseconds, and whether that is so long ago (0 or 1) that
        any later change gives another one.
        """
        ...

    def names(self, *, deleted: bool) -> list[str]:
        """Names of everything that may be a run, in no order."""
        ...

    def stamps(self, watched: Iterable[tuple[str, int]], *, deleted: bool) -> list[int]:
        """A number for each run that differs once the run was changed; 0 if it is gone.

        Args:
            watched: Names, and what to look at (`RunReading.watch`).
        """
        ...

    def read(self, name: str, *, deleted: bool) -> RunReading | None:
        """The run of this name; None if there is none."""
        ...

    def attr(self, name: str, attr: str, *, deleted: bool) -> object:
        """One attribute; None if it is missing or makes no sense.

        Raises:
            DamagedRun: If the system fails to read it. That was told.
        """
        ...

    def noted(self, position: int) -> tuple[list[str], int] | None:
        """Names of runs about whose change a note was left, and the position after the notes.

        Whoever changes a run that may be taken for settled leaves a note before and after.
        The first call makes the place for notes, so that those that follow are left.

        Args:
            position: What the last call returned; 0 for all there are.

        Returns:
            None if notes were lost: then any run may differ, and the position is 0 again.

        Raises:
            OSError: If there is no place for notes.
        """
        ...
