"""What happens during long work, told as it happens: data, never sentences."""

from __future__ import annotations

from attrs import frozen

from guild.domain.run import Run

__all__ = [
    "DependencyResolved",
    "Event",
    "OutputLost",
    "RunInterrupted",
    "RunStarted",
    "RunStopped",
    "SourceLimitReached",
]


@frozen
class RunStarted:
    """A run's process is about to start."""

    run: Run


@frozen
class RunStopped:
    """A run's process has ended.

    Attributes:
        exit_status: As stored in the run.
    """

    run: Run
    exit_status: int


@frozen
class SourceLimitReached:
    """Source files were left out of a snapshot because of a limit, or can't be read.

    Attributes:
        too_big: Paths of files over the size limit, relative to the source root.
        not_copied: How many text files came after the limit on their number; where there are
            thousands, counting ends before the last.
        max_files: That limit.
        max_size: Largest size of a file, in bytes.
        unreadable: Paths of files and directories that could not be read; those of
            directories end in `/`.
    """

    too_big: tuple[str, ...]
    not_copied: int
    max_files: int
    max_size: int
    unreadable: tuple[str, ...] = ()


@frozen
class RunInterrupted:
    """The user asked a running process to stop; it has not done so yet."""

    run: Run


@frozen
class OutputLost:
    """Output or scalars could not be written, for example because the disk is full."""

    run: Run
    why: str


@frozen
class DependencyResolved:
    """A file the run needs is in its directory.

    Attributes:
        uri: What was asked for.
        paths: What it gave, relative to the run directory.
    """

    uri: str
    paths: tuple[str, ...]


Event = (
    RunStarted | RunStopped | SourceLimitReached | RunInterrupted | OutputLost | DependencyResolved
)
