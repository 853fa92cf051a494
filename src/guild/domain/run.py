"""A run, as its directory tells."""

from __future__ import annotations

from guild.domain.flags import FlagSet
from guild.domain.ids import RunId, short_id
from guild.domain.opref import OpRef
from guild.domain.record import Record
from guild.domain.status import Status
from guild.domain.timestamps import Timestamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.domain.comment import Comment

__all__ = ["Run", "newest_first"]

_NONE = FlagSet()


class Run(Record):
    """What is known of a run: a value, read at one moment.

    Attributes:
        id: Name of the run's directory.
        path: Absolute path of the run's directory.
        opref: Its operation; None if that can't be read.
        proto: For a batch run, the operation it runs trials of.
        status: Inferred from the markers in the directory.
        remote: Name of the remote that runs it.
        pid: The process of a running run.
        initialized, started, stopped: Microseconds since the epoch; None if it didn't happen.
        exit_status: Exit code of its process, negative for a signal.
        flags: Values the script was given.
        damage: Names of the attributes that are there and can't be read.
    """

    id: RunId
    path: str
    opref: OpRef | None = None
    proto: OpRef | None = None
    status: Status = Status.ERROR
    remote: str | None = None
    pid: int | None = None
    initialized: Timestamp | None = None
    started: Timestamp | None = None
    stopped: Timestamp | None = None
    exit_status: int | None = None
    flags: FlagSet = _NONE
    label: str = ""
    tags: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()
    marked: bool = False
    sourcecode_digest: str | None = None
    damage: tuple[str, ...] = ()

    @property
    def short_id(self) -> str:
        """The id as people write it."""
        return short_id(self.id)

    @property
    def operation(self) -> str:
        """Name of the operation in listings; `?` if unknown."""
        if self.opref is None:
            return "?"
        return self.opref.batch_name(self.proto) if self.proto else self.opref.name

    @property
    def is_batch(self) -> bool:
        """Whether the run is one that runs trials."""
        return self.proto is not None

    @property
    def project_dir(self) -> str | None:
        """The directory of its project, for a batch of what it runs; None if unknown."""
        opref = self.proto or self.opref
        return opref.project_dir if opref else None

    @property
    def timestamp(self) -> Timestamp | None:
        """What runs are ordered by: when it started, or else when it was made."""
        return self.started if self.started is not None else self.initialized


def newest_first(run: Run) -> tuple[int, str]:
    """Sort key: the newest run first, runs without any time last, ties by id."""
    return (-(run.timestamp or 0), run.id)
