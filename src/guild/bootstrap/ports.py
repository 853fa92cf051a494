"""The adapters of a Guild home, behind the ports that use cases ask."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cached_property

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.adapters.fsstore.locks import DirectoryRunLocks
    from guild.adapters.fsstore.snapshot import DirectorySourceCopies
    from guild.app.ports.batches import Batches, BatchFiles
    from guild.app.ports.launcher import Launcher
    from guild.app.ports.processes import Processes
    from guild.app.ports.project import OperationCatalog, SourcePreviews
    from guild.app.ports.recording import Clock, ScalarSource
    from guild.app.ports.run_changes import Progress
    from guild.app.ports.run_contents import RunContents
    from guild.app.ports.run_index import RunIndex
    from guild.app.ports.run_store import RunLocks, RunStore
    from guild.app.settings import Settings
    from guild.bootstrap.projects import Projects
    from guild.domain.guildfile import Guildfile
    from guild.domain.timestamps import Timestamp

__all__ = ["Ports", "ignore", "local_time", "run_store"]

_STATUS_TIMEOUT_S = 30.0
_LOOKS = 1024


def ignore(_: str) -> None:
    """Tell nobody."""


def _unseen(names: Iterable[str]) -> Iterable[str]:
    """Show nothing."""
    return names


def local_time(timestamp: Timestamp) -> str:
    """The time as text: few commands show any but in listings, which know how."""
    from guild.adapters.system.localtime import format_time

    return format_time(timestamp)


class Ports:
    """Every port of one Guild home, each made when it is first asked for.

    Args:
        settings: Where and for whom to work.
        warn: Is told, a sentence each, what a user should know that is no error.
    """

    def __init__(self, settings: Settings, warn: Callable[[str], None]) -> None:
        self.settings = settings
        self.warn = warn
        self.progress: Progress = _unseen
        """Passes names of runs through as they are read, and may show how far they are."""
        self.looks = _LOOKS
        """How often the index looks, before an answer, at runs that should be as they were."""

    @cached_property
    def clock(self) -> Clock:
        """The present."""
        from guild.adapters.system.clock import strict_clock

        return strict_clock()

    @cached_property
    def locks(self) -> RunLocks:
        """Who works on which run."""
        return self._locks

    @cached_property
    def _locks(self) -> DirectoryRunLocks:
        return _run_locks()

    @cached_property
    def store(self) -> RunStore:
        """The runs."""
        return self._store(index=lambda: self.index)

    def _store(self, index: Callable[[], RunIndex] | None = None) -> RunStore:
        parent = self.settings.env.get("GUILD_RUNS_PARENT")
        home = self.settings.home
        return run_store(
            home,
            self._locks,
            parent=os.path.join(home, "runs", parent) if parent else None,
            warn=self.warn,
            index=None if parent else index,
        )

    @cached_property
    def index(self) -> RunIndex:
        """Runs found among many."""
        from guild.bootstrap.indexing import run_index

        return run_index(
            self.settings.home,
            self._locks,
            self._store(),
            scalars=lambda: self.scalars,
            clock=self.clock,
            format_time=local_time,
            warn=self.warn,
            progress=lambda names: self.progress(names),
            looks=self.looks,
        )

    def close(self) -> None:
        """Give back what is open: the file of the index. What asks again opens it again."""
        index = self.__dict__.get("index")
        if index is not None:
            index.close()

    @property
    def catalog(self) -> OperationCatalog:
        """What can be run."""
        return self.projects.catalog

    @property
    def project(self) -> Guildfile | None:
        """What the project says of itself; None if it says nothing."""
        return self.projects.catalog.project()

    @cached_property
    def projects(self) -> Projects:
        """What reads and makes projects."""
        from guild.bootstrap.projects import Projects

        return Projects(self.settings, self.warn)

    @property
    def source_previews(self) -> SourcePreviews:
        """What source code runs would get."""
        return self._sources

    @cached_property
    def _sources(self) -> DirectorySourceCopies:
        from guild.adapters.fsstore.snapshot import DirectorySourceCopies
        from guild.domain.sourcecode import SourceLimits

        default = SourceLimits()
        number = self.settings.whole_number
        limits = SourceLimits(
            max_size=number("MAX_DEFAULT_SOURCECODE_FILE_SIZE", default.max_size),
            max_files=number("MAX_DEFAULT_SOURCECODE_COUNT", default.max_files),
        )
        return DirectorySourceCopies(exclude=(self.settings.home,), limits=limits)

    @cached_property
    def processes(self) -> Processes:
        """Processes of runs."""
        from guild.adapters.fsstore.locks import read_lock
        from guild.adapters.process.systemprocesses import SystemProcesses

        return SystemProcesses(read_lock)

    @cached_property
    def scalars(self) -> ScalarSource:
        """Scalars of runs."""
        from guild.adapters.tfevents.reader import TfEventsScalarSource

        return TfEventsScalarSource()

    @cached_property
    def contents(self) -> RunContents:
        """Files of runs."""
        from guild.adapters.fsstore.contents import DirectoryRunContents

        return DirectoryRunContents(self._locks.liveness)

    @cached_property
    def batches(self) -> Batches:
        """Templates and trials of batches."""
        from guild.adapters.fsstore.batches import DirectoryBatches
        from guild.adapters.fsstore.namedlock import RUN_STATUS, NamedLock

        def lock() -> NamedLock:
            return NamedLock(self.settings.home, RUN_STATUS, _STATUS_TIMEOUT_S, optional=True)

        return DirectoryBatches(self.store, lock)

    @cached_property
    def batch_files(self) -> BatchFiles:
        """Files with flags of trials."""
        from guild.adapters.fsstore.batchfiles import TextBatchFiles

        return TextBatchFiles(self._absolute)

    @cached_property
    def launcher(self) -> Launcher:
        """Start processes."""
        from guild.adapters.process.launcher import SubprocessLauncher

        runner = f"{self.settings.guild_path}/guild/op_main.py"
        return SubprocessLauncher(warn=self.warn, runner=runner)

    def _absolute(self, path: str) -> str:
        return os.path.normpath(os.path.join(self.settings.cwd, os.path.expanduser(path)))


def run_store(
    home: str,
    locks: DirectoryRunLocks | None = None,
    *,
    parent: str | None = None,
    warn: Callable[[str], None] = ignore,
    index: Callable[[], RunIndex] | None = None,
) -> RunStore:
    """The runs of a Guild home.

    Args:
        home: Its absolute path.
        locks: What else holds locks of its runs; none if nothing else does.
        parent: Absolute directory of the runs that are listed; all of the home's if None.
        warn: Is told what a user should know that is no error.
        index: Answers what would take reading all runs; they are read if None.
    """
    from guild.adapters.fsstore.store import DirectoryRunStore

    return DirectoryRunStore(
        home=home, locks=locks or _run_locks(), parent=parent, warn=warn, index=index
    )


def _run_locks() -> DirectoryRunLocks:
    from guild.adapters.fsstore.locks import DirectoryRunLocks
    from guild.adapters.process.evidence import liveness, own_evidence

    return DirectoryRunLocks(evidence=own_evidence, liveness=liveness)
