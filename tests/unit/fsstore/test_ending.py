"""The end of a run is written in an order that outlasts a power cut, as far as disks go."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from guild.adapters.fsstore.ending import remove_end, write_end
from guild.domain.errors import StoreError


@pytest.fixture
def attrs(tmp_path: Path) -> Path:
    """Attributes of a run `runs/aaa` that has not ended."""
    attrs = tmp_path / "runs/aaa/.guild/attrs"
    attrs.mkdir(parents=True)
    (attrs / "id").write_text("aaa\n")
    (attrs / "flags").write_text("{}\n")
    (attrs.parent / "opref").write_text("script:/p '' '' train.py")
    return attrs


def _end(attrs: Path) -> None:
    write_end(str(attrs.parent.parent), stopped=5, exit_status=0)


def _failing(monkeypatch: pytest.MonkeyPatch, name: str, number: int, about: str = "") -> None:
    """Have calls of a function of the system fail, all or those about a name."""
    real: Callable[..., object] = getattr(os, name)

    def failing(*args: object, **kwargs: object) -> object:
        if about in str(args[-1] if name == "rename" else args[0]):
            raise OSError(number, os.strerror(number))
        return real(*args, **kwargs)

    monkeypatch.setattr(os, name, failing)


def test_what_a_run_ends_with(attrs: Path) -> None:
    _end(attrs)

    assert (attrs / "stopped").read_text() == "5\n"
    assert (attrs / "exit_status").read_text() == "0\n"
    assert {path.name for path in attrs.iterdir()} == {"id", "flags", "stopped", "exit_status"}


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EROFS])
def test_what_a_file_system_can_not_sync_is_passed_over(
    attrs: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _failing(monkeypatch, "fsync", number)

    _end(attrs)

    assert (attrs / "exit_status").read_text() == "0\n"


def test_a_disk_that_fails_to_sync_is_told_of_once_all_was_tried(
    attrs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def failing(fd: int) -> None:
        if os.path.samestat(os.fstat(fd), os.stat(attrs / "flags")):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(fd)

    monkeypatch.setattr(os, "fsync", failing)

    with pytest.raises(StoreError, match=r"cannot sync .*/attrs/flags: Input/output error"):
        _end(attrs)

    assert (attrs / "exit_status").read_text() == "0\n"


def test_the_exit_status_is_written_where_the_time_can_not_be(
    attrs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _failing(monkeypatch, "rename", errno.ENOSPC, "/stopped")

    with pytest.raises(StoreError, match=r"cannot write .*/stopped"):
        _end(attrs)

    assert {path.name for path in attrs.iterdir()} == {"id", "flags", "exit_status"}


def test_what_may_not_be_opened_to_be_synced_is_passed_over(
    attrs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open
    runs = str(attrs.parent.parent.parent)

    def refused(path: str, flags: int, mode: int = 0o777) -> int:
        if path == runs:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return real(path, flags, mode)

    monkeypatch.setattr(os, "open", refused)

    _end(attrs)

    assert (attrs / "exit_status").read_text() == "0\n"


def test_runs_of_older_homes_may_lack_what_others_have(attrs: Path) -> None:
    (attrs / "id").unlink()
    (attrs / "flags").unlink()

    _end(attrs)

    assert (attrs / "exit_status").read_text() == "0\n"


def test_an_end_is_taken_back_before_anything_else(attrs: Path) -> None:
    _end(attrs)

    for _ in range(2):
        remove_end(str(attrs.parent.parent))

        assert {path.name for path in attrs.iterdir()} == {"id", "flags"}
