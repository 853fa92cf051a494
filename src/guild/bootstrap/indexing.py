"""The index of runs, over the adapters that it asks."""

from __future__ import annotations

from collections.abc import Callable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.adapters.fsstore.locks import DirectoryRunLocks
    from guild.app.ports.recording import Clock, ScalarSource
    from guild.app.ports.run_changes import Progress
    from guild.app.ports.run_index import RunIndex
    from guild.app.ports.run_store import RunStore
    from guild.domain.runattrs import FormatTime

__all__ = ["run_index"]


def run_index(
    home: str,
    locks: DirectoryRunLocks,
    store: RunStore,
    *,
    scalars: Callable[[], ScalarSource],
    clock: Clock,
    format_time: FormatTime,
    warn: Callable[[str], None],
    progress: Progress,
    looks: int,
) -> RunIndex:
    """What finds runs among many.

    Args:
        home: Absolute path of the Guild home.
        locks: Who works on its runs.
        store: Its runs; those of a pipeline are read, since they are few.
        scalars: Gives what reads scalars.
        clock: The present.
        format_time: Writes times as text, for filters.
        warn: Is told that there can be no index, and what the system fails to read.
        progress: Shows how far the reading of runs is.
        looks: How often to look, before an answer, at runs that should be as they were.
    """
    from guild.adapters.fsstore import layout
    from guild.adapters.memory.run_index import ReadingRunIndex

    reading = ReadingRunIndex(store, scalars, format_time, clock, warn)
    if store.parent is not None:
        return reading
    from guild.adapters.fsstore.changes import DirectoryRunChanges
    from guild.adapters.index.sqlite import SqliteRunIndex

    return SqliteRunIndex(
        home=home,
        roots=(layout.runs_dir(home), layout.trash_dir(home)),
        changes=DirectoryRunChanges(home, locks.liveness, warn),
        read_scalars=lambda path, before: scalars().read(path, before),
        reading=reading,
        format_time=format_time,
        clock=clock,
        warn=warn,
        progress=progress,
        looks=looks,
    )
