"""The use cases of batches: runs in directories, since batches are; no process, no library."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from attrs import define, field, frozen

from guild.adapters.fsstore.batches import DirectoryBatches
from guild.adapters.fsstore.batchfiles import TextBatchFiles
from guild.adapters.fsstore.locks import DirectoryRunLocks
from guild.adapters.fsstore.store import DirectoryRunStore
from guild.adapters.optimizers.here import SearchesHere
from guild.adapters.system.sampling import sample
from guild.app.batch_plan import BatchPlan
from guild.app.batch_tools import BatchTools
from guild.app.outcomes import Outcome
from guild.app.plan_batch import PlanBatch
from guild.app.ports.optimizer import Observation, Suggestion
from guild.app.run_batch import RunBatch
from guild.app.run_plan import RunPlan
from guild.app.trial_runs import TrialRuns
from guild.domain.batchevents import BatchProgress
from guild.domain.events import Event
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagValue
from guild.domain.ids import RunId
from guild.domain.lognote import LogNote
from guild.domain.operation import Operation
from guild.domain.run import Run
from guild.domain.scalarreading import ScalarReading
from guild.domain.scalars import ScalarPoint
from guild.domain.scalarsummary import summarize
from guild.domain.searchspace import Categories, SearchSpace
from guild.domain.status import Liveness
from tests.unit.app.world import Kept, Project, operation

__all__ = ["BatchWorld", "Search", "operation"]


@define
class Search:
    """Suggests the first value of what can be chosen, or the low end, counted up from there.

    Attributes:
        space, seed, options, max_trials: As it was asked for.
        asked: What each call told it: past and pending.
        random_starts: How many suggestions are random, whatever is known.
    """

    space: SearchSpace
    seed: int
    options: Mapping[str, FlagValue]
    max_trials: int
    random_starts: int = 0
    asked: list[tuple[list[Observation], list[Mapping[str, FlagValue]]]] = field(factory=list)

    def suggest(
        self, past: Sequence[Observation], pending: Sequence[Mapping[str, FlagValue]] = ()
    ) -> Suggestion:
        count = len(self.asked)
        self.asked.append((list(past), list(pending)))
        known = any(each.value is not None for each in past)
        return Suggestion(
            flags={name: self._value(name, count) for name in self.space.dimensions},
            random_start=not known or count < self.random_starts,
        )

    def _value(self, name: str, count: int) -> FlagValue:
        dimension = self.space.dimensions[name]
        if isinstance(dimension, Categories):
            return dimension.values[count % len(dimension.values)]
        return dimension.low + count


@frozen
class Optimizer:
    """Makes searches that are kept in `searches`."""

    name: str
    sequential: bool
    flags: tuple[FlagDef, ...] = ()
    default_max_trials: int | None = 20
    needs_dimensions: bool = True
    libraries: tuple[str, ...] = ()
    searches: list[Search] = field(factory=list)

    def search(
        self,
        space: SearchSpace,
        seed: int,
        options: Mapping[str, FlagValue],
        max_trials: int,
    ) -> Search:
        starts = options.get("random-starts", 0)
        assert isinstance(starts, int)
        self.searches.append(Search(space, seed, options, max_trials, starts))
        return self.searches[-1]


@frozen
class Scalars:
    kept: Kept

    def points(self, run: Run) -> list[ScalarPoint]:
        return self.kept.scalars.get(run.id, [])

    def read(self, path: str, before: ScalarReading | None = None) -> ScalarReading:
        points = self.kept.scalars.get(RunId(Path(path).name), [])
        return ScalarReading(summaries=tuple(summarize(points)))


class BatchWorld(Project):
    """A project whose runs are below a directory.

    Attributes:
        optimizers: By name; there are `random`, and `gp` which learns from trials.
        detached: What was left to go on in the background, to be called with a process id.
        status_locks: How often the lock of statuses was taken.
        events: What was told.
    """

    def __init__(self, home: Path, *operations: Operation) -> None:
        super().__init__(*operations)
        self.home = home
        self.locks = DirectoryRunLocks(
            evidence=lambda pid: f"{pid}", liveness=lambda _text: Liveness.ALIVE
        )
        self.store = DirectoryRunStore(home=str(home), locks=self.locks, warn=self.warnings.append)
        self.batches = DirectoryBatches(self.store, self.status_lock)
        self.files = TextBatchFiles(lambda path: str(home / path))
        starts = FlagDef(name="random-starts", default=1, type="int")
        previous = FlagDef(name="prev-trials", default="batch")
        self.optimizers = {
            "random": Optimizer("random", sequential=False),
            "gp": Optimizer(
                "gp", sequential=True, flags=(starts, previous), libraries=("numpy", "none")
            ),
        }
        self.detached: list[Callable[[int], None]] = []
        self.status_locks = 0
        self.when_locked: Callable[[], None] = lambda: None
        self.events: list[Event] = []

    # What there is to ask of.

    def plan_batch(self) -> PlanBatch:
        return PlanBatch(
            planner=self.planner(),
            optimizers=lambda name: self.optimizers.get(name.rpartition(":")[2]),
            batches=self.batches,
            files=self.files,
            version="1.2",
            encoder=lambda spec, _directory, flags, _defs: dict.fromkeys(flags, spec),
        )

    def batch(self, *words: str, **options: object) -> BatchPlan:
        """Plan what is to be a batch."""
        plan = self.plan(*words, **options)
        assert isinstance(plan, BatchPlan), plan
        return plan

    def single(self, *words: str, **options: object) -> RunPlan:
        """Plan what is to be a single run."""
        plan = self.plan(*words, **options)
        assert isinstance(plan, RunPlan), plan
        return plan

    def trial_runs(self) -> TrialRuns:
        start = self.starter()
        return TrialRuns(
            make=start.make, start=start, batches=self.batches, label=self.planner().label
        )

    def runner(self) -> RunBatch:
        tools = BatchTools(
            trials=self.trial_runs(),
            launcher=self.launcher,
            searches=SearchesHere(),
            scalars=Scalars(self.kept),
            sampler=sample,
        )
        return RunBatch(
            tools=tools,
            versions=lambda names: {name: "1" for name in names if name != "none"},
            detach=self._detach,
        )

    # What is done.

    def run(self, *words: str, **options: object) -> Outcome:
        """Plan a batch and carry it out; its own run is kept unless that is said otherwise."""
        return self.carry_out(self.batch(*words, **{"keep_batch": True, **options}))

    def carry_out(self, plan: BatchPlan, *, progress: bool = False) -> Outcome:
        return self.runner()(plan, self.events.append, progress=progress)

    @contextmanager
    def status_lock(self) -> Iterator[None]:
        self.status_locks += 1
        self.when_locked()
        yield

    def _detach(self, work: Callable[[int], None]) -> int:
        self.detached.append(work)
        return 4712

    def report_loss(self, value: float) -> None:
        """Have the trial that runs report a loss."""
        run_id = self.launcher.jobs[-1].run_id
        self.kept.scalars[run_id] = [ScalarPoint("loss", value, 0, ".guild")]

    # What came of it.

    @property
    def notes(self) -> list[str]:
        """Log lines that were told."""
        return [str(event) for event in self.events if isinstance(event, LogNote)]

    @property
    def progress(self) -> list[BatchProgress]:
        return [event for event in self.events if isinstance(event, BatchProgress)]

    @property
    def the_batch(self) -> Run:
        """The only batch there is."""
        (batch,) = (run for run in self.store.runs() if run.is_batch)
        return batch

    def trials(self) -> list[Run]:
        """Trials of the only batch, in the order they were made."""
        return self.trials_of(self.the_batch.id)

    def trials_of(self, batch_id: str) -> list[Run]:
        """Trials of a batch, in the order they were made."""
        trials = self.batches.trials(self.store.get(batch_id))
        return sorted(trials, key=lambda run: run.initialized or 0)

    def statuses(self) -> list[str]:
        """Of those trials."""
        return [run.status.value for run in self.trials()]

    def values(self, name: str = "x") -> list[FlagValue]:
        """A flag of those trials."""
        return [run.flags[name] for run in self.trials()]

    def log(self) -> str:
        """What the run of the only batch has as its output."""
        return self.kept.output[self.the_batch.id].decode()
