"""Port: the files of a run."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import Protocol

from guild.domain.record import Record
from guild.domain.run import Run

__all__ = ["Damage", "FileKind", "RunContents", "RunEntry"]


class FileKind(enum.Enum):
    """Where a file of a run came from, by the run's manifest."""

    SOURCE = "source code"
    DEPENDENCY = "dependency"
    INTERNAL = "internal"
    GENERATED = "generated"
    """The run made it."""
    GUILD = "guild"
    """It is below `.guild`."""


class RunEntry(Record, kw_only=False):
    """A file or directory of a run.

    Attributes:
        path: Relative to the run directory, with `/`.
        is_dir: Whether it is a directory, or a link to one.
        kind: Where it came from.
    """

    path: str
    is_dir: bool
    kind: FileKind


class Damage(Record, kw_only=False):
    """Something in a Guild home that is not as it should be.

    Attributes:
        path: Absolute path.
        what: What is wrong with it, a phrase.
        advice: What can be done.
        severe: Whether something is broken; if not, it is only worth knowing.
    """

    path: str
    what: str
    advice: str = ""
    severe: bool = True


class RunContents(Protocol):
    """Reads what is in run directories."""

    def entries(self, run: Run, *, follow_links: bool = False) -> Iterator[RunEntry]:
        """All files and directories, each directory before what is in it, by name.

        Links to directories are entries; what is behind them is listed with `follow_links`.
        """
        ...

    def source_dir(self, run: Run) -> str:
        """Absolute directory of the run's source code, also of runs of older homes."""
        ...

    def path(self, run: Run, relative: str, *, source: bool = False) -> str:
        """Absolute path of a file below the run's directory, or below its source.

        Raises:
            GuildError: If it would be outside of the run, or is not there.
        """
        ...

    def check(self, home: str) -> Iterator[Damage]:
        """What is damaged in the home: unreadable attributes, directories that are no runs."""
        ...
