"""Many commands at once: every run is there once, as it was made."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.crash.crowd import crowd
from tests.crash.seen import damage_in, leftovers_in
from tests.e2e.outcomes import TRAIN
from tests.e2e.sandbox import Sandbox, wait_until

pytestmark = pytest.mark.e2e

_COMMANDS = 12
_MAKERS = 4


def test_runs_that_are_made_while_others_list_label_and_delete_them(tmp_path: Path) -> None:
    assert crowd(tmp_path, 8, 12, seed=1) == []


def test_commands_that_make_runs_while_others_list_label_and_delete_them(sandbox: Sandbox) -> None:
    sandbox.write("train.py", TRAIN)
    (sandbox.root / "said").mkdir()
    makers = [
        _shell(
            sandbox,
            f"maker{number}",
            f"for i in $(seq {_COMMANDS}); do"
            f" guild run train.py lr=$(({number} * 100 + i)) -y || exit 1; done",
        )
        for number in range(_MAKERS)
    ]
    others = [
        _shell(sandbox, name, f"until [ -e ../done ]; do {line}; done")
        for name, line in (
            ("lister", "guild runs -n 5 && guild compare -t || exit 1"),
            ("labeler", "guild label 1 -a x -y"),
            ("deleter", "guild runs delete 2 3 --completed -y; guild runs restore 1 -y"),
        )
    ]

    assert [maker.wait(300) for maker in makers] == [0] * _MAKERS
    (sandbox.root / "done").touch()
    assert [other.wait(60) for other in others] == [0] * len(others)

    said = "".join(path.read_text() for path in sorted((sandbox.root / "said").iterdir()))
    assert "Traceback" not in said
    runs = sandbox.runs() + sandbox.runs("--deleted")
    assert len({run["id"] for run in runs}) == len(runs) == _MAKERS * _COMMANDS
    assert {run["status"] for run in runs} == {"completed"}
    assert {run["cmd"][run["cmd"].index("--lr") + 1] for run in runs} == {
        f"{number * 100 + turn}" for number in range(_MAKERS) for turn in range(1, _COMMANDS + 1)
    }
    assert not damage_in(sandbox.home)
    assert not leftovers_in(sandbox.home)


@pytest.mark.parametrize("line", ["run --start aaa -y", "run --restart aaa -y"])
def test_of_a_dozen_commands_that_start_a_staged_run_one_runs_it(
    sandbox: Sandbox, line: str
) -> None:
    sandbox.write(
        "wait.py",
        "import time\nfrom pathlib import Path\n"
        "print('here', flush=True)\n"
        "while not Path('go').exists():\n    time.sleep(0.02)\n",
    )
    sandbox.guild("run", "wait.py", "--stage", "--run-id", "aaa", "-y")

    starters = [sandbox.start(*line.split()) for _ in range(12)]
    wait_until(lambda: sum(one.poll() is not None for one in starters) == 11, "eleven gave up")
    (winner,) = [one for one in starters if one.poll() is None]
    (sandbox.run_dir("aaa") / "go").touch()

    out, err = winner.communicate(timeout=60)
    assert (out, err, winner.returncode) == (b"here\n", b"", 0)
    for loser in starters:
        if loser is not winner:
            out, err = loser.communicate()
            assert (out, loser.returncode) == (b"", 1)
            assert err.startswith(b"guild: cannot restart run aaa")
    assert (sandbox.run_dir("aaa") / ".guild/output").read_text() == "here\n"


def test_of_several_commands_that_restart_a_batch_one_runs_it(sandbox: Sandbox) -> None:
    sandbox.write(
        "wait.py",
        "import time\nfrom pathlib import Path\n"
        "x = 1\nprint('here', flush=True)\n"
        f"while not Path({str(sandbox.root / 'go')!r}).exists():\n    time.sleep(0.02)\n",
    )
    staged = sandbox.guild("run", "wait.py", "x=[1,2,3]", "--stage-trials", "--keep-batch", "-y")
    assert staged.code == 0, staged
    (batch,) = sandbox.runs("--operation", "wait.py+")

    starters = [sandbox.start("run", "--restart", batch["id"], "-y") for _ in range(4)]
    wait_until(lambda: sum(one.poll() is not None for one in starters) == 3, "three gave up")
    (sandbox.root / "go").touch()
    (winner,) = [one for one in starters if one.returncode is None]

    assert winner.wait(60) == 0
    trials = sandbox.runs("--operation", "wait.py")
    assert [trial["status"] for trial in trials] == ["completed"] * 3
    for trial in trials:
        assert (sandbox.run_dir(trial["id"]) / ".guild/output").read_text() == "here\n"


def test_no_two_of_a_batch_and_commands_run_a_trial_at_a_time(sandbox: Sandbox) -> None:
    sandbox.write(
        "quick.py",
        "import os\nx = 1\nopen('busy', 'x').close()\nprint('here')\nos.unlink('busy')\n",
    )
    sandbox.guild("run", "quick.py", "x=[1,2,3,4,5,6]", "--stage-trials", "--keep-batch", "-y")
    (batch,) = sandbox.runs("--operation", "quick.py+")
    trials = [run["id"] for run in sandbox.runs("--operation", "quick.py")]

    lines = [f"run --restart {batch['id']} -y", *(f"run --start {trial} -y" for trial in trials)]
    started = [sandbox.start(*line.split()) for line in lines]
    for one in started:
        one.communicate(timeout=120)

    made = {run["id"]: run["status"] for run in sandbox.runs("--operation", "quick.py")}
    assert set(made.values()) == {"completed"}
    assert made.keys() >= set(trials)
    assert not damage_in(sandbox.home)
    for trial in trials:
        assert (sandbox.run_dir(trial) / ".guild/output").read_text() == "here\n"


def _shell(sandbox: Sandbox, name: str, script: str) -> subprocess.Popen[bytes]:
    with (sandbox.root / "said" / name).open("wb") as said:
        process = subprocess.Popen(
            ["sh", "-c", script],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            cwd=sandbox.project,
            env=sandbox.environ,
            start_new_session=True,
        )
    sandbox.left_running.append(process)
    return process
