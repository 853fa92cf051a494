"""Optimizers that packages and scripts bring along: the examples of the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.sandbox import Sandbox

pytestmark = pytest.mark.e2e

_DOCS = Path(__file__).parents[2] / "docs" / "batches.md"
_METADATA = "Metadata-Version: 2.1\nName: my-package\nVersion: 1.0\n"


def example(language: str, containing: str) -> str:
    """The block of the documentation that has some text in it."""
    text = _DOCS.read_text(encoding="utf-8")
    blocks: list[str] = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    (found,) = (block for block in blocks if containing in block)
    return found


def install_package(sandbox: Sandbox) -> None:
    """Have the package of the documentation where Python looks for packages."""
    site = sandbox.root / "site"
    info = site / "my_package-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "my_package.py").write_text(example("python", "class Middle:"), encoding="utf-8")
    (info / "METADATA").write_text(_METADATA, encoding="utf-8")
    entry = example("toml", "guild.optimizers").replace(
        '[project.entry-points."guild.optimizers"]', "[guild.optimizers]"
    )
    (info / "entry_points.txt").write_text(entry.replace('"', ""), encoding="utf-8")
    sandbox.environ["PYTHONPATH"] = str(site)


def test_an_optimizer_of_a_package_is_used_by_name(sandbox: Sandbox) -> None:
    sandbox.write("train.py", "x = 1\ny = 2\nprint('loss:', x * y)\n")
    install_package(sandbox)

    done = sandbox.guild("run", "train.py", "x=[0:10]", "y=[1.0:2.0]", "-o", "middle", "-y")

    assert done.code == 0, done
    assert done.out == "loss: 7.5\n"


def test_flags_of_such_an_optimizer_are_checked(sandbox: Sandbox) -> None:
    sandbox.write("train.py", "x = 1\n")
    install_package(sandbox)

    done = sandbox.guild("run", "train.py", "x=[0:10]", "-o", "middle", "-Fo", "share=2", "-y")

    assert done.code == 1
    assert done.err == "guild: invalid value 2.0 for share: out of range (greater than max 1)\n"


def test_a_script_as_an_optimizer_makes_trials(sandbox: Sandbox) -> None:
    sandbox.write("train.py", "lr = 0.1\nprint('loss:', lr)\n")
    sandbox.write("halve.py", example("python", "trial.status"))

    done = sandbox.guild("run", "train.py", "lr=1", "--optimizer", "halve.py", "-y")

    assert done.code == 0, done
    assert done.out.splitlines() == ["loss: 1.0", "loss: 0.5", "loss: 0.25", "loss: 0.125"]


def test_a_script_that_makes_trials_is_stopped_with_the_one_that_runs(sandbox: Sandbox) -> None:
    sandbox.write(
        "train.py", "lr = 0.1\nprint('begun', flush=True)\nimport time\ntime.sleep(60)\n"
    )
    sandbox.write("halve.py", example("python", "trial.status"))
    process = sandbox.start("run", "train.py", "lr=1", "-o", "halve.py", "--run-id", "bbb", "-y")
    assert process.stdout is not None
    assert process.stdout.readline() == b"begun\n"

    process.terminate()
    process.communicate(timeout=30)

    statuses = [sandbox.info(each.name)["status"] for each in sandbox.run_dirs()]
    assert statuses == ["terminated", "terminated"]


_HANGING = """
class Hanging:
    name = "hanging"
    flags = ()
    sequential = True
    default_max_trials = None
    needs_dimensions = False
    libraries = ()

    def search(self, space, seed, options, max_trials):
        return self

    def suggest(self, past, pending=()):
        import time
        print("asked", flush=True)
        time.sleep(60)
"""


def test_a_search_that_hangs_is_given_up_with_the_batch(sandbox: Sandbox) -> None:
    sandbox.write("train.py", "x = 1\n")
    install_package(sandbox)
    site = sandbox.root / "site"
    (site / "my_package.py").write_text(_HANGING, encoding="utf-8")
    entry = "[guild.optimizers]\nhanging = my_package:Hanging\n"
    (site / "my_package-1.0.dist-info" / "entry_points.txt").write_text(entry, encoding="utf-8")
    process = sandbox.start("run", "train.py", "-o", "hanging", "--run-id", "bbb", "-y")
    assert process.stdout is not None
    assert process.stdout.readline() == b"asked\n"

    process.terminate()
    process.communicate(timeout=30)

    assert sandbox.info("bbb")["status"] == "terminated"
