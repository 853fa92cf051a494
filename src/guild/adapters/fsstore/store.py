"""Runs as directories below a Guild home."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.atomic import remove, storing, write_text
from guild.adapters.fsstore.attributes import attr_names, read_attr, write_attr
from guild.adapters.fsstore.layout import is_run
from guild.adapters.fsstore.locks import DirectoryRunLocks
from guild.adapters.fsstore.notes import leave_note
from guild.domain.draft import Mark, RunDraft
from guild.domain.errors import DamagedRun, NoSuchRun
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.run import Run, newest_first
from guild.domain.status import Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.app.ports.run_index import RunIndex
    from guild.domain.operation import RecordedOperation

__all__ = ["DirectoryRunStore"]


class DirectoryRunStore:
    """The runs of one Guild home. See `RunStore` for what may be relied on.

    Attributes:
        home: Absolute path of the Guild home; it need not exist.
        locks: Ownership of the runs.
        parent: Directory of a run; if given, only runs linked from it are seen.
        warn: Is told, a sentence each, what was done differently than asked.
        index: Answers what would take reading all runs; they are read if None.
    """

    def __init__(
        self,
        home: str,
        locks: DirectoryRunLocks,
        parent: str | None = None,
        warn: Callable[[str], None] = lambda _sentence: None,
        index: Callable[[], RunIndex] | None = None,
    ) -> None:
        self.home = home
        self.locks = locks
        self.parent = parent
        self.warn = warn
        self._index = index
        self._told: set[str] = set()

    def ids(self, *, deleted: bool = False) -> list[RunId]:
        """See `RunStore.ids`."""
        if self._index is not None:
            from guild.domain.selection import RunFilter

            return self._index().page(RunFilter(), deleted=deleted)[0]
        return self._present(self._root(deleted))

    def located(self, *, deleted: bool = False) -> list[Run]:
        """See `RunStore.located`."""
        root = self._root(deleted)
        return [Run(id=run_id, path=f"{root}/{run_id}") for run_id in self._present(root)]

    def _present(self, root: str) -> list[RunId]:
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

    def ids_of(self, matches: Callable[[str], bool]) -> list[RunId]:
        """See `RunStore.ids_of`."""
        if self._index is not None:
            return self._index().ids_of(matches)
        from guild.adapters.fsstore.readrun import read_operation

        root = self._root(False)
        return [run_id for run_id in self.ids() if matches(read_operation(f"{root}/{run_id}"))]

    def runs_of(self, opref: OpRef) -> list[Run]:
        """See `RunStore.runs_of`."""
        if self._index is not None:
            return self._index().runs_of(opref)
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
                _write_operation(path, draft.operation)
            write_text(layout.guild_path(path, layout.OPREF), draft.opref.format())
        return Run(id=draft.id, path=path, opref=draft.opref, status=Status(mark.value.lower()))

    def attr(self, run: Run, name: str) -> object:
        """See `RunStore.attr`."""
        return read_attr(run.path, name)

    def attrs(self, run: Run) -> dict[str, object]:
        """See `RunStore.attrs`."""
        found: dict[str, object] = {}
        try:
            names = attr_names(run.path)
        except DamagedRun as error:
            if isinstance(error.__cause__, OSError):  # else `guild check` tells of it
                self._tell(error.message)
            return found
        for name in names:
            try:
                found[name] = read_attr(run.path, name)
            except DamagedRun as error:
                if isinstance(error.__cause__, OSError):
                    self._tell(error.message)
        return found

    def operation(self, run: Run) -> RecordedOperation | None:
        """See `RunStore.operation`."""
        value = read_attr(run.path, "op")
        if value is None:
            return None
        from guild.adapters.fsstore.structure import structure  # loads cattrs
        from guild.domain.operation import RecordedOperation

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
        with self._noted(run):
            for name, value in attrs.items():
                write_attr(run.path, name, value)
            if operation is not None:
                _write_operation(run.path, operation)
            if opref is not None:
                write_text(layout.guild_path(run.path, layout.OPREF), opref.format())

    def finish(self, run: Run, *, stopped: int, exit_status: int) -> None:
        """See `RunStore.finish`."""
        from guild.adapters.fsstore.ending import write_end  # by who sees the run through

        write_end(run.path, stopped=stopped, exit_status=exit_status)

    def reopen(self, run: Run) -> None:
        """See `RunStore.reopen`."""
        from guild.adapters.fsstore.ending import remove_end  # only restarts do

        remove_end(run.path)

    def set_mark(self, run: Run, mark: Mark | None) -> None:
        """See `RunStore.set_mark`. The new mark is there before the old one goes."""
        with self._noted(run):
            if mark is not None:
                write_text(layout.guild_path(run.path, mark.value), "")
            for other in Mark:
                if other is not mark:
                    remove(layout.guild_path(run.path, other.value))

    def delete(self, runs: Iterable[Run], *, permanent: bool = False) -> list[Run]:
        """See `RunStore.delete`."""
        from guild.adapters.fsstore import trash  # a run is deleted rarely

        if permanent:
            return trash.remove_for_good(self.home, runs)
        return trash.move_to_trash(self.home, runs, self.warn)

    def restore(self, runs: Iterable[Run]) -> list[Run]:
        """See `RunStore.restore`."""
        from guild.adapters.fsstore import trash  # a run is deleted rarely

        return trash.restore(self.home, runs, self.warn)

    def purge(self, runs: Iterable[Run]) -> list[Run]:
        """See `RunStore.purge`."""
        from guild.adapters.fsstore import trash  # a run is deleted rarely

        purged = trash.remove_for_good(self.home, runs)
        trash.remove_leftovers(self.home, self.warn)
        return purged

    @contextmanager
    def _noted(self, run: Run) -> Iterator[None]:
        """Have notes left about a change, but where the run's lock tells of it anyway."""
        if self.locks.owns(run):
            yield
            return
        leave_note(run.path)
        try:
            yield
        finally:
            leave_note(run.path)

    def _root(self, deleted: bool) -> str:
        return layout.trash_dir(self.home) if deleted else layout.runs_dir(self.home)

    def _read(self, path: str) -> Run | None:
        """The run in a directory; None if there is none, or none any more once it is read."""
        from guild.adapters.fsstore.readrun import read_all  # new runs are only written

        if not is_run(path):
            return None
        found = read_all(path, self.locks.liveness)
        run = found.run
        for failure in found.failures:
            self._tell(failure)
        return run if run.opref is not None or is_run(path) else None

    def _tell(self, failure: str) -> None:
        """Tell once what the system fails to read: a run that is shown without it looks whole."""
        if failure not in self._told:
            self._told.add(failure)
            self.warn(failure)

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


def _write_operation(path: str, operation: RecordedOperation) -> None:
    from guild.adapters.fsstore.operationform import operation_form  # most commands only read

    write_attr(path, "op", operation_form(operation))
