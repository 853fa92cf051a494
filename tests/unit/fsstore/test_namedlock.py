"""Named locks between processes."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import portalocker
import pytest

from guild.adapters.fsstore.namedlock import NamedLock
from guild.domain.errors import LockTimeout, StoreError

_HOLDER = """
import sys
from guild.adapters.fsstore.namedlock import NamedLock
with NamedLock(sys.argv[1], sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""
_COUNTER = """
import sys
from pathlib import Path
from guild.adapters.fsstore.namedlock import NamedLock
home, times = sys.argv[1], int(sys.argv[2])
path = Path(home, "count")
for _ in range(times):
    with NamedLock(home, "count-lock"):
        number = int(path.read_text())
        path.write_text("")
        path.write_text(str(number + 1))
"""


@contextmanager
def held_elsewhere(home: Path, name: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another process has the lock meanwhile."""
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(home), name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        yield holder
    finally:
        holder.kill()
        holder.wait()
        for pipe in (holder.stdin, holder.stdout):
            assert pipe is not None
            pipe.close()


def test_a_lock_is_a_file_of_the_home(tmp_path: Path) -> None:
    with NamedLock(str(tmp_path / "home"), "mine"):
        assert (tmp_path / "home/locks/mine").is_file()


def test_a_lock_can_be_taken_again(tmp_path: Path) -> None:
    lock = NamedLock(str(tmp_path), "mine", timeout=0)

    with lock:
        pass
    with lock:
        pass


def test_a_lock_is_free_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="mine"), NamedLock(str(tmp_path), "mine"):
        raise ValueError("mine")

    with NamedLock(str(tmp_path), "mine", timeout=0):
        pass


def test_only_one_has_it_at_a_time(tmp_path: Path) -> None:
    with (
        NamedLock(str(tmp_path), "mine"),
        pytest.raises(LockTimeout, match="lock 'mine' was not free in 0 s"),
        NamedLock(str(tmp_path), "mine", timeout=0),
    ):
        pass


def test_other_names_and_other_homes_are_other_locks(tmp_path: Path) -> None:
    with (
        NamedLock(str(tmp_path / "a"), "mine"),
        NamedLock(str(tmp_path / "a"), "yours", timeout=0),
        NamedLock(str(tmp_path / "b"), "mine", timeout=0),
    ):
        pass


def test_a_lock_of_another_process_is_waited_for(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path, "mine") as holder:
        with (
            pytest.raises(LockTimeout, match=r"was not free in 0\.1 s"),
            NamedLock(str(tmp_path), "mine", timeout=0.1),
        ):
            pass
        assert holder.stdin is not None
        holder.stdin.close()

        with NamedLock(str(tmp_path), "mine", timeout=30):
            pass


def test_a_lock_of_a_process_that_was_killed_is_free(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path, "mine") as holder:
        holder.kill()
        holder.wait()

        with NamedLock(str(tmp_path), "mine", timeout=0):
            pass


def test_what_is_done_under_a_lock_is_done_by_one_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "count").write_text("0")
    command = [sys.executable, "-c", _COUNTER, str(tmp_path), "20"]

    counters = [subprocess.Popen(command) for _ in range(4)]

    assert [counter.wait(60) for counter in counters] == [0] * 4
    assert (tmp_path / "count").read_text() == "80"


def test_a_lock_is_not_inherited_by_programs(tmp_path: Path) -> None:
    with NamedLock(str(tmp_path), "mine"):
        child = subprocess.Popen([sys.executable, "-Sc", "input()"], stdin=subprocess.PIPE)
    try:
        with NamedLock(str(tmp_path), "mine", timeout=0):
            pass
    finally:
        child.communicate()


def test_a_lock_whose_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("")

    with pytest.raises(StoreError), NamedLock(str(tmp_path), "mine"):
        pass
    with pytest.raises(StoreError), NamedLock(str(tmp_path / "locks"), "mine"):
        pass


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file system has no locks."""

    def lock(*_: object) -> None:
        cause = OSError(errno.ENOLCK, "No locks available")
        raise portalocker.exceptions.LockException(cause) from cause

    monkeypatch.setattr("portalocker.portalocker.lock", lock)
    monkeypatch.setattr("portalocker.lock", lock)


@pytest.mark.usefixtures("no_locks")
def test_a_lock_where_there_are_none_is_an_error(tmp_path: Path) -> None:
    with (
        pytest.raises(StoreError, match=r"cannot lock .*/locks/mine: No locks available"),
        NamedLock(str(tmp_path), "mine", timeout=0),
    ):
        pass


@pytest.mark.usefixtures("no_locks")
def test_a_lock_that_only_saves_work_is_done_without_where_there_are_none(tmp_path: Path) -> None:
    done = []

    with NamedLock(str(tmp_path), "mine", timeout=0, optional=True):
        done.append(1)

    assert done == [1]


def test_a_lock_that_only_saves_work_is_waited_for(tmp_path: Path) -> None:
    with (
        NamedLock(str(tmp_path), "mine"),
        pytest.raises(LockTimeout),
        NamedLock(str(tmp_path), "mine", timeout=0, optional=True),
    ):
        pass


def test_a_lock_that_is_a_directory_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "locks/mine").mkdir(parents=True)

    with pytest.raises(StoreError, match="locks/mine: Is a directory"):
        NamedLock(str(tmp_path), "mine", timeout=0).__enter__()
