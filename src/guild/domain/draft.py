"""A run that is to be made."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.domain.operation import RecordedOperation

__all__ = ["Mark", "RunDraft"]


class Mark(enum.Enum):
    """A state that a run is put in before it has a process."""

    PENDING = "PENDING"
    STAGED = "STAGED"


class RunDraft(Record):
    """A run to be made.

    Attributes:
        id: Its id.
        opref: Its operation.
        attrs: First attributes by name: plain values as YAML knows them.
        operation: What is kept of its operation; None for runs that can't be started again.
        path: Absolute directory, if it is not to be kept among the runs.
    """

    id: RunId
    opref: OpRef
    attrs: Mapping[str, object]
    operation: RecordedOperation | None = None
    path: str | None = None
