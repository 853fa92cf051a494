"""A run as rows of the index, and back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from guild.adapters.index.cells import (
    BETWEEN,
    from_stored,
    joined,
    json_text,
    json_value,
    parted,
    stored,
)
from guild.domain.errors import StoreError
from guild.domain.flags import FlagSet
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.run import Run
from guild.domain.status import Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from guild.app.run_reading import RunReading
    from guild.domain.comment import Comment

__all__ = [
    "DETAILS",
    "RUN_COLUMNS",
    "comments_of",
    "details_row",
    "opref_of",
    "opref_text",
    "run_of",
    "run_row",
]

_QUOTED = BETWEEN * 5
"""Before an operation reference in whose parts that is, too."""
_STATUSES = {status.value: status for status in Status}

DETAILS = (
    "id, status, label, marked, digest, initialized, started, stopped, exit_status,"
    " opref, proto, remote, pid, flags, tags, comments, damage"
)
"""What `run_of` needs, of `runs` and `details`."""

RUN_COLUMNS = (
    "deleted, id, generation, watch, stamp, is_open, time, status, operation, label, marked,"
    " digest, initialized, started, stopped, exit_status, is_batch, attr_set"
)
"""What `run_row` gives, in order."""


def run_row(
    reading: RunReading, deleted: bool, generation: int, attr_set: int
) -> tuple[object, ...]:
    """What `runs` keeps of a run."""
    run = reading.run
    return (
        int(deleted),
        stored(run.id),
        generation,
        reading.watch,
        reading.stamp,
        int(reading.is_open),
        run.timestamp or 0,
        run.status.value,
        stored(run.operation),
        stored(run.label),
        int(run.marked),
        None if run.sourcecode_digest is None else stored(run.sourcecode_digest),
        run.initialized,
        run.started,
        run.stopped,
        run.exit_status,
        int(run.is_batch),
        attr_set,
    )


def details_row(run: Run) -> tuple[object, ...]:
    """What `details` keeps of a run, after its number."""
    return (
        opref_text(run.opref),
        opref_text(run.proto),
        None if run.remote is None else stored(run.remote),
        run.pid,
        _flags_text(run.flags),
        joined(run.tags),
        json_text([_said(comment) for comment in run.comments]) if run.comments else "",
        joined(run.damage),
    )


def run_of(row: Sequence[Any], root: str) -> Run:
    """The run of a row that begins with `DETAILS`."""
    (
        run_id,
        status,
        label,
        marked,
        digest,
        initialized,
        started,
        stopped,
        exit_status,
        opref,
        proto,
        remote,
        pid,
        flags,
        tags,
        comments,
        damage,
        *_,
    ) = row
    if type(run_id) is not str:
        run_id = from_stored(run_id)
    return Run(
        id=RunId(run_id),
        path=f"{root}/{run_id}",
        status=_STATUSES[status],
        label=label if type(label) is str else from_stored(label),
        marked=bool(marked),
        sourcecode_digest=from_stored(digest) if isinstance(digest, bytes) else digest,
        initialized=initialized,
        started=started,
        stopped=stopped,
        exit_status=exit_status,
        opref=opref_of(opref),
        proto=opref_of(proto) if proto is not None else None,
        remote=None if remote is None else from_stored(remote),
        pid=pid,
        flags=_StoredFlags(flags),
        tags=tuple(parted(tags)) if tags else (),
        comments=comments_of(comments) if comments else (),
        damage=tuple(parted(damage)) if damage else (),
    )


class _StoredFlags(FlagSet):
    """Flags whose text is read when the first of them is asked for: listings show none."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __getattr__(self, name: str) -> Any:  # only ever the values, until they are there
        if name != "_values":
            raise AttributeError(name)
        try:
            self._values = json_value(self._text)
        except ValueError as error:
            raise StoreError(
                "the index of runs is damaged",
                "Remove the directory cache/runs of the Guild home: it is made anew.",
            ) from error
        return self._values


def _flags_text(flags: FlagSet) -> str:
    return json_text(dict(flags.items()))


def _said(comment: Comment) -> list[object]:
    return [comment.body, comment.time, comment.user, comment.host]


def comments_of(text: str) -> tuple[Comment, ...]:
    """The comments in a row's text."""
    if not text:
        return ()
    from guild.domain.comment import Comment

    found = json_value(text)
    return tuple(
        Comment(body=body, time=time, user=user, host=host) for body, time, user, host in found
    )


def opref_text(opref: OpRef | None) -> str | bytes | None:
    """What a row has of the reference to an operation."""
    if opref is None:
        return None
    parts = (opref.pkg_type, opref.pkg_name, opref.pkg_version, opref.model, opref.op)
    if any(BETWEEN in part for part in parts):
        return stored(_QUOTED + opref.format())
    return stored(BETWEEN.join(parts))


@lru_cache(maxsize=1024)
def opref_of(value: str | bytes | None) -> OpRef | None:
    """The reference to an operation in a row."""
    if value is None:
        return None
    text = from_stored(value)
    if text.startswith(_QUOTED):
        return OpRef.parse(text.removeprefix(_QUOTED))
    return OpRef(*text.split(BETWEEN))
