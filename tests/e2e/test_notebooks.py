"""Notebooks as operations."""

from __future__ import annotations

import json
import os
import signal
from typing import Any

import pytest

from tests.e2e.outcomes import assert_one_line
from tests.e2e.sandbox import Sandbox, wait_until

pytestmark = pytest.mark.e2e

_PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5"
    "ErkJggg=="
)


@pytest.fixture
def jupyter() -> None:
    """What executes notebooks is installed."""
    for package in ("nbclient", "nbconvert", "nbformat", "ipykernel"):
        pytest.importorskip(package)


def _write(sandbox: Sandbox, name: str, *cells: str, **metadata: Any) -> None:
    made: list[dict[str, Any]] = [
        {"cell_type": "code", "execution_count": None, "outputs": [], "metadata": {}, "source": s}
        for s in cells
    ]
    document = {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}
    sandbox.write(name, json.dumps(document))


def _cells(sandbox: Sandbox, run: str, name: str) -> list[dict[str, Any]]:
    document = json.loads((sandbox.run_dir(run) / name).read_text(encoding="utf-8"))
    return list(document["cells"])


@pytest.mark.usefixtures("jupyter")
def test_a_notebook_runs_and_is_kept_with_its_page_and_images(sandbox: Sandbox) -> None:
    sandbox.write("sub/helper.py", "NAME = 'beside it'\n")
    _write(
        sandbox,
        "sub/train.ipynb",
        "%time\nimport os, helper\nx = 1  # flag\nname: str = 'a'",
        "print('loss:', x * 0.5)\n"
        "print(helper.NAME, os.environ['FLAG_X'], os.getcwd() == os.environ['RUN_DIR'])\nx",
        f"import base64\nfrom IPython.display import Image\nImage(base64.b64decode('{_PIXEL}'))",
        # Python's notebooks need no kernel of the name they were written with.
        kernelspec={"name": "gone", "display_name": "Gone", "language": "python"},
    )

    outcome = sandbox.guild("run", "sub/train.ipynb", "x=3", "name=ü 'b", "--run-id", "a", "-y")

    assert outcome.code == 0, outcome
    assert "loss: 1.5\nbeside it 3 True\n3\n" in outcome.out, outcome
    assert outcome.err.splitlines() == [
        "Initializing sub/train.ipynb for run",
        "Executing sub/train.ipynb",
    ]
    cells = _cells(sandbox, "a", "sub/train.ipynb")
    assert "".join(cells[0]["source"]).endswith('x = 3  # flag\nname: str = "ü \'b"')
    assert cells[1]["outputs"][0]["text"][0] == "loss: 1.5\n"
    assert "loss: 1.5" in (sandbox.run_dir("a") / "sub/train.html").read_text(encoding="utf-8")
    image = sandbox.run_dir("a") / "sub/train_files/train_2_0.png"
    assert image.read_bytes().startswith(b"\x89PNG")
    info = sandbox.info("a")
    assert info["flags"] == {"name": "ü 'b", "x": 3}
    assert json.dumps(info["scalars"]).count("1.5"), info
    assert not [path for path in (sandbox.root / "tmp").iterdir() if "guild-" in path.name]


@pytest.mark.usefixtures("jupyter")
def test_a_failing_cell_is_told_of_and_kept(sandbox: Sandbox) -> None:
    _write(sandbox, "train.ipynb", "x = 1", "print('before')\n1 / (x - 2)", "print('after')")

    outcome = sandbox.guild("run", "train.ipynb", "x=2", "--run-id", "a", "-y")

    assert outcome.code == 1
    assert outcome.out == "before\n"
    assert "ZeroDivisionError: division by zero\n" in outcome.err
    assert outcome.err.endswith("guild: train.ipynb: cell 2 failed\n")
    assert "\x1b" not in outcome.err
    assert "nbclient" not in outcome.err
    cells = _cells(sandbox, "a", "train.ipynb")
    assert cells[1]["outputs"][-1]["ename"] == "ZeroDivisionError"
    assert cells[2]["outputs"] == []
    assert "ZeroDivisionError" in (sandbox.run_dir("a") / "train.html").read_text("utf-8")

    again = sandbox.guild("run", "--restart", "a", "x=3", "-y")

    assert again.code == 0, again
    assert _cells(sandbox, "a", "train.ipynb")[0]["source"] == ["x = 3"]


@pytest.mark.usefixtures("jupyter")
def test_a_stopped_notebook_leaves_no_kernel_and_keeps_what_it_did(sandbox: Sandbox) -> None:
    _write(
        sandbox,
        "train.ipynb",
        "import os\nprint('pid', os.getpid(), flush=True)",
        "import time\nopen('here', 'w')\ntime.sleep(600)",
    )

    process = sandbox.start("run", "train.ipynb", "--run-id", "a", "-y")
    wait_until(lambda: (sandbox.run_dir("a") / "here").exists(), "the cell is executed")
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)

    assert b"Traceback" not in err, err
    assert b"died" not in err, err
    assert sandbox.info("a")["status"] == "terminated"
    assert _cells(sandbox, "a", "train.ipynb")[0]["outputs"][0]["text"] == [out.decode()]
    pid = int(out.split()[1])
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.usefixtures("jupyter")
def test_a_notebook_can_end_itself(sandbox: Sandbox) -> None:
    _write(sandbox, "train.ipynb", "import sys\nsys.exit(3)", "print('after')")

    outcome = sandbox.guild("run", "train.ipynb", "-y")

    assert outcome.code == 3, outcome
    assert outcome.out == ""
    assert "Traceback" not in outcome.err


@pytest.mark.usefixtures("jupyter")
def test_a_kernel_that_is_not_there_is_one_line(sandbox: Sandbox) -> None:
    kernel = {"name": "ir-of-nobody", "display_name": "R", "language": "R"}
    _write(sandbox, "train.ipynb", "x <- 1", kernelspec=kernel)

    outcome = sandbox.guild("run", "train.ipynb", "-y")

    assert outcome.code == 1
    last = outcome.err.splitlines()[-1]
    assert last == "guild: cannot run train.ipynb: there is no kernel 'ir-of-nobody'"
    assert "Traceback" not in outcome.err


def test_missing_packages_are_one_line(sandbox: Sandbox) -> None:
    _write(sandbox, "train.ipynb", "x = 1")
    sandbox.write("../bare/sitecustomize.py", "import sys\nsys.modules['nbconvert'] = None\n")
    sandbox.environ["PYTHONPATH"] = str(sandbox.root / "bare")

    outcome = sandbox.guild("run", "train.ipynb", "-y")

    assert_one_line(
        outcome,
        "nbconvert is required to run notebooks - install it by running"
        " \"pip install 'guild[notebook]'\" and try again",
    )


def test_a_file_that_is_no_notebook_is_refused(sandbox: Sandbox) -> None:
    sandbox.write("train.ipynb", "x = 1")

    assert_one_line(sandbox.guild("run", "train.ipynb", "-y"), "it is no notebook")
