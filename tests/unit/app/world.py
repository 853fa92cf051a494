"""The use cases over memory: no disk, no process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from attrs import define, field

from guild.adapters.memory.store import MemoryRunStore
from guild.app.make_run import MakeRun
from guild.app.outcomes import Outcome
from guild.app.plan_batch import PlanBatch
from guild.app.plan_run import PlanRun
from guild.app.ports.launcher import Ended, ProcessObserver
from guild.app.ports.run_store import RunLocks, RunStore
from guild.app.run_plan import RunPlan
from guild.app.run_request import RunRequest
from guild.app.settings import Settings
from guild.app.start_run import StartRun
from guild.domain.errors import GuildError, NoSuchOperation
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagValue
from guild.domain.ids import RunId
from guild.domain.leftout import SourceLimitReached
from guild.domain.operation import FLAG_ARGS, CommandSpec, Operation, SourceSpec
from guild.domain.opref import OpRef
from guild.domain.process import Exit, Job, Stream
from guild.domain.run import Run
from guild.domain.scalars import ScalarPoint
from guild.domain.timestamps import Timestamp

__all__ = ["SETTINGS", "Project", "World", "operation"]

SETTINGS = Settings(home="/home", cwd="/project", env={"PATH": "/bin", "API_TOKEN": "x"}, host="h")


def operation(name: str = "echo.py", **defaults: FlagValue) -> Operation:
    """A script with flags of these defaults."""
    flags = tuple(FlagDef(name=flag, default=value) for flag, value in sorted(defaults.items()))
    command = CommandSpec(
        args=("python", name, FLAG_ARGS),
        env={"PROJECT_DIR": "/project"},
        flags={flag.name: flag for flag in flags},
        flags_dest="args",
    )
    return Operation(
        opref=OpRef("script", "/project", "", "", name),
        name=name,
        project_dir="/project",
        command=command,
        flags=flags,
        source=SourceSpec(root="/project"),
    )


@define
class Catalog:
    """Operations by name; remove one to let it be gone from the project."""

    operations: dict[str, Operation]

    def find(self, spec: str) -> Operation:
        if spec not in self.operations:
            raise NoSuchOperation(f"cannot find operation {spec}")
        return self.operations[spec]

    def project(self) -> None:
        return None

    def of_run(self, opref: OpRef, project_dir: str | None) -> Operation | None:
        return self.operations.get(opref.op)


@define
class Launcher:
    """Plays the part of processes: says `output`, ends with `status`, or raises `failure`.

    Set `statuses` for what the next ones end with, one after another, and `told` for a signal
    that this process gets while one of a crew runs.
    """

    output: list[tuple[Stream, bytes]] = field(factory=list)
    status: int = 0
    statuses: list[int] = field(factory=list)
    told: int | None = None
    stops: int = 0
    pauses: list[float] = field(factory=list)
    failure: BaseException | None = None
    jobs: list[Job] = field(factory=list)
    during: Callable[[], None] = lambda: None
    ends_at_once: bool = False

    def launch(
        self,
        job: Job,
        observer: ProcessObserver,
        interrupted: Callable[[], None],
        timed_out: Callable[[int, float], None] = lambda _pid, _elapsed_s: None,
    ) -> Exit:
        self.jobs.append(job)
        if self.failure is not None:
            raise self.failure
        observer.started(4711)
        for stream, data in self.output:
            observer.output(stream, data)
        self.during()
        if job.background and not self.ends_at_once:
            return Exit(status=0, running=True, pid=4711)
        status = self.statuses.pop(0) if self.statuses else self.status
        observer.ended(Exit(status=status, pid=4711))
        if job.background:
            return Exit(status=0, running=True, pid=4711)
        return Exit(status=status, pid=4711)

    def crew(self, *, alone: bool) -> Crew:
        return Crew(self, alone)


@define
class Crew:
    """Sees each job through when it is started, as its launcher does, and tells it when asked."""

    launcher: Launcher
    alone: bool
    ended: list[Ended] = field(factory=list)

    @property
    def told(self) -> int | None:
        return self.launcher.told

    @property
    def size(self) -> int:
        return len(self.ended)

    def start(
        self,
        job: Job,
        observer: ProcessObserver,
        interrupted: Callable[[], None],
        timed_out: Callable[[int, float], None] = lambda _pid, _elapsed_s: None,
    ) -> None:
        try:
            if self.told is not None:
                raise GuildError(f"error running {job.name}: told to stop by signal {self.told}")
            exit = self.launcher.launch(job, observer, interrupted, timed_out)
            self.ended.append(Ended(job=job, exit=exit))
        except GuildError as exc:
            self.ended.append(Ended(job=job, failure=exc))

    def wait(self, timeout_s: float | None = None) -> Ended | None:
        return self.ended.pop(0)

    def pause(self, seconds: float) -> None:
        self.launcher.pauses.append(seconds)

    def stop(self) -> None:
        self.launcher.stops += 1

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *exc: object) -> None:
        pass


@define
class Kept:
    """All that is kept of runs beside attributes, by run id. Set `full` to refuse writes."""

    output: dict[str, bytes] = field(factory=dict)
    scalars: dict[str, list[ScalarPoint]] = field(factory=dict)
    copies: list[tuple[str, str]] = field(factory=list)
    env_files: dict[str, Mapping[str, str]] = field(factory=dict)
    pidfiles: dict[str, int] = field(factory=dict)
    reserved: set[str] = field(factory=set)

    # source copies
    def take(
        self, source: SourceSpec, run: Run, notify: Callable[[SourceLimitReached], None]
    ) -> str | None:
        self.copies.append((source.root, run.id))
        return "digest"

    def copy_from(self, other: Run, run: Run) -> None:
        self.copies.append((other.id, run.id))

    # revisions
    def commit(self, directory: str) -> str | None:
        return "git:abc"

    # surroundings
    def platform(self) -> Mapping[str, object]:
        return {"cpus": 2}

    def packages(self) -> list[str] | None:
        return ["attrs==1"]

    # files
    def write_staged_env(self, run: Run, env: Mapping[str, str]) -> None:
        self.env_files[run.id] = env

    def write_pidfile(self, path: str | None, pid: int) -> str:
        self.pidfiles[path or "/tmp/pid"] = pid
        return path or "/tmp/pid"

    def remove_pidfile(self, path: str, pid: int) -> None:
        if self.pidfiles.get(path) == pid:
            del self.pidfiles[path]

    def reserve(self, run: Run) -> None:
        self.reserved.add(run.id)

    def free(self, run: Run) -> None:
        self.reserved.discard(run.id)

    def is_there(self, run: Run) -> bool:
        return True


@define
class OutputLog:
    kept: Kept
    run: Run

    def write(self, stream: Stream, data: bytes, time_ms: int) -> None:
        self.kept.output[self.run.id] += data

    def close(self) -> None: ...


@define
class ScalarLog:
    kept: Kept
    run: Run

    def append(self, points: Iterable[ScalarPoint]) -> None:
        self.kept.scalars.setdefault(self.run.id, []).extend(points)

    def flush(self) -> None: ...

    def close(self) -> None: ...


@define
class OutputLogs:
    kept: Kept

    def open(self, run: Run) -> OutputLog:
        self.kept.output[run.id] = b""
        return OutputLog(self.kept, run)


@define
class ScalarLogs:
    kept: Kept

    def open(self, run: Run) -> ScalarLog:
        return ScalarLog(self.kept, run)


class Project:
    """A project with operations, any store, and processes that only seem to run."""

    store: RunStore
    locks: RunLocks

    def __init__(self, *operations: Operation) -> None:
        self.catalog = Catalog({each.name: each for each in operations})
        self.launcher = Launcher()
        self.kept = Kept()
        self.warnings: list[str] = []
        self.now = 0
        self.tick = 1_000_000
        self.made = 0

    def plan(self, *words: str, **options: object) -> object:
        """Plan a run: the operation, then assignments; options as fields of the request."""
        opspec = words[0] if words and "=" not in words[0] else None
        flags = words[1:] if opspec else words
        request = RunRequest(opspec=opspec, flags=flags, **options)  # type: ignore[arg-type]
        return self.planner()(request)

    def planner(self) -> PlanRun:
        return PlanRun(
            store=self.store,
            catalog=self.catalog,
            seeds=lambda: 42,
            settings=SETTINGS,
            absolute=lambda path: path if path.startswith("/") else f"/project/{path}",
            exists=lambda _path: False,
            interpreter=lambda requirement: f"/usr/bin/python-{requirement}",
            plan_batch=self.plan_batch,
            warn=self.warnings.append,
        )

    def plan_batch(self) -> PlanBatch:
        raise AssertionError("single runs only")

    def starter(self) -> StartRun:
        make = MakeRun(
            store=self.store,
            locks=self.locks,
            sources=self.kept,
            revisions=self.kept,
            surroundings=self.kept,
            clock=self.clock,
            ids=self.new_id,
            settings=SETTINGS,
            warn=self.warnings.append,
        )
        return StartRun(
            make=make,
            launcher=self.launcher,
            outputs=OutputLogs(self.kept),
            scalars=ScalarLogs(self.kept),
            files=self.kept,
            warn=self.warnings.append,
        )

    def clock(self) -> Timestamp:
        self.now += self.tick
        return Timestamp(self.now)

    def new_id(self) -> RunId:
        self.made += 1
        return RunId(f"run{self.made}")


class World(Project):
    """A project whose runs are kept in memory, for single runs."""

    store: MemoryRunStore

    def __init__(self, *operations: Operation) -> None:
        super().__init__(*operations)
        self.store = MemoryRunStore()
        self.locks = self.store.locks

    def run(self, *words: str, **options: object) -> Outcome:
        """Plan a run and start it, unless there is nothing to do."""
        plan = self.plan(*words, **options)
        return self.start(plan) if isinstance(plan, RunPlan) else plan  # type: ignore[return-value]

    def start(self, plan: RunPlan) -> Outcome:
        return self.starter()(plan)
