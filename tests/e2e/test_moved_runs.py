"""Runs and homes that people copy, rename and move by hand, and clocks that go wrong.

A run goes by the name of its directory. Listings are asked for twice: what is kept from the
first must not change the second.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess

import psutil
import pytest

from tests.e2e.mounts import read_only
from tests.e2e.outcomes import assert_clean
from tests.e2e.sandbox import Sandbox, wait_until

pytestmark = pytest.mark.e2e

_WAIT = (
    "import time\nfrom pathlib import Path\nprint('ready', flush=True)\n"
    "while not Path('go').exists():\n    time.sleep(0.02)\n"
)


def ids(sandbox: Sandbox, *args: str) -> list[str]:
    """Ids that `runs` lists, `select` too, and `compare` but for batches; asked for twice."""
    found = []
    for _ in range(2):
        runs = sandbox.runs(*args)
        listed = [run["id"] for run in runs]
        single = [run["id"][:8] for run in runs if not run["opref"].endswith("+")]
        selected = sandbox.guild("select", "--all", *args)
        assert selected.out.split() == listed, selected
        compared = sandbox.guild("compare", "--csv", "-", *args)
        assert compared.code == 0, compared
        rows = list(csv.DictReader(io.StringIO(compared.out)))
        assert [row["run"] for row in rows] == single, compared
        found.append(listed)
    assert found[0] == found[1]
    return found[0]


def statuses(sandbox: Sandbox) -> dict[str, str]:
    """The status of each run, as listed twice."""
    first = {run["id"]: run["status"] for run in sandbox.runs()}
    assert {run["id"]: run["status"] for run in sandbox.runs()} == first
    return first


def attr(sandbox: Sandbox, run_id: str, name: str, text: str) -> None:
    """Write an attribute as other programs may, in place."""
    (sandbox.run_dir(run_id) / ".guild/attrs" / name).write_text(f"{text}\n")


def copy(sandbox: Sandbox, run_id: str, new_id: str) -> None:
    """Copy a run with everything, as `cp -a` does."""
    subprocess.run(["cp", "-a", sandbox.run_dir(run_id), sandbox.run_dir(new_id)], check=True)


def label(sandbox: Sandbox, run_id: str, text: str) -> None:
    """Give a run a label."""
    assert sandbox.guild("label", run_id, "-s", text, "-y").code == 0


def start_waiting(sandbox: Sandbox, *args: str) -> subprocess.Popen[bytes]:
    sandbox.write("wait.py", _WAIT)
    process = sandbox.start("run", "wait.py", "--run-id", "aaa", "-y", *args)
    wait_until((sandbox.run_dir("aaa") / ".guild/output").is_file, "it runs")
    output = sandbox.run_dir("aaa") / ".guild/output"
    wait_until(lambda: output.read_text() == "ready\n", "it says so")
    return process


def test_a_clock_that_went_back_gives_no_negative_time(with_run: Sandbox) -> None:
    ids(with_run)
    attr(with_run, "aaa", "started", "1700000100000000")
    attr(with_run, "aaa", "stopped", "1700000000000000")

    for _ in range(2):
        compared = with_run.guild("compare", "--csv", "-")
        (row,) = csv.DictReader(io.StringIO(compared.out))
        assert row["time"] == "0:00:00", compared
        assert "-" not in with_run.info()["started"].replace("2023-11-14", "")
    assert ids(with_run) == ["aaa"]


def test_runs_of_one_moment_are_listed_by_id(with_copies: Sandbox) -> None:
    for name in ("ccc", "aac"):
        copy(with_copies, "aaa", name)
    for name in ("aaa", "aab", "aac", "ccc"):
        attr(with_copies, name, "started", "1700000000000000")

    assert ids(with_copies) == ["aaa", "aab", "aac", "ccc"]
    assert with_copies.guild("select", "2").out == "aab\n"


def test_a_run_of_the_future_is_the_newest(with_copies: Sandbox) -> None:
    ids(with_copies)
    attr(with_copies, "aaa", "started", "4000000000000000")
    (with_copies.run_dir("aaa") / ".guild/attrs/x").write_text("1\n")

    assert ids(with_copies) == ["aaa", "aab"]
    listed = with_copies.guild("runs", "--started", "last 5 minutes")
    assert listed.code == 0, listed


def test_a_lock_of_a_pid_that_another_process_got_is_dead(with_run: Sandbox) -> None:
    run_dir = with_run.run_dir("aaa")
    (run_dir / ".guild/attrs/exit_status").unlink()
    evidence = start_evidence(with_run)
    pid = os.getpid()
    reused = evidence.replace(f"pid={evidence.split()[0]}", f"pid={pid}", 1)
    words = [
        "start=1" if word.startswith("start=") else word
        for word in reused.split()[1:]
        if not word.startswith(("guild=", "guild-start=", "dir="))
    ]
    (run_dir / ".guild/LOCK").write_text(f"{pid:<10}\n{' '.join(words)}\n")

    assert statuses(with_run)["aaa"] == "error"
    with_run.guild("stop", "aaa", "-y")
    assert psutil.pid_exists(pid)
    assert_clean(with_run.guild("run", "--restart", "aaa", "-y"))
    assert statuses(with_run)["aaa"] == "completed"


def start_evidence(sandbox: Sandbox) -> str:
    """The text of a lock of a run on this host."""
    other = Sandbox.below(sandbox.root / "other")
    other.write("lock.py", "import os\nprint(open('.guild/LOCK').read())\n")
    done = other.guild("run", "lock.py", "-y")
    assert done.code == 0, done
    return done.out


def test_a_bare_pid_that_another_process_got_is_not_stopped_or_deleted(with_run: Sandbox) -> None:
    run_dir = with_run.run_dir("aaa")
    (run_dir / ".guild/attrs/exit_status").unlink()
    (run_dir / ".guild/LOCK").write_text(f"{os.getpid():<10}")

    assert statuses(with_run)["aaa"] == "running"
    stopped = with_run.guild("stop", "aaa", "-y")
    assert "Traceback" not in stopped.err
    deleted = with_run.guild("runs", "delete", "aaa", "-y")

    assert deleted.code == 1
    assert "remove the LOCK if it does not" in deleted.err
    (run_dir / ".guild/LOCK").unlink()
    assert statuses(with_run)["aaa"] == "error"
    assert with_run.guild("runs", "delete", "aaa", "-y").code == 0


def test_a_copied_run_is_a_run_of_its_own(with_run: Sandbox) -> None:
    ids(with_run)
    copy(with_run, "aaa", "bbb")

    assert ids(with_run) == ["aaa", "bbb"]
    label(with_run, "bbb", "the copy")
    labels = {run["id"]: run["label"] for run in with_run.runs()}
    assert labels == {"aaa": "lr=0.1 name=x", "bbb": "the copy"}
    assert ids(with_run, "--filter", "label = 'the copy'") == ["bbb"]
    assert_clean(with_run.guild("run", "--restart", "bbb", "lr=2", "-y"))
    assert ids(with_run) == ["bbb", "aaa"]
    flags = [with_run.info(run_id)["flags"]["lr"] for run_id in ("aaa", "bbb")]
    assert flags == [0.1, 2]
    assert with_run.guild("runs", "delete", "bbb", "-y").code == 0
    assert ids(with_run) == ["aaa"]
    assert with_run.guild("check").code == 0


def test_a_renamed_run_goes_by_its_new_name(with_run: Sandbox) -> None:
    ids(with_run)
    with_run.run_dir("aaa").rename(with_run.run_dir("bbb"))

    assert ids(with_run) == ["bbb"]
    assert with_run.guild("runs", "info", "aaa").code == 1
    assert with_run.info("bbb")["flags"]["lr"] == 0.1
    assert_clean(with_run.guild("run", "--restart", "bbb", "-y"))
    assert ids(with_run) == ["bbb"]
    assert_clean(with_run.guild("run", "train.py", "--run-id", "aaa", "-y"))
    assert ids(with_run) == ["aaa", "bbb"]


def test_two_runs_that_swap_names_swap_what_is_known_of_them(with_copies: Sandbox) -> None:
    label(with_copies, "aaa", "first")
    label(with_copies, "aab", "second")
    order = ids(with_copies)
    for source, target in (("aaa", "x"), ("aab", "aaa"), ("x", "aab")):
        with_copies.run_dir(source).rename(with_copies.run_dir(target))

    assert {run["id"]: run["label"] for run in with_copies.runs()} == {
        "aaa": "second",
        "aab": "first",
    }
    assert ids(with_copies) == order[::-1]


def test_a_copy_of_a_running_run_does_not_run(sandbox: Sandbox) -> None:
    process = start_waiting(sandbox)
    copy(sandbox, "aaa", "bbb")

    assert statuses(sandbox) == {"aaa": "running", "bbb": "error"}
    stopped = sandbox.guild("stop", "bbb", "-y")
    assert process.poll() is None, stopped
    assert sandbox.guild("runs", "delete", "bbb", "-y").code == 0
    assert process.poll() is None
    assert statuses(sandbox) == {"aaa": "running"}

    assert sandbox.guild("runs", "restore", "bbb", "-y").code == 0
    (sandbox.run_dir("bbb") / "go").touch()
    assert_clean(sandbox.guild("run", "--restart", "bbb", "-y"))
    assert statuses(sandbox) == {"aaa": "running", "bbb": "completed"}
    (sandbox.run_dir("aaa") / "go").touch()
    assert process.wait(30) == 0
    assert statuses(sandbox) == {"aaa": "completed", "bbb": "completed"}


def test_a_running_run_that_is_renamed_still_runs(sandbox: Sandbox) -> None:
    process = start_waiting(sandbox)
    assert statuses(sandbox) == {"aaa": "running"}
    sandbox.run_dir("aaa").rename(sandbox.run_dir("bbb"))

    assert statuses(sandbox) == {"bbb": "running"}
    restarted = sandbox.guild("run", "--restart", "bbb", "-y")
    assert restarted.err.startswith("guild: cannot restart run bbb because it's running")
    (sandbox.run_dir("bbb") / "go").touch()
    process.wait(30)
    _, err = process.communicate()
    assert b"Traceback" not in err
    assert statuses(sandbox) == {"bbb": "error"}
    assert_clean(sandbox.guild("run", "--restart", "bbb", "-y"))


def test_trials_that_were_renamed_or_moved_away_are_no_trials_any_more(sandbox: Sandbox) -> None:
    sandbox.write("train.py", "x = 1\nprint('loss: 1')\n")
    assert sandbox.guild("run", "train.py", "x=[1,2,3]", "--keep-batch", "-y").code == 0
    (batch,) = (run["id"] for run in sandbox.runs("--operation", "train.py+"))
    first, second, third = ids(sandbox, "--operation", "train.py")
    sandbox.run_dir(first).rename(sandbox.run_dir("renamed"))
    sandbox.run_dir(second).rename(sandbox.root / "away")

    restarted = sandbox.guild("run", "--restart", batch, "-y")

    assert restarted.code == 0, restarted
    assert "Traceback" not in restarted.err
    listed = ids(sandbox)
    assert {"renamed", third, batch} <= set(listed)
    assert first not in listed
    assert second not in listed
    assert set(statuses(sandbox).values()) == {"completed"}


@pytest.mark.parametrize("how", ["renamed", "moved"])
def test_a_step_that_was_renamed_or_moved_away_is_made_anew(sandbox: Sandbox, how: str) -> None:
    sandbox.write("a.py", "print('a')\n")
    sandbox.write("guild.yml", "a:\n  main: a\nboth:\n  steps:\n    - a\n")
    assert sandbox.guild("run", "both", "--run-id", "pipeline", "-y").code == 0
    (step,) = ids(sandbox, "--operation", "a")
    target = sandbox.run_dir("other") if how == "renamed" else sandbox.root / "away"
    sandbox.run_dir(step).rename(target)

    restarted = sandbox.guild("run", "--restart", "pipeline", "-y")

    assert restarted.code == 0, restarted
    steps = ids(sandbox, "--operation", "a")
    assert step not in steps
    assert len(steps) == (2 if how == "renamed" else 1)
    link = os.readlink(sandbox.run_dir("pipeline") / "a")
    assert link == f"../{steps[0]}"


def test_a_home_that_was_moved_has_all_it_had(sandbox: Sandbox) -> None:
    sandbox.write("train.py", "x = 1\nprint('loss: 1')\n")
    sandbox.write("a.py", "print('a')\n")
    sandbox.write("b.py", "print(open('made').read())\n")
    sandbox.write("made.py", "open('made', 'w').write('by made')\n")
    sandbox.write(
        "guild.yml",
        "a:\n  main: a\nmake:\n  main: made\nboth:\n  steps:\n    - a\n"
        "b:\n  main: b\n  requires:\n    - operation: make\n      select: made\n",
    )
    for line in (
        "guild run train.py x=[1,2] --keep-batch -y",
        "guild run train.py x=[3,4] --stage-trials --keep-batch -y",
        "guild run both --run-id pipeline -y",
        "guild run make -y",
        "guild run b --run-id needs -y",
        "guild run b --run-id staged --stage -y",
    ):
        done = sandbox.shell_line(line)
        assert done.code == 0, done
    before = ids(sandbox)
    batches = ids(sandbox, "--operation", "train.py+")
    moved = Sandbox(
        sandbox.root,
        sandbox.project,
        sandbox.root / "moved here",
        {**sandbox.environ, "GUILD_HOME": str(sandbox.root / "moved here")},
    )
    sandbox.home.rename(moved.home)

    assert ids(moved) == before
    assert moved.guild("check").code == 0, moved.guild("check")
    assert moved.guild("cat", "needs", "-p", "made").out == "by made"
    assert moved.guild("run", "--start", "staged", "-y").out == "by made\n"
    for line in (
        *(f"guild run --restart {batch} -y" for batch in batches),
        "guild run --restart pipeline -y",
        "guild run --restart needs -y",
        "guild run --start train.py -y",
    ):
        done = moved.shell_line(line)
        assert done.code == 0, done
        assert "Traceback" not in done.err
    assert set(before) <= set(ids(moved))
    assert not sandbox.home.exists()


def test_a_home_that_was_copied_is_another_home(with_run: Sandbox) -> None:
    ids(with_run)
    subprocess.run(["cp", "-a", with_run.home, with_run.root / "copy"], check=True)
    copied = Sandbox(
        with_run.root,
        with_run.project,
        with_run.root / "copy",
        {**with_run.environ, "GUILD_HOME": str(with_run.root / "copy")},
    )

    label(copied, "aaa", "copy")
    assert_clean(copied.guild("run", "train.py", "--run-id", "bbb", "-y"))

    assert ids(copied) == ["bbb", "aaa"]
    assert ids(with_run) == ["aaa"]
    assert [run["label"] for run in with_run.runs()] == ["lr=0.1 name=x"]


def test_a_home_that_is_restored_from_a_copy_is_as_it_was_then(with_run: Sandbox) -> None:
    ids(with_run)
    subprocess.run(["cp", "-a", with_run.home, with_run.root / "backup"], check=True)
    label(with_run, "aaa", "new")
    assert_clean(with_run.guild("run", "train.py", "--run-id", "bbb", "-y"))
    ids(with_run)

    shutil.rmtree(with_run.home / "runs")
    subprocess.run(["cp", "-a", with_run.root / "backup/runs", with_run.home / "runs"], check=True)

    assert ids(with_run) == ["aaa"]
    assert [run["label"] for run in with_run.runs()] == ["lr=0.1 name=x"]


@pytest.mark.parametrize("listed_before", [False, True])
def test_a_home_on_a_read_only_mount_is_read(with_copies: Sandbox, listed_before: bool) -> None:
    if listed_before:
        ids(with_copies)
    with read_only(with_copies.home):
        assert len(ids(with_copies)) == 2
        assert ids(with_copies, "--filter", "lr = 0.1")
        for line in ("runs restore -y", "runs purge -y"):
            done = with_copies.shell_line(f"guild {line}")
            assert "Traceback" not in done.err, done
    label(with_copies, "aaa", "later")
    assert {run["label"] for run in with_copies.runs()} == {"later", "lr=0.1 name=x"}


def test_a_staged_run_that_was_renamed_is_started_by_its_new_name(sandbox: Sandbox) -> None:
    sandbox.write("where.py", "import os\nprint(os.environ['RUN_ID'], os.environ['RUN_DIR'])\n")
    assert sandbox.guild("run", "where.py", "--stage", "--run-id", "aaa", "-y").code == 0
    sandbox.run_dir("aaa").rename(sandbox.run_dir("bbb"))

    done = sandbox.guild("run", "--start", "bbb", "-y")

    assert done.out == f"bbb {sandbox.run_dir('bbb')}\n"
    assert statuses(sandbox) == {"bbb": "completed"}
