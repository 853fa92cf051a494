"""Secrets of the environment reach runs and nothing else."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.e2e.sandbox import Sandbox

pytestmark = pytest.mark.e2e

_SECRET = "hush-9f2c"
_NAMES = ("MY_TOKEN", "AWS_SECRET_ACCESS_KEY", "DB_PASSWORD", "SOME_API_KEY", "LISTED")

_GUILDFILE = """
train:
  main: train
  env-secrets: [LISTED]
  flags: {lr: 0.1}
all:
  steps: [train, train lr=0.2]
more:
  steps: [all]
search:
  main: search
  optimizer: yes
"""


@pytest.fixture
def project_with_secrets(sandbox: Sandbox) -> Sandbox:
    sandbox.write("train.py", "import os\nlr = 0.1\nassert os.environ['LISTED']\nprint('loss: 1')")
    sandbox.write("search.py", "from guild import batch_util")
    sandbox.write("guild.yml", _GUILDFILE)
    sandbox.environ.update(dict.fromkeys(_NAMES, _SECRET), PLAIN="seen")
    return sandbox


@pytest.mark.parametrize(
    "line",
    [
        "run train -y",
        "--debug run train -y",
        "run train --stage -y",
        "run train lr=[0.1,0.2] -y",
        "run train lr=[0.1,0.2] --stage -y",
        "run train lr=[0.1,0.2] --stage-trials -y",
        "run train lr=[0.1:0.2] -m 2 -y",
        "run all -y",
        "run more -y",
        "run more --stage -y",
        "run train -o search -y",
        "run --restart train -y",
        "run train --stage -y --run-dir elsewhere",
    ],
)
def test_secrets_are_written_nowhere(project_with_secrets: Sandbox, line: str) -> None:
    sandbox = project_with_secrets
    if "--restart" in line:
        assert sandbox.guild("run", "train", "-y").code == 0

    outcome = sandbox.shell_line(f"guild {line}")

    assert outcome.code == 0, outcome
    assert _SECRET.encode() not in outcome.raw_out + outcome.raw_err
    files = [path for path in sandbox.root.rglob("*") if path.is_file()]
    assert not [path for path in files if _SECRET.encode() in path.read_bytes()]
    kept = [path for path in files if _holds_environment(path)]
    assert kept
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


def _holds_environment(path: Path) -> bool:
    return b"PLAIN" in path.read_bytes()


def test_environments_are_shown_on_request_only(project_with_secrets: Sandbox) -> None:
    sandbox = project_with_secrets
    assert sandbox.guild("run", "train", "-y").code == 0

    for line in (
        "runs --json",
        "runs -v",
        "runs info",
        "runs info --json",
        "runs info --json --deps --manifest --comments --private-attrs --all-scalars",
        "compare --csv - --extra-cols",
        "compare --json",
    ):
        outcome = sandbox.shell_line(f"guild {line}")
        assert outcome.code == 0, outcome
        assert "PLAIN" not in outcome.out, outcome
    for line in ("runs info --env", "runs info --env --json", "select --attr env"):
        assert "PLAIN" in sandbox.shell_line(f"guild {line}").out
