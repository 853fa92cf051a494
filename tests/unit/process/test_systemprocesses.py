"""Runs stopped from elsewhere: only processes that are proven to be theirs."""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from typing import Any

import pytest

from guild.adapters.process.evidence import Host, own_evidence, this_host
from guild.adapters.process.systemprocesses import SystemProcesses
from guild.adapters.process.table import find_process
from guild.adapters.process.tree import supervisor_name
from guild.domain.ids import RunId
from guild.domain.owner import Owner, Reach
from guild.domain.run import Run
from tests.unit.process.support import DEAF, Sleepers

LONG_S = 30.0


@pytest.fixture
def run() -> Run:
    return Run(id=RunId(uuid.uuid4().hex), path="/run")


def locked(text: str | None) -> SystemProcesses:
    """Processes of runs that all have this lock."""
    return SystemProcesses(lambda _run_dir: text)


def gone() -> int:
    process = subprocess.Popen(["true"])
    process.wait(30)
    return process.pid


def evidence(pid: int) -> str:
    """A lock of a run whose `guild` has ended."""
    script = (
        "import sys; from guild.adapters.process.evidence import own_evidence;"
        "print(own_evidence(int(sys.argv[1])), end='')"
    )
    return subprocess.check_output([sys.executable, "-c", script, str(pid)], text=True)


@pytest.mark.parametrize("field", ["name", "machine", "pids"])
def test_process_out_of_sight_is_never_touched(sleepers: Sleepers, run: Run, field: str) -> None:
    stranger = sleepers.start()
    change: dict[str, Any] = {field: "another"}
    there = Host(**{**vars(this_host()), **change})
    processes = locked(own_evidence(stranger, there))

    owner = processes.owner(run)
    left = processes.stop(run, timeout_s=0, force=True)

    assert (owner.reach, owner.pid) == (Reach.ELSEWHERE, None)
    assert owner.host.startswith(there.name)
    assert left == []
    assert find_process(stranger) is not None


def test_bare_pid_of_a_process_without_the_runs_id_is_not_proven(
    sleepers: Sleepers, run: Run
) -> None:
    stranger = sleepers.start(RUN_ID="another")
    processes = locked(str(stranger))

    owner = processes.owner(run)
    left = processes.stop(run, timeout_s=0, force=True)

    assert owner == Owner(Reach.UNPROVEN, pid=stranger)
    assert left == []
    assert find_process(stranger) is not None


def test_bare_pid_is_proven_by_the_runs_id(sleepers: Sleepers, run: Run) -> None:
    pid = sleepers.start(RUN_ID=run.id, RUN_DIR="/run")
    processes = locked(str(pid))

    owner = processes.owner(run)
    left = processes.stop(run, timeout_s=LONG_S, force=False)

    assert owner == Owner(Reach.HERE, pid=pid)
    assert left == []
    assert find_process(pid) is None


def test_reused_pid_is_not_the_owner(sleepers: Sleepers, run: Run) -> None:
    stranger = sleepers.start()
    earlier = Host(**{**vars(this_host()), "start_of": lambda _pid: "1"})
    processes = locked(own_evidence(stranger, earlier))

    assert processes.owner(run).reach is Reach.NOBODY
    assert processes.stop(run, timeout_s=0, force=True) == []
    assert find_process(stranger) is not None


@pytest.mark.parametrize("text", [None, "", "no pid"])
def test_run_without_lock_has_no_owner(run: Run, text: str | None) -> None:
    assert locked(text).owner(run).reach is Reach.NOBODY
    assert locked(text).stop(run, timeout_s=0, force=True) == []


def test_process_that_prepares_a_run_is_stopped(sleepers: Sleepers, run: Run) -> None:
    guild = sleepers.start()
    words = f"host={this_host().name} boot={this_host().boot} pids={this_host().pids}"
    process = find_process(guild)
    assert process is not None
    text = f"{guild:<10}\npid={guild} start={process.start} {words} guild={guild} guild-start="
    processes = locked(text + process.start)

    assert processes.owner(run) == Owner(Reach.HERE, pid=guild)
    assert processes.stop(run, timeout_s=LONG_S, force=False) == []
    assert find_process(guild) is None


def test_stop_terminates_the_tree(sleepers: Sleepers, run: Run) -> None:
    root = sleepers.start(RUN_ID=run.id, RUN_DIR="/run")
    away = sleepers.start(RUN_ID=run.id, RUN_DIR="/run")
    copy = sleepers.start(RUN_ID=run.id, RUN_DIR="/copy")

    left = locked(evidence(root)).stop(run, timeout_s=LONG_S, force=False)

    assert left == []
    assert [find_process(pid) for pid in (root, away)] == [None, None]
    assert find_process(copy) is not None


def test_stop_finds_what_is_left_of_a_process_that_ended(sleepers: Sleepers, run: Run) -> None:
    left_behind = sleepers.start(RUN_ID=run.id, RUN_DIR="/run")

    left = locked(str(gone())).stop(run, timeout_s=LONG_S, force=False)

    assert left == []
    assert find_process(left_behind) is None


def test_stop_without_force_names_what_is_left(sleepers: Sleepers, run: Run) -> None:
    deaf = sleepers.start(DEAF, RUN_ID=run.id)

    left = locked(str(deaf)).stop(run, timeout_s=0.05, force=False)

    assert left == [deaf]


def test_stop_with_force_kills_what_is_left(sleepers: Sleepers, run: Run) -> None:
    deaf = sleepers.start(DEAF, RUN_ID=run.id)

    left = locked(str(deaf)).stop(run, timeout_s=0, force=True)

    assert left == []
    assert find_process(deaf) is None


def test_stop_without_time_returns_at_once(
    sleepers: Sleepers, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf = sleepers.start(DEAF, RUN_ID=run.id)
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)

    left = locked(str(deaf)).stop(run, timeout_s=0, force=False)

    assert left == [deaf]
    assert waits == []


def test_a_job_is_stopped_whose_watcher_ends_without_a_word(sleepers: Sleepers, run: Run) -> None:
    pid = sleepers.start(RUN_ID=run.id, RUN_DIR=run.path)
    script = (
        "import sys, time; from guild.adapters.process.evidence import own_evidence;"
        "open('/proc/self/comm', 'w').write(sys.argv[2]);"
        "print(own_evidence(int(sys.argv[1])), end='', flush=True); time.sleep(60)"
    )
    words = [sys.executable, "-c", script, str(pid), supervisor_name(run.id)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as watcher:
        assert watcher.stdout
        text = watcher.stdout.readline() + watcher.stdout.readline()

        left = locked(text).stop(run, timeout_s=LONG_S, force=False)

    assert left == []
    assert find_process(pid) is None
