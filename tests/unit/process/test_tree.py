"""Process trees: who belongs."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from guild.adapters.process import table
from guild.adapters.process.table import all_processes, find_process, run_marks, start_of
from guild.adapters.process.tree import Tree, ancestors
from tests.unit.process.support import Sleepers, wait_until


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


def test_further_roots_belong_without_their_groups(sleepers: Sleepers) -> None:
    script = (
        "import subprocess, time\n"
        "subprocess.run(['sh', '-c', 'sleep 60 >&- & exit'])\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)"
    )
    root = sleepers.start(script)
    start = start_of(root)
    assert start is not None

    with_group = Tree(root, start, "")
    without = Tree(0, None, "", others={root: start})

    assert without.look() == [root]
    assert len(with_group.look()) == 2
    assert with_group.kill() == []


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
