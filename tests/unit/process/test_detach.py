"""Work that goes on when the process that began it has ended."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.process.support import wait_until

_HEAD = """
import os, signal, sys
from pathlib import Path
from guild.adapters.process.detach import detach

begin, done = Path("begin"), Path("done")

def work(pid):
    import time
    while not begin.exists():
        time.sleep(0.005)
    done.with_name("told~").write_text(TOLD)
    os.rename("told~", "done")

"""


def detached(directory: Path, told: str, then: str = "") -> subprocess.CompletedProcess[str]:
    """A process leaves work behind and ends; the work is to tell this once it may begin."""
    code = _HEAD.replace("TOLD", told) + f"print(detach(work))\n{then}"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=directory,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def what_it_told(directory: Path) -> str:
    (directory / "begin").touch()
    wait_until((directory / "done").exists, "for the work")
    return (directory / "done").read_text()


def test_work_goes_on_after_the_process_that_began_it(tmp_path: Path) -> None:
    ended = detached(tmp_path, "f'{os.getpid()} {pid}'")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert what_it_told(tmp_path) == f"{ended.stdout.strip()} {ended.stdout.strip()}"


def test_work_is_nobodys_child_and_has_no_terminal(tmp_path: Path) -> None:
    ended = detached(tmp_path, "f'{os.getsid(0) != os.getpid()} {os.getppid()} {os.getpgid(0)}'")

    apart, parent, group = what_it_told(tmp_path).split()
    assert apart == "True"  # a leader could get a terminal
    assert int(parent) not in (os.getpid(), int(ended.stdout))
    assert int(group) != os.getpgid(0)


def test_work_writes_nowhere(tmp_path: Path) -> None:
    ended = detached(tmp_path, "'|'.join(os.readlink(f'/proc/self/fd/{fd}') for fd in (0, 1, 2))")

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("no /proc")
    assert what_it_told(tmp_path) == "|".join([os.devnull] * 3)
    assert ended.stderr == ""


def test_what_was_printed_before_is_printed_once(tmp_path: Path) -> None:
    code = _HEAD.replace("TOLD", "'x'") + "print('before', end=' '); print(detach(work) > 0)"

    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    what_it_told(tmp_path)
    assert ended.stdout == "before True\n"


def test_the_caller_has_no_child_left(tmp_path: Path) -> None:
    then = (
        "try:\n    os.waitpid(-1, os.WNOHANG)\nexcept ChildProcessError:\n    print('no child')\n"
    )

    ended = detached(tmp_path, "'x'", then)

    what_it_told(tmp_path)
    assert ended.stdout.splitlines()[1:] == ["no child"]


def test_what_fails_in_the_background_does_not_come_back(tmp_path: Path) -> None:
    ended = detached(tmp_path, "str(1 / 0)", "Path('after').touch()")

    (tmp_path / "begin").touch()
    pid = int(ended.stdout)
    wait_until(lambda: not _lives(pid), "for its end")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert (tmp_path / "after").exists()
    assert not (tmp_path / "done").exists()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"


def test_it_is_said_if_there_can_be_no_process(tmp_path: Path) -> None:
    code = """
import os
from guild.adapters.process.detach import detach
from guild.domain.errors import GuildError

fork = os.fork
def once():
    os.fork = full
    return fork()
def full():
    raise BlockingIOError(11, "Resource temporarily unavailable")
os.fork = once
try:
    detach(lambda pid: None)
except GuildError as error:
    print(error)
"""
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert (ended.stdout, ended.stderr) == (
        "cannot go on in the background: its process could not be started\n",
        "",
    )
