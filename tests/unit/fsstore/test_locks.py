"""Locks as files: who may replace and remove them."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from guild.adapters.fsstore.atomic import write_new
from guild.adapters.fsstore.locks import DirectoryRunLocks, read_lock
from guild.domain.errors import RunIsRunning, StoreError
from guild.domain.ids import RunId
from guild.domain.run import Run
from guild.domain.status import Liveness


@pytest.fixture
def run(tmp_path: Path) -> Run:
    (tmp_path / "aaa/.guild").mkdir(parents=True)
    return Run(id=RunId("aaa"), path=str(tmp_path / "aaa"))


@pytest.fixture
def lock(run: Run) -> Path:
    return Path(run.path, ".guild/LOCK")


def process(name: str, dead: set[str] | None = None) -> DirectoryRunLocks:
    """Locks as one process sees them: its evidence is its name; the named ones are dead."""

    def liveness(text: str) -> Liveness:
        owner = text.partition(" ")[0]
        return Liveness.DEAD if owner in (dead or {"dead", ""}) else Liveness.ALIVE

    return DirectoryRunLocks(evidence=lambda pid: _evidence(name, pid), liveness=liveness)


def _evidence(name: str, pid: int) -> str:
    return name if pid == os.getpid() else f"{name} {pid}"


def test_lock_goes_from_claim_to_process_and_away(run: Run, lock: Path) -> None:
    locks = process("front")

    locks.claim(run)
    claimed = lock.read_text()
    locks.hand_over(run, 1)
    handed_over = lock.read_text()
    locks.release(run)

    assert (claimed, handed_over) == ("front", "front 1")
    assert os.listdir(lock.parent) == []


def test_living_owner_keeps_the_lock(run: Run, lock: Path) -> None:
    process("other").claim(run)

    with pytest.raises(RunIsRunning):
        process("front").claim(run)

    assert lock.read_text() == "other"


def test_dead_owner_is_replaced_and_no_token_stays(run: Run, lock: Path) -> None:
    lock.write_text("dead")

    process("front").claim(run)

    assert lock.read_text() == "front"
    assert os.listdir(lock.parent) == ["LOCK"]


def test_lock_that_came_to_life_before_the_token_was_taken_is_kept(run: Run, lock: Path) -> None:
    lock.write_text("dead")
    looks: list[str] = []

    def liveness(text: str) -> Liveness:
        looks.append(text)
        if len(looks) == 1:
            replaced = lock.with_name("other")
            replaced.write_text("other")
            replaced.replace(lock)
        return Liveness.DEAD if text == "dead" else Liveness.ALIVE

    locks = DirectoryRunLocks(evidence=lambda pid: f"{pid}", liveness=liveness)

    with pytest.raises(RunIsRunning):
        locks.claim(run)

    assert lock.read_text() == "other"


def test_lock_of_another_is_not_handed_over(run: Run, lock: Path) -> None:
    front = process("front")
    front.claim(run)
    process("other", dead={"front"}).claim(run)

    with pytest.raises(RunIsRunning):
        front.hand_over(run, 1)

    assert lock.read_text() == "other"
    assert os.listdir(lock.parent) == ["LOCK"]


def test_lock_that_another_replaces_just_now_is_not_handed_over(
    run: Run, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    front = process("front")
    front.claim(run)
    take = front._take_token

    def taken(name: str, text: bytes) -> str | None:
        process("other", dead={"front"}).claim(run)
        monkeypatch.setattr(front, "_take_token", take)
        return take(name, text)

    monkeypatch.setattr(front, "_take_token", taken)

    with pytest.raises(RunIsRunning):
        front.hand_over(run, 1)

    assert lock.read_text() == "other"


def test_run_that_was_never_claimed_is_not_handed_over(run: Run, lock: Path) -> None:
    with pytest.raises(RunIsRunning):
        process("front").hand_over(run, 1)

    assert not lock.exists()


def test_lock_that_was_removed_is_made_again(run: Run, lock: Path) -> None:
    locks = process("front")
    locks.claim(run)
    lock.unlink()

    locks.hand_over(run, 1)

    assert lock.read_text() == "front 1"


@pytest.mark.parametrize("claimed", [True, False])
def test_lock_of_another_is_not_released(run: Run, lock: Path, claimed: bool) -> None:
    front = process("front")
    if claimed:
        front.claim(run)
    process("other", dead={"front"}).claim(run)

    front.release(run)

    assert lock.read_text() == "other"


def test_lock_that_a_dead_child_was_given_is_released(run: Run, lock: Path) -> None:
    front = process("front", dead={"supervisor"})
    front.claim(run)
    lock.write_text("supervisor 1")

    front.release(run)

    assert os.listdir(lock.parent) == []


def test_lock_that_is_a_directory_is_an_error_a_user_can_read(run: Run, lock: Path) -> None:
    lock.mkdir()

    with pytest.raises(StoreError, match=r"cannot read .*LOCK: Is a directory"):
        process("front").claim(run)
    assert read_lock(run.path) is None


def no_links(code: int) -> Callable[..., None]:
    def link(*_args: object) -> None:
        raise OSError(code, os.strerror(code))

    return link


@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS])
def test_new_files_are_made_without_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setattr(os, "link", no_links(code))
    path = tmp_path / "LOCK"

    made = [write_new(str(path), data) for data in (b"one", b"two")]

    assert made == [True, False]
    assert path.read_bytes() == b"one"
    assert os.listdir(tmp_path) == ["LOCK"]


def test_half_a_new_file_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", no_links(errno.EPERM))
    written: list[bytes] = []
    write = os.write

    def full(fd: int, data: bytes) -> int:
        written.append(bytes(data))
        if len(written) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(fd, data)

    monkeypatch.setattr(os, "write", full)

    with pytest.raises(StoreError, match="No space left"):
        write_new(str(tmp_path / "LOCK"), b"one")
    assert os.listdir(tmp_path) == []


def test_other_failures_of_links_are_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", no_links(errno.ENOSPC))

    with pytest.raises(StoreError):
        write_new(str(tmp_path / "LOCK"), b"one")
    assert os.listdir(tmp_path) == []
