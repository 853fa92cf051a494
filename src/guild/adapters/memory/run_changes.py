"""What has changed among runs in memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from guild.adapters.memory.store import MemoryRunStore
from guild.app.run_reading import RunReading
from guild.domain.errors import NoSuchRun
from guild.domain.ids import RunId
from guild.domain.run import Run
from guild.domain.status import Status

__all__ = ["MemoryRunChanges"]

_SURE = 1


class MemoryRunChanges:
    """Tells what has changed in a store in memory. See `RunChanges`.

    Args:
        store: The runs.
    """

    def __init__(self, store: MemoryRunStore) -> None:
        self._store = store

    def place(self, *, deleted: bool) -> tuple[int, int, int] | None:
        """See `RunChanges.place`."""
        return 1, _number(sorted(self._store.ids(deleted=deleted))), _SURE

    def names(self, *, deleted: bool) -> list[str]:
        """See `RunChanges.names`."""
        return list(self._store.ids(deleted=deleted))

    def stamps(self, watched: Iterable[tuple[str, int]], *, deleted: bool) -> list[int]:
        """See `RunChanges.stamps`."""
        return [self._stamp(name, deleted) for name, _ in watched]

    def read(self, name: str, *, deleted: bool) -> RunReading | None:
        """See `RunChanges.read`."""
        run = self._run(name, deleted)
        if run is None:
            return None
        return RunReading(
            run=run,
            attrs=tuple(sorted(self._store.attrs(run))),
            watch=0,
            stamp=self._stamp(name, deleted),
            is_open=run.status is Status.RUNNING,
        )

    def attr(self, name: str, attr: str, *, deleted: bool) -> object:
        """See `RunChanges.attr`."""
        run = self._run(name, deleted)
        return None if run is None else self._store.attr(run, attr)

    def noted(self, position: int) -> tuple[list[str], int] | None:
        """See `RunChanges.noted`. No notes are needed: `stamps` costs nothing."""
        return [], position

    def _run(self, name: str, deleted: bool) -> Run | None:
        try:
            return self._store.get(RunId(name), deleted=deleted)
        except NoSuchRun:
            return None

    def _stamp(self, name: str, deleted: bool) -> int:
        run = self._run(name, deleted)
        # The path of a run in the trash is another one, and the run is the same.
        return 0 if run is None else _number((self._store.attrs(run), run.status, run.opref))


def _number(value: object) -> int:
    return zlib.crc32(repr(value).encode("utf-8", "surrogatepass")) + 1
