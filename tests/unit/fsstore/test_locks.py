"""Locks as files: who may replace and remove them."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from guild.adapters.fsstore import locks
from guild.adapters.fsstore.atomic import write_new
from guild.adapters.fsstore.locks import DirectoryRunLocks, _identity, read_lock
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


def owner(lock: Path) -> str:
    """What a lock says of its owner; the rest is where it was made."""
    return lock.read_text().partition(" dir=")[0]


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
    claimed = owner(lock)
    locks.hand_over(run, 1)
    handed_over = owner(lock)
    locks.release(run)

    assert (claimed, handed_over) == ("front", "front 1")
    assert os.listdir(lock.parent) == []


def test_living_owner_keeps_the_lock(run: Run, lock: Path) -> None:
    process("other").claim(run)

    with pytest.raises(RunIsRunning):
        process("front").claim(run)

    assert owner(lock) == "other"


def test_dead_owner_is_replaced_and_no_token_stays(run: Run, lock: Path) -> None:
    lock.write_text("dead")

    process("front").claim(run)

    assert owner(lock) == "front"
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

    assert owner(lock) == "other"


def test_lock_of_another_is_not_handed_over(run: Run, lock: Path) -> None:
    front = process("front")
    front.claim(run)
    process("other", dead={"front"}).claim(run)

    with pytest.raises(RunIsRunning):
        front.hand_over(run, 1)

    assert owner(lock) == "other"
    assert os.listdir(lock.parent) == ["LOCK"]


def test_lock_that_another_replaces_just_now_is_not_handed_over(
    run: Run, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    front = process("front")
    front.claim(run)
    take = front._take_token

    def taken(name: str) -> str | None:
        process("other", dead={"front"}).claim(run)
        monkeypatch.setattr(front, "_take_token", take)
        return take(name)

    monkeypatch.setattr(front, "_take_token", taken)

    with pytest.raises(RunIsRunning):
        front.hand_over(run, 1)

    assert owner(lock) == "other"


def test_run_that_was_never_claimed_is_not_handed_over(run: Run, lock: Path) -> None:
    with pytest.raises(RunIsRunning):
        process("front").hand_over(run, 1)

    assert not lock.exists()


def test_lock_that_was_removed_is_made_again(run: Run, lock: Path) -> None:
    locks = process("front")
    locks.claim(run)
    lock.unlink()

    locks.hand_over(run, 1)

    assert owner(lock) == "front 1"


@pytest.mark.parametrize("claimed", [True, False])
def test_lock_of_another_is_not_released(run: Run, lock: Path, claimed: bool) -> None:
    front = process("front")
    if claimed:
        front.claim(run)
    process("other", dead={"front"}).claim(run)

    front.release(run)

    assert owner(lock) == "other"


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


def test_hard_link_of_a_server_whose_answer_was_lost_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def asked_again(source: str, target: str) -> None:
        link(source, target)
        link(source, target)

    monkeypatch.setattr(os, "link", asked_again)

    assert write_new(str(tmp_path / "LOCK"), b"one")
    assert not write_new(str(tmp_path / "LOCK"), b"two")
    assert (tmp_path / "LOCK").read_bytes() == b"one"


def test_lock_that_is_made_without_hard_links_is_never_seen_empty(
    run: Run, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", no_links(errno.EPERM))
    write = os.write

    def watched(fd: int, data: bytes) -> int:
        assert not lock.exists()
        return write(fd, data)

    monkeypatch.setattr(os, "write", watched)

    process("front").claim(run)

    assert owner(lock) == "front"
    assert os.listdir(lock.parent) == ["LOCK"]


def test_lock_is_not_made_while_another_makes_it_without_hard_links(
    run: Run, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", no_links(errno.EPERM))
    other = process("other")
    token = other._take_token(f"{lock}.new")
    assert token is not None
    front = process("front")

    assert not front._make(str(lock), b"front")
    assert not lock.exists()
    assert owner_of_token(token) == "other"


@pytest.mark.parametrize("left", ["directory", "file"])
def test_token_of_a_dead_holder_is_passed(run: Run, lock: Path, left: str) -> None:
    lock.write_text("dead")
    front = process("front")
    holder = process("dead")
    token = holder._take_token(f"{lock}.{_identity(str(lock))}")
    assert token is not None
    if left == "file":  # as an earlier version made them
        shutil.rmtree(token)
        Path(token).write_text("dead")

    front.claim(run)

    assert owner(lock) == "front"
    assert sorted(os.listdir(lock.parent)) == ["LOCK", os.path.basename(token)]


def test_token_that_is_given_back_at_this_moment_is_taken(
    run: Run, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock.write_text("dead")
    other = process("other")
    token = other._take_token(f"{lock}.{_identity(str(lock))}")
    assert token is not None
    rename = os.rename

    def late(source: str, target: str) -> None:
        try:
            rename(source, target)
        finally:
            if target == token:
                monkeypatch.setattr(os, "rename", rename)
                locks._drop(token)

    monkeypatch.setattr(os, "rename", late)
    taken = process("front")._take_token(token.removesuffix(".0~"))

    assert taken == token


def copied(run: Run, name: str = "bbb") -> Run:
    path = f"{os.path.dirname(run.path)}/{name}"
    shutil.copytree(run.path, path)
    return Run(id=RunId(name), path=path)


def test_lock_that_was_copied_with_its_run_is_nobodys(run: Run) -> None:
    front = process("front")
    front.claim(run)
    front.hand_over(run, 1)
    copy = copied(run)

    assert read_lock(copy.path) == ""
    process("other").claim(copy)

    assert (read_lock(copy.path) or "").startswith("other")
    assert (read_lock(run.path) or "").startswith("front 1")


def test_lock_of_a_run_that_was_moved_is_its_owners(run: Run) -> None:
    process("front").claim(run)
    moved = Run(id=RunId("bbb"), path=f"{run.path}-moved")
    os.rename(run.path, moved.path)

    assert (read_lock(moved.path) or "").startswith("front")
    with pytest.raises(RunIsRunning):
        process("other").claim(moved)


def test_lock_of_a_run_that_was_moved_away_from_a_new_one_is_its_owners(run: Run) -> None:
    process("front").claim(run)
    moved = Run(id=RunId("bbb"), path=f"{run.path}-moved")
    os.rename(run.path, moved.path)
    os.makedirs(f"{run.path}/.guild")
    process("other").claim(run)

    assert (read_lock(moved.path) or "").startswith("front")
    assert (read_lock(run.path) or "").startswith("other")


def test_lock_of_a_run_by_another_of_its_names_is_its_owners(run: Run, tmp_path: Path) -> None:
    process("front").claim(run)
    os.symlink(run.path, tmp_path / "link")

    assert (read_lock(str(tmp_path / "link")) or "").startswith("front")


@pytest.mark.parametrize("name", ["a b", "a dir=b", "größe\n%41", "\udcff"])
def test_lock_in_a_directory_of_any_name_is_its_owners(tmp_path: Path, name: str) -> None:
    os.makedirs(tmp_path / name / ".guild")
    run = Run(id=RunId("aaa"), path=f"{tmp_path}/{name}")

    process("front").claim(run)
    text = read_lock(run.path) or ""

    assert text.startswith("front dir=")
    assert len(text.split()) == 2
    assert read_lock(copied(run, "copy").path) == ""


def test_lock_that_was_moved_from_a_directory_that_can_not_be_is_its_owners(
    run: Run, lock: Path
) -> None:
    lock.write_text("other dir=%00\n")

    with pytest.raises(RunIsRunning):
        process("front").claim(run)


def owner_of_token(token: str) -> str:
    return Path(token, "holder").read_text()
