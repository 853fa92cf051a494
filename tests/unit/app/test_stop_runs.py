"""Stopping runs, and deleting those that have owners."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from attrs import define, field

from guild.adapters.memory.store import MemoryRunStore
from guild.app.delete_runs import DeleteRuns
from guild.app.stop_runs import Stopping, StopRequest, StopRuns
from guild.domain.draft import Mark, RunDraft
from guild.domain.errors import GuildError
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.owner import Owner, Reach
from guild.domain.run import Run
from guild.domain.status import Status
from guild.domain.timestamps import Timestamp

ECHO = OpRef("script", "/project", "", "", "echo.py")
HERE = Owner(Reach.HERE, pid=7)


@define
class FakeProcesses:
    """Owners by run id; they end when told unless named as deaf.

    Attributes:
        store: Its locks of runs that are stopped are left as a killed process leaves them.
        owners: Each run's owners, one after another ends.
        deaf: Ids of runs whose processes go on.
        told: Ids of runs that were told to stop, with the time to wait.
    """

    store: MemoryRunStore
    owners: dict[str, list[Owner]] = field(factory=dict)
    deaf: set[str] = field(factory=set)
    told: list[tuple[str, float]] = field(factory=list)

    def owner(self, run: Run) -> Owner:
        """See `Processes.owner`."""
        return next(iter(self.owners.get(run.id, ())), Owner(Reach.NOBODY))

    def stop(self, run: Run, *, timeout_s: float, force: bool) -> list[int]:
        """See `Processes.stop`."""
        assert self.owner(run).reach is Reach.HERE
        self.told.append((run.id, timeout_s))
        if run.id in self.deaf:
            return [7]
        self.owners[run.id].pop(0)
        if not self.owners[run.id]:
            self.store.locks.owners.pop(run.path, None)
        return []


@pytest.fixture
def store() -> MemoryRunStore:
    return MemoryRunStore()


@pytest.fixture
def processes(store: MemoryRunStore) -> FakeProcesses:
    return FakeProcesses(store)


@pytest.fixture
def stop(store: MemoryRunStore, processes: FakeProcesses) -> StopRuns:
    times: Iterator[int] = count(100)
    clock = lambda: Timestamp(next(times))  # noqa: E731
    return StopRuns(store=store, processes=processes, locks=store.locks, clock=clock)


def make(store: MemoryRunStore, run_id: str = "aaa", *, mark: Mark | None = None) -> Run:
    run = store.create(RunDraft(id=RunId(run_id), opref=ECHO, attrs={}))
    store.set_mark(run, mark)
    return store.at(run.path)


def test_end_that_nobody_recorded_is_recorded(
    store: MemoryRunStore, processes: FakeProcesses, stop: StopRuns
) -> None:
    run = make(store)
    processes.owners["aaa"] = [HERE]

    result = stop(StopRequest(runs=[run]))

    after = store.at(run.path)
    assert (result.stopped, result.survivors) == ((run,), ())
    assert (after.status, after.exit_status, after.stopped) == (Status.TERMINATED, -15, 100)
    assert store.locks.owners == {}


def test_end_that_was_recorded_stays(
    store: MemoryRunStore, processes: FakeProcesses, stop: StopRuns
) -> None:
    run = make(store)
    store.update(run, {"exit_status": -9, "stopped": 5})
    processes.owners["aaa"] = [HERE]

    stop(StopRequest(runs=[run]))

    assert (store.at(run.path).exit_status, store.at(run.path).stopped) == (-9, 5)


def test_run_that_goes_on_is_not_said_to_have_ended(
    store: MemoryRunStore, processes: FakeProcesses, stop: StopRuns
) -> None:
    run = make(store)
    processes.owners["aaa"] = [HERE]
    processes.deaf.add("aaa")

    result = stop(StopRequest(runs=[run], timeout_s=3))

    assert result.survivors == (7,)
    assert processes.told == [("aaa", 3)]
    assert store.at(run.path).exit_status is None


def test_run_that_another_took_is_left_to_it(
    store: MemoryRunStore, processes: FakeProcesses, stop: StopRuns
) -> None:
    run = make(store)
    processes.owners["aaa"] = [HERE]
    elsewhere = Owner(Reach.ELSEWHERE, host="beta")
    processes.owners["aaa"].append(elsewhere)

    stop(StopRequest(runs=[run]))

    assert store.at(run.path).exit_status is None
    assert run.path in store.locks.owners


def test_run_that_is_being_prepared_is_stopped(
    store: MemoryRunStore, processes: FakeProcesses, stop: StopRuns
) -> None:
    run = make(store, mark=Mark.PENDING)
    processes.owners["aaa"] = [HERE]

    stop(StopRequest(runs=[run]))

    assert store.at(run.path).status is Status.TERMINATED


def test_process_that_was_handed_the_run_meanwhile_is_stopped_too(
    store: MemoryRunStore, processes: FakeProcesses, stop: StopRuns
) -> None:
    run = make(store)
    processes.owners["aaa"] = [HERE, Owner(Reach.HERE, pid=8)]

    stop(StopRequest(runs=[run], wait=False))

    assert processes.told == [("aaa", 0), ("aaa", 0)]


@pytest.mark.parametrize(
    "owner", [Owner(Reach.ELSEWHERE, host="beta"), Owner(Reach.UNPROVEN, pid=7)]
)
def test_run_out_of_reach_is_left_alone(
    store: MemoryRunStore, processes: FakeProcesses, stop: StopRuns, owner: Owner
) -> None:
    run = make(store)
    processes.owners["aaa"] = [owner]
    told: list[Stopping] = []

    result = stop(StopRequest(runs=[run], force=True), told.append)

    assert processes.told == []
    assert (result.stopped, result.survivors) == ((), ())
    assert [event.owner for event in result.out_of_reach] == [owner]
    assert [event.owner for event in told] == [owner]
    assert store.at(run.path).exit_status is None


def test_run_without_owner_is_only_notified(
    store: MemoryRunStore, processes: FakeProcesses, stop: StopRuns
) -> None:
    told: list[Stopping] = []

    result = stop(StopRequest(runs=[make(store)]), told.append)

    assert [event.owner.reach for event in told] == [Reach.NOBODY]
    assert (result.stopped, result.out_of_reach, processes.told) == ((), (), [])


def test_running_and_prepared_runs_are_stopped_before_they_are_deleted(
    store: MemoryRunStore, processes: FakeProcesses, stop: StopRuns
) -> None:
    runs = [make(store), make(store, "bbb", mark=Mark.PENDING), make(store, "ccc")]
    processes.owners = {"aaa": [HERE], "bbb": [HERE]}

    deleted = DeleteRuns(store=store, processes=stop.processes, stop=lambda: stop).delete(runs)

    assert [run.id for run in deleted] == ["aaa", "bbb", "ccc"]
    assert [told for told, _ in processes.told] == ["aaa", "bbb"]


@pytest.mark.parametrize(
    ("owner", "message"),
    [
        (Owner(Reach.ELSEWHERE, host="beta"), "cannot delete run bbb: it is running on beta"),
        (Owner(Reach.UNPROVEN, pid=7), "cannot delete run bbb: process 7, which its lock names"),
    ],
)
def test_nothing_is_stopped_or_deleted_with_a_run_out_of_reach(
    store: MemoryRunStore, processes: FakeProcesses, stop: StopRuns, owner: Owner, message: str
) -> None:
    runs = [make(store), make(store, "bbb")]
    processes.owners = {"aaa": [HERE], "bbb": [owner]}

    with pytest.raises(GuildError, match=message) as caught:
        DeleteRuns(store=store, processes=stop.processes, stop=lambda: stop).delete(runs)

    assert "\n" not in str(caught.value)
    assert processes.told == []
    assert len(store.ids()) == 2


def test_nothing_is_deleted_if_a_run_goes_on(
    store: MemoryRunStore, processes: FakeProcesses, stop: StopRuns
) -> None:
    runs = [make(store), make(store, "bbb")]
    processes.owners = {"aaa": [HERE], "bbb": [HERE]}
    processes.deaf = {"bbb"}

    with pytest.raises(GuildError, match="processes did not stop: 7"):
        DeleteRuns(store=store, processes=stop.processes, stop=lambda: stop).delete(runs)

    assert len(store.ids()) == 2
