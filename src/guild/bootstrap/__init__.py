"""The composition root: adapters are chosen in this package alone, and handed to the use cases."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cached_property

from guild.app.settings import Settings
from guild.bootstrap.ports import Ports, ignore, local_time, run_store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from guild.app.compare_runs import CompareRuns
    from guild.app.delete_runs import DeleteRuns
    from guild.app.edit_runs import EditRuns
    from guild.app.make_run import MakeRun
    from guild.app.plan_batch import PlanBatch
    from guild.app.plan_run import PlanRun
    from guild.app.resolve_deps import ResolveDeps
    from guild.app.run_batch import RunBatch
    from guild.app.run_pipeline import RunPipeline
    from guild.app.select_runs import SelectRuns
    from guild.app.start_run import StartRun
    from guild.app.step_tools import StepPlace
    from guild.app.stop_runs import StopRuns
    from guild.app.trial_runs import TrialRuns
    from guild.domain.flagdef import FlagDef
    from guild.domain.flags import FlagValue
    from guild.domain.opref import OpRef

__all__ = ["Guild", "build", "run_store"]


def _interruptible() -> AbstractContextManager[None]:
    """Has requests to stop be raised."""
    from guild.adapters.process.interruptible import Interruptible

    return Interruptible()


class Guild(Ports):
    """Every port and use case of one Guild home, each made when it is first asked for.

    Args:
        settings: Where and for whom to work.
        warn: Is told, a sentence each, what a user should know that is no error.
    """

    def __init__(self, settings: Settings, warn: Callable[[str], None]) -> None:
        super().__init__(settings, warn)
        self._around: tuple[OpRef, ...] = ()

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
        return Guild(self.settings.replaced(cwd=directory), ignore).plan_run

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
            format_time=local_time,
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

        return CompareRuns(index=self.index, clock=self.clock, format_time=local_time)

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
