"""Ports: what is kept of a run's output, its scalars, and its surroundings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Protocol, TypeAlias

from guild.domain.events import Event
from guild.domain.ids import RunId
from guild.domain.process import Stream
from guild.domain.run import Run
from guild.domain.scalars import ScalarPoint
from guild.domain.timestamps import Timestamp

if TYPE_CHECKING:
    from guild.domain.scalarreading import ScalarReading

__all__ = [
    "Clock",
    "IdSource",
    "Notify",
    "OutputLog",
    "OutputLogs",
    "ScalarLog",
    "ScalarLogs",
    "ScalarSource",
    "SeedSource",
    "Surroundings",
]

Clock: TypeAlias = Callable[[], Timestamp]
"""The present; strictly increasing within a process."""

IdSource: TypeAlias = Callable[[], RunId]
"""A new run id at each call."""

SeedSource: TypeAlias = Callable[[], int]
"""A new random seed at each call: 0 to 2**32, both included."""

Notify: TypeAlias = Callable[[Event], None]
"""Is told what happens; must not raise."""


class OutputLog(Protocol):
    """The output of one run, as it is written."""

    def write(self, stream: Stream, data: bytes, time_ms: int) -> None:
        """Append bytes; `time_ms` is the time of the lines that end in them."""
        ...

    def close(self) -> None:
        """Finish: a last line without newline is indexed too."""
        ...


class OutputLogs(Protocol):
    """Outputs of runs."""

    def open(self, run: Run) -> OutputLog:
        """Begin the run's output anew; what an earlier start left is replaced."""
        ...


class ScalarLog(Protocol):
    """Scalars of one run, as they are written. Nothing is made before the first."""

    def append(self, points: Iterable[ScalarPoint]) -> None:
        """Add values. They are on disk after `flush`, which happens once a second at least."""
        ...

    def flush(self) -> None:
        """Write what was added."""
        ...

    def close(self) -> None:
        """Flush and finish."""
        ...


class ScalarLogs(Protocol):
    """Logs of scalars found in the output of runs."""

    def open(self, run: Run) -> ScalarLog:
        """A new log of the run."""
        ...


class ScalarSource(Protocol):
    """Scalars that runs reported, wherever below their directories."""

    def points(self, run: Run) -> Iterable[ScalarPoint]:
        """All values, in the order written; damaged files give what they can."""
        ...

    def read(self, path: str, before: ScalarReading | None = None) -> ScalarReading:
        """Summaries of all scalars of the run in a directory.

        They are those of `points`. Only what was not read before is read, where files only grew
        at the end of what there was; any other change in a directory of the run has that
        directory read anew. A file that can't be opened gives nothing, and a damaged one what
        comes before the damage; both are tried again when they change. Of a record that is not
        whole yet, nothing counts as read.

        Args:
            path: The run's directory.
            before: An earlier reading of it, to go on from. It is returned itself if nothing
                changed.
        """
        ...


class Surroundings(Protocol):
    """What a run is made in."""

    def platform(self) -> Mapping[str, object]:
        """Architecture, cpus, processor, Python version and uname."""
        ...

    def packages(self) -> list[str] | None:
        """Installed Python packages as `name==version`, sorted; None if unknown.

        Raises:
            GuildError: If they can't be read.
        """
        ...
