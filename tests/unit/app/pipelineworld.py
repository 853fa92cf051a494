"""The use cases of pipelines: runs and links in directories; no process, no library."""

from __future__ import annotations

import copy
import shlex
from pathlib import Path

from guild.adapters.cli.stepwords import read_words
from guild.adapters.fsstore.batches import DirectoryBatches
from guild.adapters.fsstore.locks import DirectoryRunLocks
from guild.adapters.fsstore.stepfiles import DirectoryStepFiles
from guild.adapters.fsstore.steplinks import DirectoryStepLinks
from guild.adapters.fsstore.store import DirectoryRunStore
from guild.app.outcomes import Outcome
from guild.app.plan_run import PlanRun
from guild.app.ports.launcher import Launcher
from guild.app.run_batch import RunBatch
from guild.app.run_pipeline import RunPipeline
from guild.app.run_plan import RunPlan
from guild.app.start_run import StartRun
from guild.app.step_launcher import StepLauncher
from guild.app.step_restart import RESTARTED_BATCH_FLAGS
from guild.app.step_tools import StepPlace
from guild.domain.flags import FlagValue
from guild.domain.lognote import LogNote, PlainNote
from guild.domain.operation import Operation
from guild.domain.opref import OpRef
from guild.domain.run import Run
from tests.unit.app.batchworld import BatchWorld
from tests.unit.app.world import operation

__all__ = ["PipelineWorld", "operation", "pipeline"]


def pipeline(name: str, *steps: object, **flags: FlagValue) -> Operation:
    """An operation with steps."""
    return operation(name, **flags).replaced(steps=steps, source=None)


class PipelineWorld(BatchWorld):
    """A project with pipelines whose runs are below a directory.

    Attributes:
        around: The operations of the pipelines that this is a step of.
        policy: Which flags batches have that are started again.
        places: Where steps worked.
        outcomes: What came of steps.
    """

    def __init__(self, home: Path, *operations: Operation) -> None:
        super().__init__(home, *operations)
        self.links = DirectoryStepLinks(str(home))
        self.around: tuple[OpRef, ...] = ()
        self.policy = RESTARTED_BATCH_FLAGS
        self.places: list[StepPlace] = []
        self.outcomes: list[Outcome] = []

    def pipelines(self) -> RunPipeline:
        return RunPipeline(
            start=self.starter(),
            links=self.links,
            files=DirectoryStepFiles(),
            within=self.within,
            planner_at=lambda _directory: self.planner(),
            detach=self._detach,
            absolute=lambda _directory, path: f"{self.home}/{path}",
            around=self.around,
            restarted_batch_flags=self.policy,
        )

    def within(self, place: StepPlace) -> _Inside:
        self.places.append(place)
        return _Inside(self, place)

    def do(self, *words: str, **options: object) -> Outcome:
        """Plan a pipeline and carry it out, unless there is nothing to do."""
        plan = self.plan(*words, **options)
        if not isinstance(plan, RunPlan):
            return plan  # type: ignore[return-value]  # it is an outcome then
        assert plan.pipeline is not None
        return self.pipelines()(plan, read_words, self.events.append, self.outcomes.append)

    def again(self, *words: str, **options: object) -> Outcome:
        """Start the pipeline again whose run is the first one that was made."""
        self.events.clear()
        return self.do(*words, restart="run1", **options)

    @property
    def said(self) -> list[str]:
        """Lines that were told, with short forms of what logs have in front."""
        found = [str(event) for event in self.events if isinstance(event, LogNote | PlainNote)]
        return [line.replace("INFO: [guild] ", "") for line in found]

    @property
    def parent(self) -> Run:
        """The run of the pipeline."""
        return self.store.get("run1")

    def step_run(self, link: str) -> Run:
        """The run that a link of the pipeline leads to."""
        return self.store.at(self.links.state(self.parent, link).target)

    def linked(self) -> list[str]:
        """Names of the links of the pipeline, sorted."""
        return sorted(path.name for path in Path(self.parent.path).iterdir() if path.is_symlink())

    def output(self, run_id: str = "run1") -> str:
        """What a run has as its output."""
        return self.kept.output[run_id].decode()

    def words(self, number: int = -1) -> str:
        """Words of a process that was started."""
        return shlex.join(self.launcher.jobs[number].args)


class _Inside:
    """See `UseCases`: of the world, as a step in some place has them."""

    def __init__(self, world: PipelineWorld, place: StepPlace) -> None:
        self._world = copy.copy(world)
        self._world.around = place.around
        parent = place.pipeline.path if place.isolated else None
        locks = world.locks
        assert isinstance(locks, DirectoryRunLocks)
        self._world.store = DirectoryRunStore(
            home=str(world.home), locks=locks, parent=parent, warn=place.warn
        )
        self._world.batches = DirectoryBatches(self._world.store, world.status_lock)
        launcher: Launcher = StepLauncher(world.launcher, place.keep, place.told)
        self._world.launcher = launcher  # type: ignore[assignment]  # one that has no jobs
        # What is counted is counted once.
        self._world.clock = world.clock  # type: ignore[method-assign]
        self._world.new_id = world.new_id  # type: ignore[method-assign]

    @property
    def plan_run(self) -> PlanRun:
        return self._world.planner()

    @property
    def start_run(self) -> StartRun:
        return self._world.starter()

    @property
    def run_batch(self) -> RunBatch:
        return self._world.runner()

    @property
    def run_pipeline(self) -> RunPipeline:
        return self._world.pipelines()
