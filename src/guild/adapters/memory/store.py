"""Runs in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import Any

from attr import define, field

from guild.domain.comment import Comment
from guild.domain.draft import Mark, RunDraft
from guild.domain.errors import NoSuchRun, RunExists, RunIsRunning
from guild.domain.flags import FlagSet
from guild.domain.ids import RunId
from guild.domain.markers import Markers, status_of
from guild.domain.operation import RecordedOperation
from guild.domain.opref import OpRef
from guild.domain.run import Run, newest_first
from guild.domain.status import Liveness, Status

__all__ = ["MemoryRunLocks", "MemoryRunStore"]


_KNOWN = (
    "initialized",
    "started",
    "stopped",
    "exit_status",
    "label",
    "marked",
    "sourcecode_digest",
)


@define
class _Kept:
    """All there is of one run."""

    id: RunId
    opref: OpRef
    attrs: dict[str, object]
    operation: RecordedOperation | None
    mark: Mark | None
    owner: int | None = None
    deleted: bool = False


@define
class MemoryRunLocks:
    """Ownership of runs in memory: this process is 1, and every owner lives until it releases."""

    owners: dict[str, int] = field(factory=dict)

    def claim(self, run: Run) -> None:
        """See `RunLocks.claim`."""
        if run.path in self.owners:
            raise RunIsRunning(run.id)
        self.owners[run.path] = 1

    def hand_over(self, run: Run, pid: int) -> None:
        """See `RunLocks.hand_over`."""
        self.owners[run.path] = pid

    def release(self, run: Run) -> None:
        """See `RunLocks.release`."""
        self.owners.pop(run.path, None)


@define
class MemoryRunStore:
    """A run store without files: attributes are kept as they are given. See `RunStore`."""

    locks: MemoryRunLocks = field(factory=MemoryRunLocks)
    parent: str | None = None
    _kept: dict[str, _Kept] = field(factory=dict, init=False)

    def ids(self, *, deleted: bool = False) -> list[RunId]:
        """See `RunStore.ids`."""
        root = _root(deleted)
        return [_id(path) for path in self._kept if path.startswith(root)]

    def located(self, *, deleted: bool = False) -> list[Run]:
        """See `RunStore.located`."""
        return [Run(id=run.id, path=run.path) for run in self._all(deleted)]

    def runs(self, *, deleted: bool = False) -> list[Run]:
        """See `RunStore.runs`."""
        root = _root(deleted)
        found = [self.at(path) for path in self._kept if path.startswith(root)]
        return sorted(found, key=newest_first)

    def newest_ids(self, *, deleted: bool = False) -> list[RunId]:
        """See `RunStore.newest_ids`."""
        return [run.id for run in sorted(self._all(deleted), key=newest_first)]

    def ids_of(self, matches: Callable[[str], bool]) -> list[RunId]:
        """See `RunStore.ids_of`."""
        return [run.id for run in self._all(False) if matches(run.operation)]

    def runs_of(self, opref: OpRef) -> list[Run]:
        """See `RunStore.runs_of`."""
        runs = (self.at(run.path) for run in self._all(False) if run.opref == opref)
        return sorted(runs, key=newest_first)

    def get(self, run_id: str, *, deleted: bool = False) -> Run:
        """See `RunStore.get`."""
        if _root(deleted) + run_id not in self._kept:
            raise NoSuchRun(run_id)
        return self.at(_root(deleted) + run_id)

    def at(self, path: str) -> Run:
        """See `RunStore.at`."""
        kept = self._kept.get(path)
        if kept is None:
            raise NoSuchRun(path)
        return _run(path, kept, self.locks.owners.get(path))

    def create(self, draft: RunDraft, *, mark: Mark = Mark.PENDING) -> Run:
        """See `RunStore.create`."""
        path = draft.path or _root(False) + draft.id
        if path in self._kept:
            raise RunExists(draft.id)
        attrs = {k: deepcopy(v) for k, v in draft.attrs.items() if v is not None}
        self._kept[path] = _Kept(draft.id, draft.opref, attrs, draft.operation, mark)
        self.locks.claim(self.at(path))
        return self.at(path)

    def attr(self, run: Run, name: str) -> object:
        """See `RunStore.attr`."""
        return deepcopy(self._of(run).attrs.get(name))

    def attrs(self, run: Run) -> dict[str, object]:
        """See `RunStore.attrs`."""
        return deepcopy(self._of(run).attrs)

    def operation(self, run: Run) -> RecordedOperation | None:
        """See `RunStore.operation`."""
        return self._of(run).operation

    def update(
        self,
        run: Run,
        attrs: Mapping[str, object],
        *,
        opref: OpRef | None = None,
        operation: RecordedOperation | None = None,
    ) -> None:
        """See `RunStore.update`."""
        kept = self._of(run)
        merged = {**kept.attrs, **deepcopy(dict(attrs))}
        kept.attrs = {name: value for name, value in merged.items() if value is not None}
        kept.opref = opref or kept.opref
        kept.operation = operation or kept.operation

    def finish(self, run: Run, *, stopped: int, exit_status: int) -> None:
        """See `RunStore.finish`."""
        self.update(run, {"stopped": stopped, "exit_status": exit_status})

    def reopen(self, run: Run) -> None:
        """See `RunStore.reopen`."""
        self.update(run, {"exit_status": None, "stopped": None})

    def set_mark(self, run: Run, mark: Mark | None) -> None:
        """See `RunStore.set_mark`."""
        self._of(run).mark = mark

    def delete(self, runs: Iterable[Run], *, permanent: bool = False) -> list[Run]:
        """See `RunStore.delete`."""
        return [run for run in runs if self._move(run, None if permanent else True)]

    def restore(self, runs: Iterable[Run]) -> list[Run]:
        """See `RunStore.restore`."""
        return [run for run in runs if self._move(run, False)]

    def purge(self, runs: Iterable[Run]) -> list[Run]:
        """See `RunStore.purge`."""
        return [run for run in runs if self._move(run, None)]

    def _all(self, deleted: bool) -> list[Run]:
        root = _root(deleted)
        return [
            _run(path, kept, self.locks.owners.get(path))
            for path, kept in self._kept.items()
            if path.startswith(root)
        ]

    def _move(self, run: Run, deleted: bool | None) -> bool:
        """Move a run to the trash or back, or away altogether; whether it was there."""
        if run.path not in self._kept:
            return False
        if deleted is False and _root(False) + run.id in self._kept:
            return False
        kept = self._kept.pop(run.path)
        if deleted is not None:
            target = _root(deleted) + run.id
            if target in self._kept:
                self._kept[f"{target}_old"] = self._kept.pop(target)
            self._kept[target] = kept
        return True

    def _of(self, run: Run) -> _Kept:
        if run.path not in self._kept:
            raise NoSuchRun(run.id)
        return self._kept[run.path]


def _root(deleted: bool) -> str:
    return "/trash/" if deleted else "/runs/"


def _id(path: str) -> RunId:
    return RunId(path.rpartition("/")[2])


def _run(path: str, kept: _Kept, owner: int | None) -> Run:
    attrs = kept.attrs
    known: dict[str, Any] = {
        name: attrs[name] for name in _KNOWN if name in attrs
    }  # kept as given
    markers = Markers(
        exit_status=known.get("exit_status"),
        pending=kept.mark is Mark.PENDING,
        staged=kept.mark is Mark.STAGED,
        owner=Liveness.ALIVE if owner else Liveness.NO_LOCK,
    )
    status = status_of(markers)
    run = Run(id=_id(path), path=path, opref=kept.opref, status=status)
    tags, comments = attrs.get("tags"), attrs.get("comments")
    return run.replaced(
        pid=owner if status is Status.RUNNING else None,
        flags=FlagSet(attrs.get("flags")),  # type: ignore[arg-type]  # kept as given
        tags=tuple(tags) if isinstance(tags, list) else (),
        comments=tuple(Comment(**about) for about in comments)
        if isinstance(comments, list)
        else (),
        **known,
    )
