"""Process trees: who belongs, and how they are stopped from elsewhere."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from guild.adapters.process import table
from guild.adapters.process.table import all_processes, find_process, run_marks, start_of
from guild.adapters.process.tree import SystemProcesses, Tree, ancestors
from tests.unit.process.support import wait_until

NAPPING = "import time; print('ready', flush=True); time.sleep(60)"
DEAF = "import signal; signal.signal(15, signal.SIG_IGN); " + NAPPING
LONG_S = 30.0


class Sleepers:
    """Processes that end with the test."""

    def __init__(self) -> None:
        self._made: list[subprocess.Popen[bytes]] = []

    def start(self, script: str = NAPPING, **env: str) -> int:
        process = subprocess.Popen(
            [sys.executable, "-Sc", script],
            stdout=subprocess.PIPE,
            env={**os.environ, **env},
            start_new_session=True,
        )
        self._made.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        return process.pid

    def end(self) -> None:
        for process in self._made:
            process.kill()
            process.communicate(timeout=30)


@pytest.fixture
def sleepers() -> Iterator[Sleepers]:
    made = Sleepers()
    yield made
    made.end()


@pytest.fixture
def run_id() -> str:
    return uuid.uuid4().hex


def test_processes_elsewhere_belong_by_run_id_and_directory(
    sleepers: Sleepers, run_id: str
) -> None:
    root = sleepers.start()
    ours = sleepers.start(RUN_ID=run_id, RUN_DIR="/run")
    sleepers.start(RUN_ID=run_id, RUN_DIR="/copy of run")
    sleepers.start(RUN_ID="other", RUN_DIR="/run")

    tree = Tree(root, start_of(root), run_id, "/run")

    assert tree.look() == sorted([root, ours])


def test_without_run_id_only_the_tree_itself_belongs(sleepers: Sleepers) -> None:
    root = sleepers.start(RUN_ID="", RUN_DIR="/run")
    sleepers.start(RUN_ID="", RUN_DIR="/run")

    assert Tree(root, start_of(root), "", "/run").look() == [root]


def test_spared_processes_and_oneself_never_belong(sleepers: Sleepers, run_id: str) -> None:
    spared = sleepers.start(RUN_ID=run_id, RUN_DIR="/run")

    tree = Tree(os.getpid(), start_of(os.getpid()), run_id, "/run", spared=[spared])

    assert not {os.getpid(), spared, 1} & set(tree.look())


def test_reused_pid_does_not_belong(sleepers: Sleepers, run_id: str) -> None:
    stranger = sleepers.start()

    tree = Tree(stranger, "another start", run_id)

    assert tree.look() == tree.living() == []


def test_member_stays_known_when_its_parents_end(sleepers: Sleepers) -> None:
    script = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen(['env', '-i', 'sleep', '60'], start_new_session=True)\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)"
    )
    root = sleepers.start(script)
    tree = Tree(root, start_of(root), "")
    wait_until(lambda: len(tree.look()) == 2)
    (child,) = set(tree.look()) - {root}

    os.kill(root, signal.SIGKILL)
    wait_until(lambda: tree.look() == [child])

    assert tree.kill() == []
    assert find_process(child) is None


def test_ancestors_end_with_the_first_process() -> None:
    found = ancestors(os.getpid())

    assert found[0] == os.getppid()
    assert os.getpid() not in found


def test_stop_terminates_the_tree(sleepers: Sleepers, run_id: str) -> None:
    root = sleepers.start(RUN_ID=run_id, RUN_DIR="/run")
    away = sleepers.start(RUN_ID=run_id, RUN_DIR="/run")
    copy = sleepers.start(RUN_ID=run_id, RUN_DIR="/copy")

    left = SystemProcesses().stop(run_id, root, timeout_s=LONG_S, force=False)

    assert left == []
    assert [find_process(pid) for pid in (root, away)] == [None, None]
    assert find_process(copy) is not None


def test_stop_finds_what_is_left_of_a_process_that_ended(sleepers: Sleepers, run_id: str) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait(30)
    left_behind = sleepers.start(RUN_ID=run_id, RUN_DIR="/run")

    left = SystemProcesses().stop(run_id, gone.pid, timeout_s=LONG_S, force=False)

    assert left == []
    assert find_process(left_behind) is None


def test_stop_without_force_names_what_is_left(sleepers: Sleepers, run_id: str) -> None:
    deaf = sleepers.start(DEAF, RUN_ID=run_id)

    left = SystemProcesses().stop(run_id, deaf, timeout_s=0.05, force=False)

    assert left == [deaf]


def test_stop_with_force_kills_what_is_left(sleepers: Sleepers, run_id: str) -> None:
    deaf = sleepers.start(DEAF, RUN_ID=run_id)

    left = SystemProcesses().stop(run_id, deaf, timeout_s=0, force=True)

    assert left == []
    assert find_process(deaf) is None


def test_stop_without_time_returns_at_once(sleepers: Sleepers, run_id: str) -> None:
    deaf = sleepers.start(DEAF, RUN_ID=run_id)
    waits: list[float] = []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "sleep", waits.append)
        left = SystemProcesses().stop(run_id, deaf, timeout_s=0, force=False)

    assert left == [deaf]
    assert waits == []


def test_stop_of_nothing_leaves_nothing(run_id: str) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait(30)

    assert SystemProcesses().stop(run_id, gone.pid, timeout_s=0, force=True) == []


def test_any_name_of_a_program_is_read(tmp_path: Path, sleepers: Sleepers) -> None:
    odd = tmp_path / "a) Z 0 (b"
    odd.symlink_to("/bin/sleep")
    process = subprocess.Popen([str(odd), "60"])

    wait_until(lambda: (found := find_process(process.pid)) and found.name == odd.name)
    found = find_process(process.pid)
    process.kill()
    process.wait(30)

    assert found is not None
    assert found.parent == os.getpid()


def test_table_without_proc_says_the_same(
    monkeypatch: pytest.MonkeyPatch, sleepers: Sleepers
) -> None:
    pid = sleepers.start(RUN_ID="abc", RUN_DIR="/run")
    known = find_process(pid)
    assert known is not None

    monkeypatch.setattr(table, "_PROC", False)
    found = find_process(pid)

    assert found is not None
    assert (found.parent, found.group, found.name) == (known.parent, known.group, known.name)
    assert found.start == repr(psutil.Process(pid).create_time())
    assert run_marks(pid) == ("abc", "/run")
    assert pid in all_processes()
    assert find_process(2**22 + 1) is None
    assert run_marks(2**22 + 1) == ("", "")
