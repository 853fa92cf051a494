"""Runs as directories below a Guild home."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.atomic import remove, storing, write_text
from guild.adapters.fsstore.attributes import attr_names, read_attr, write_attr
from guild.adapters.fsstore.layout import is_run
from guild.adapters.fsstore.locks import DirectoryRunLocks
from guild.adapters.fsstore.operationform import operation_form
from guild.domain.draft import Mark, RunDraft
from guild.domain.errors import DamagedRun, NoSuchRun
from guild.domain.ids import RunId
from guild.domain.operation import RecordedOperation
from guild.domain.opref import OpRef
from guild.domain.run import Run, newest_first
from guild.domain.status import Status

__all__ = ["DirectoryRunStore"]


class DirectoryRunStore:
    """The runs of one Guild home. See `RunStore` for what may be relied on.

    Attributes:
        home: Absolute path of the Guild home; it need not exist.
        locks: Ownership of the runs.
        parent: Directory of a run; if given, only runs linked from it are seen.
        warn: Is told, a sentence each, what was done differently than asked.
    """

    def __init__(
        self,
        home: str,
        locks: DirectoryRunLocks,
        parent: str | None = None,
        warn: Callable[[str], None] = lambda _sentence: None,
    ) -> None:
        self.home = home
        self.locks = locks
        self.parent = parent
        self.warn = warn

    def ids(self, *, deleted: bool = False) -> list[RunId]:
        """See `RunStore.ids`."""
        root = self._root(deleted)
        try:
            names = os.listdir(root)
        except FileNotFoundError:
            return []
        except OSError as error:
            with storing("read"):
                raise error
        if self.parent is not None:
            linked = _linked_names(self.parent)
            names = [name for name in names if name in linked]
        return [RunId(name) for name in names if is_run(f"{root}/{name}")]

    def runs(self, *, deleted: bool = False) -> list[Run]:
        """See `RunStore.runs`."""
        return self._read_all(self.ids(deleted=deleted), self._root(deleted))

    def newest_ids(self, *, deleted: bool = False) -> list[RunId]:
        """See `RunStore.newest_ids`."""
        from guild.adapters.fsstore.readrun import read_timestamp

        root = self._root(deleted)
        timed = [
            Run(id=run_id, path="", started=read_timestamp(f"{root}/{run_id}"))
            for run_id in self.ids(deleted=deleted)
        ]
        return [run.id for run in sorted(timed, key=newest_first)]

    def operations(self) -> list[tuple[RunId, str]]:
        """See `RunStore.operations`."""
        from guild.adapters.fsstore.readrun import read_operation

        root = self._root(False)
        return [(run_id, read_operation(f"{root}/{run_id}")) for run_id in self.ids()]

    def runs_of(self, opref: OpRef) -> list[Run]:
        """See `RunStore.runs_of`."""
        from guild.adapters.fsstore.readrun import read_opref

        root = self._root(False)
        ids = [run_id for run_id in self.ids() if read_opref(f"{root}/{run_id}") == opref]
        return self._read_all(ids, root)

    def get(self, run_id: str, *, deleted: bool = False) -> Run:
        """See `RunStore.get`."""
        path = f"{self._root(deleted)}/{run_id}"
        if "/" in run_id or run_id in ("", ".", ".."):
            raise NoSuchRun(run_id)
        if self.parent is not None and run_id not in _linked_names(self.parent):
            raise NoSuchRun(run_id)
        run = self._read(path)
        if run is None:
            raise NoSuchRun(run_id)
        return run

    def at(self, path: str) -> Run:
        """See `RunStore.at`."""
        run = self._read(path)
        if run is None:
            raise NoSuchRun(path)
        return run

    def create(self, draft: RunDraft, *, mark: Mark = Mark.PENDING) -> Run:
        """See `RunStore.create`. The reference to the operation, which makes it a run, is last.

        Of a creation that fails nothing is left; what one that was killed left is used again.
        """
        from guild.adapters.fsstore.creation import new_run_dir  # most commands only read

        path = draft.path or f"{self._root(False)}/{draft.id}"
        run = Run(id=draft.id, path=path)
        with new_run_dir(run, self.locks, given=draft.path is not None):
            self.set_mark(run, mark)
            for name, value in draft.attrs.items():
                write_attr(path, name, value)
            if draft.operation is not None:
                write_attr(path, "op", operation_form(draft.operation))
            write_text(layout.guild_path(path, layout.OPREF), draft.opref.format())
        return Run(id=draft.id, path=path, opref=draft.opref, status=Status(mark.value.lower()))

    def attr(self, run: Run, name: str) -> object:
        """See `RunStore.attr`."""
        return read_attr(run.path, name)

    def attrs(self, run: Run) -> dict[str, object]:
        """See `RunStore.attrs`."""
        found: dict[str, object] = {}
        for name in attr_names(run.path):
            try:
                found[name] = read_attr(run.path, name)
            except DamagedRun:
                continue
        return found

    def operation(self, run: Run) -> RecordedOperation | None:
        """See `RunStore.operation`."""
        value = read_attr(run.path, "op")
        if value is None:
            return None
        from guild.adapters.fsstore.structure import structure  # loads cattrs

        try:
            return structure(value, RecordedOperation)
        except ValueError as error:
            path = layout.attr_path(run.path, "op")
            raise DamagedRun(f"cannot read {path}: {error}") from error

    def update(
        self,
        run: Run,
        attrs: Mapping[str, object],
        *,
        opref: OpRef | None = None,
        operation: RecordedOperation | None = None,
    ) -> None:
        """See `RunStore.update`."""
        for name, value in attrs.items():
            write_attr(run.path, name, value)
        if operation is not None:
            write_attr(run.path, "op", operation_form(operation))
        if opref is not None:
            write_text(layout.guild_path(run.path, layout.OPREF), opref.format())

    def set_mark(self, run: Run, mark: Mark | None) -> None:
        """See `RunStore.set_mark`. The new mark is there before the old one goes."""
        if mark is not None:
            write_text(layout.guild_path(run.path, mark.value), "")
        for other in Mark:
            if other is not mark:
                remove(layout.guild_path(run.path, other.value))

    def delete(self, runs: Iterable[Run], *, permanent: bool = False) -> list[Run]:
        """See `RunStore.delete`."""
        from guild.adapters.fsstore import trash  # a run is deleted rarely

        if permanent:
            return [run for run in runs if trash.remove_for_good(self.home, run)]
        return [run for run in runs if trash.move_to_trash(self.home, run, self.warn)]

    def restore(self, runs: Iterable[Run]) -> list[Run]:
        """See `RunStore.restore`."""
        from guild.adapters.fsstore import trash  # a run is deleted rarely

        return [run for run in runs if trash.restore(self.home, run, self.warn)]

    def purge(self, runs: Iterable[Run]) -> list[Run]:
        """See `RunStore.purge`."""
        from guild.adapters.fsstore import trash  # a run is deleted rarely

        return [run for run in runs if trash.remove_for_good(self.home, run)]

    def _root(self, deleted: bool) -> str:
        return layout.trash_dir(self.home) if deleted else layout.runs_dir(self.home)

    def _read(self, path: str) -> Run | None:
        """The run in a directory; None if there is none, or none any more once it is read."""
        from guild.adapters.fsstore.readrun import read_run  # new runs are only written

        if not is_run(path):
            return None
        run = read_run(path, self.locks.liveness)
        return run if run.opref is not None or is_run(path) else None

    def _read_all(self, ids: Iterable[RunId], root: str) -> list[Run]:
        found = (self._read(f"{root}/{run_id}") for run_id in ids)
        return sorted((run for run in found if run is not None), key=newest_first)


def _linked_names(run_dir: str) -> set[str]:
    """Names of the runs that a run directory has links to."""
    names = set()
    with storing("read"), os.scandir(run_dir) as entries:
        for entry in entries:
            if entry.is_symlink():
                names.add(os.path.basename(os.path.realpath(entry.path)))
    return names
