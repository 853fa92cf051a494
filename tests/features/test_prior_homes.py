"""Homes of the prior system, as the reference "Run directory" describes them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from pytest_bdd import given, parsers, scenarios

from tests.features.world import World

pytestmark = pytest.mark.e2e

scenarios("prior_homes.feature")

_SCRIPT = b"x = 1.0\ny = 2\nprint(x, y)\n"

_ATTRS = {
    "cmd": "- /usr/bin/python3\n- -um\n- guild.op_main\n- echo\n- --x\n- '2.0'\n- --y\n- '3'\n",
    "deps": "{}\n",
    "env": "HOME: /home/tester\nPATH: /usr/bin:/bin\n",
    "exit_status": "0\n",
    "flags": "x: 2.0\ny: 3\n",
    "host": "lab\n",
    "initialized": "1795235811000000\n",
    "label": "x=2.0 y=3\n",
    "pip_freeze": "- numpy==1.26.4\n- guildai==0.9.0\n",
    "platform": "architecture: x86_64\ncpus: 2\n",
    "plugins": "- cpu\n- disk\n- python_script\n",
    "random_seed": "1234567\n",
    "run_params": "flags:\n- x=2.0\n- y=3\nopspec: echo.py\ntags: []\nyes: true\n",
    "started": "1795235811500000\n",
    "stopped": "1795235812000000\n",
    "user": "tester\n",
    "user_flags": "x: 2.0\ny: 3\n",
}
_OP = """delete-on-success: false
deps: []
flag-null-labels: {{}}
flags-extra: {{}}
label-template: null
op-cmd:
  cmd-args:
  - ${{python_exe}}
  - -um
  - guild.op_main
  - echo
  - __flag_args__
  cmd-env:
    FLAGS_DEST: globals
    GUILD_OP: {project}/echo.py
    GUILD_PLUGINS: cpu,disk,python_script
    PROJECT_DIR: {project}
    PYTHONPATH: .:/opt/guild
  cmd-flags:
    x: {{}}
    y: {{}}
  flags-dest: globals
output-scalars: null
python-requires: null
sourcecode:
  dest: .
"""


@given(
    parsers.re(r'a home with a run "(?P<run>\w+)" that the prior system made of "(?P<script>.*)"')
)
def prior_run(world: World, run: str, script: str) -> None:
    project = world.sandbox.write(script, _SCRIPT).parent
    path = world.sandbox.run_dir(run)
    attrs = path / ".guild/attrs"
    attrs.mkdir(parents=True)
    digest = hashlib.md5(script.encode() + b"\0" + _SCRIPT + b"\0").hexdigest()
    texts = {
        **_ATTRS,
        "id": f"{run}\n",
        "op": _OP.format(project=project),
        "sourcecode_digest": f"{digest}\n",
    }
    for name, text in texts.items():
        (attrs / name).write_text(text)
    (path / script).write_bytes(_SCRIPT)
    sha1 = hashlib.sha1(_SCRIPT).hexdigest()
    _write(path, "manifest", f"s {script} {sha1} {script}\n")
    _write(path, "opref", f"script:{project} '' '' {script}")
    _write(path, "output", "2.0 3\n")
    (path / ".guild/output.index").write_bytes((1795235811600).to_bytes(8, "big") + b"\0")


@given(parsers.re(r'the prior system has the run "(?P<run>\w+)" under way'))
def prior_under_way(world: World, run: str) -> None:
    path = world.sandbox.run_dir(run)
    for name in ("exit_status", "stopped"):
        (path / ".guild/attrs" / name).unlink()
    _write(path, "LOCK", str(os.getpid()))


def _write(run_dir: Path, name: str, text: str) -> None:
    (run_dir / ".guild" / name).write_text(text)
