"""The one place where adapters are chosen and handed to the use cases."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from guild.app.settings import Settings

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from guild.adapters.fsstore.locks import DirectoryRunLocks
    from guild.adapters.fsstore.snapshot import DirectorySourceCopies
    from guild.app.compare_runs import CompareRuns
    from guild.app.delete_runs import DeleteRuns
    from guild.app.edit_runs import EditRuns
    from guild.app.make_run import MakeRun
    from guild.app.plan_batch import PlanBatch
    from guild.app.plan_run import PlanRun
    from guild.app.ports.batches import Batches, BatchFiles
    from guild.app.ports.launcher import Launcher
    from guild.app.ports.processes import Processes
    from guild.app.ports.project import OperationCatalog, SourcePreviews
    from guild.app.ports.recording import Clock, ScalarSource
    from guild.app.ports.run_changes import Progress
    from guild.app.ports.run_contents import RunContents
    from guild.app.ports.run_index import RunIndex
    from guild.app.ports.run_store import RunLocks, RunStore
    from guild.app.resolve_deps import ResolveDeps
    from guild.app.run_batch import RunBatch
    from guild.app.run_pipeline import RunPipeline
    from guild.app.select_runs import SelectRuns
    from guild.app.start_run import StartRun
    from guild.app.step_tools import StepPlace
    from guild.app.stop_runs import StopRuns
    from guild.app.trial_runs import TrialRuns
    from guild.bootstrap.projects import Projects
    from guild.domain.flagdef import FlagDef
    from guild.domain.flags import FlagValue
    from guild.domain.guildfile import Guildfile
    from guild.domain.opref import OpRef
    from guild.domain.timestamps import Timestamp

__all__ = ["Guild", "build", "run_store"]


_STATUS_TIMEOUT_S = 30.0
_LOOKS = 4096


def _ignore(_: str) -> None:
    """Tell nobody."""


def _unseen(names: Iterable[str]) -> Iterable[str]:
    """Show nothing."""
    return names


def _local_time(timestamp: Timestamp) -> str:
    """The time as text: few commands show any but in listings, which know how."""
    from guild.adapters.system.localtime import format_time

    return format_time(timestamp)


def _interruptible() -> AbstractContextManager[None]:
    """Has requests to stop be raised."""
    from guild.adapters.process.interruptible import Interruptible

    return Interruptible()


class Guild:
    """Every port and use case of one Guild home, each made when it is first asked for.

    Args:
        settings: Where and for whom to work.
        warn: Is told, a sentence each, what a user should know that is no error.
    """

    def __init__(self, settings: Settings, warn: Callable[[str], None]) -> None:
        self.settings = settings
        self.warn = warn
        self._around: tuple[OpRef, ...] = ()
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
            format_time=_local_time,
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
    def plan_run(self) -> PlanRun:
        """Settle what a run will be."""
        from guild.adapters.system.clock import new_seed
        from guild.app.plan_run import PlanRun

        return PlanRun(
            store=self.store,
            catalog=self.catalog,
            seeds=new_seed,
            settings=self.settings,
            absolute=self._absolute,
            exists=os.path.exists,
            interpreter=self._interpreter,
            plan_batch=lambda: self.plan_batch,
            warn=self.warn,
        )

    @cached_property
    def plan_batch(self) -> PlanBatch:
        """Settle what a batch will be."""
        from guild import __version__
        from guild.adapters.optimizers.registry import find
        from guild.app.plan_batch import PlanBatch

        return PlanBatch(
            planner=self.plan_run,
            optimizers=find,
            batches=self.batches,
            files=self.batch_files,
            version=__version__,
            encoder=self._encoded,
        )

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
    def trial_runs(self) -> TrialRuns:
        """Make and take trials."""
        from guild.app.trial_runs import TrialRuns

        return TrialRuns(
            make=self.make_run,
            start=self.start_run,
            batches=self.batches,
            label=self.plan_run.label,
        )

    @cached_property
    def run_batch(self) -> RunBatch:
        """Carry out the plan of a batch."""
        from guild.adapters.optimizers.apart import SearchesApart
        from guild.adapters.process.detach import detach
        from guild.adapters.system.sampling import library_versions, sample
        from guild.app.batch_tools import BatchTools
        from guild.app.run_batch import RunBatch

        tools = BatchTools(
            trials=self.trial_runs,
            launcher=self.launcher,
            searches=SearchesApart(),
            scalars=self.scalars,
            sampler=sample,
        )
        return RunBatch(tools=tools, versions=library_versions, detach=detach)

    @cached_property
    def run_pipeline(self) -> RunPipeline:
        """Carry out the plan of a pipeline."""
        from guild.adapters.fsstore.stepfiles import DirectoryStepFiles
        from guild.adapters.fsstore.steplinks import DirectoryStepLinks
        from guild.adapters.process.detach import detach
        from guild.app.run_pipeline import RunPipeline

        return RunPipeline(
            start=self.start_run,
            links=DirectoryStepLinks(self.settings.home),
            files=DirectoryStepFiles(),
            within=self.within,
            planner_at=self.silent_planner,
            detach=detach,
            absolute=os.path.join,
            around=self._around,
        )

    def silent_planner(self, directory: str) -> PlanRun:
        """What plans runs from an absolute directory, and tells nobody what it comes upon."""
        return Guild(self.settings.replaced(cwd=directory), _ignore).plan_run

    def within(self, place: StepPlace) -> Guild:
        """The use cases as a step of a pipeline has them."""
        from guild.app.step_launcher import StepLauncher

        env = {**self.settings.env, **place.env, "NO_WARN_RUNDIR": "1"}
        if place.isolated:
            parent = place.pipeline
            is_listed = parent.path == f"{self.settings.home}/runs/{parent.id}"
            env["GUILD_RUNS_PARENT"] = parent.id if is_listed else parent.path
        guild = Guild(self.settings.replaced(cwd=place.directory, env=env), place.warn)
        guild.clock = self.clock
        guild._around = place.around
        guild._locks = self._locks
        guild.launcher = StepLauncher(self.launcher, place.keep, place.told)
        return guild

    @cached_property
    def make_run(self) -> MakeRun:
        """Make what is planned."""
        from guild.adapters.system.clock import new_run_id
        from guild.adapters.system.surroundings import SystemSurroundings
        from guild.adapters.vcs.git import GitRevisions
        from guild.app.make_run import MakeRun

        return MakeRun(
            store=self.store,
            locks=self.locks,
            sources=self._sources,
            revisions=GitRevisions(),
            surroundings=SystemSurroundings(f"{self.settings.home}/cache/packages"),
            clock=self.clock,
            ids=new_run_id,
            settings=self.settings,
            warn=self.warn,
        )

    @cached_property
    def launcher(self) -> Launcher:
        """Start processes."""
        from guild.adapters.process.launcher import SubprocessLauncher

        runner = f"{self.settings.guild_path}/guild/op_main.py"
        return SubprocessLauncher(warn=self.warn, runner=runner)

    @cached_property
    def start_run(self) -> StartRun:
        """Carry out a plan."""
        from guild.adapters.fsstore.outputlog import DirectoryOutputLogs
        from guild.adapters.fsstore.runfiles import DirectoryRunFiles
        from guild.adapters.tfevents.writer import TfEventsScalarLogs
        from guild.app.start_run import StartRun

        return StartRun(
            make=self.make_run,
            launcher=self.launcher,
            outputs=DirectoryOutputLogs(),
            scalars=TfEventsScalarLogs(),
            files=DirectoryRunFiles(),
            warn=self.warn,
            resolve_deps=lambda: self.resolve_deps,
            interruptible=_interruptible,
        )

    @cached_property
    def resolve_deps(self) -> ResolveDeps:
        """Bring what operations need into their runs."""
        from guild.bootstrap.dependencies import dependency_resolver

        return dependency_resolver(
            self.settings, store=self.store, contents=self.contents, absolute=self._absolute
        )

    @cached_property
    def select_runs(self) -> SelectRuns:
        """Find runs."""
        from guild.app.select_runs import SelectRuns

        return SelectRuns(
            store=self.store,
            index=lambda: self.index,
            clock=self.clock,
            format_time=_local_time,
        )

    @cached_property
    def edit_runs(self) -> EditRuns:
        """Label, tag, mark and comment runs."""
        from guild.app.edit_runs import EditRuns

        return EditRuns(store=self.store, clock=self.clock, settings=self.settings)

    @cached_property
    def stop_runs(self) -> StopRuns:
        """Stop runs."""
        from guild.app.stop_runs import StopRuns

        return StopRuns(
            store=self.store, processes=self.processes, locks=self.locks, clock=self.clock
        )

    @cached_property
    def delete_runs(self) -> DeleteRuns:
        """Delete runs."""
        from guild.app.delete_runs import DeleteRuns

        return DeleteRuns(store=self.store, processes=self.processes, stop=lambda: self.stop_runs)

    @cached_property
    def compare_runs(self) -> CompareRuns:
        """Runs side by side."""
        from guild.app.compare_runs import CompareRuns

        return CompareRuns(index=self.index, clock=self.clock, format_time=_local_time)

    def _encoded(
        self,
        spec: str,
        directory: str,
        flags: Mapping[str, FlagValue],
        defs: Mapping[str, FlagDef],
        /,
    ) -> Mapping[str, FlagValue]:
        from guild.adapters.system.flagencoder import encode_flags

        python, env = self.settings.python_exe, self.settings.env
        return encode_flags(spec, directory, flags, defs, python=python, env=env)

    def _interpreter(self, requirement: str) -> str:
        from guild.adapters.system.interpreters import find_interpreter

        return find_interpreter(requirement, self.settings.python_exe, self.settings.env)

    def _absolute(self, path: str) -> str:
        return os.path.normpath(os.path.join(self.settings.cwd, os.path.expanduser(path)))


def run_store(
    home: str,
    locks: DirectoryRunLocks | None = None,
    *,
    parent: str | None = None,
    warn: Callable[[str], None] = _ignore,
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


def build(
    env: Mapping[str, str],
    warn: Callable[[str], None],
    *,
    home: str | None = None,
    cwd: str | None = None,
) -> Guild:
    """The use cases over real files and processes.

    Args:
        env: Environment variables.
        warn: Is told what a user should know that is no error.
        home: Guild home; found as `find_home` says if None.
        cwd: Directory that the user means by the current one; the real one if None.
    """
    cwd = os.path.abspath(cwd) if cwd else _current_directory(env)
    user_home = env.get("HOME") or os.path.expanduser("~")
    if not home:
        from guild.adapters.fsstore.home import find_home

        home = find_home(env, cwd, user_home, warn)
    settings = Settings(
        home=os.path.abspath(home),
        cwd=cwd,
        env=env,
        user_home=user_home,
        user=env.get("USER", ""),
        host=env.get("HOST") or os.uname().nodename,
        python_exe=_python_exe(env),
        guild_path=os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))),
    )
    return Guild(settings, warn)


def _current_directory(env: Mapping[str, str]) -> str:
    """The directory as the user came to it, through links, where the shell tells it truly."""
    told = env.get("PWD", "")
    try:
        if told.startswith("/") and os.path.samefile(told, "."):
            return told
    except OSError:
        pass
    return os.getcwd()


def _python_exe(env: Mapping[str, str]) -> str:
    import sys

    if env.get("GUILD_PYTHON_EXE"):
        return env["GUILD_PYTHON_EXE"]
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        python = f"{env.get(variable, '')}/bin/python"
        if env.get(variable) and os.access(python, os.X_OK):
            return python
    return sys.executable
