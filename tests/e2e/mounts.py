"""File systems of their own for tests, where the tester may make them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

__all__ = ["read_only", "small_disk"]


@contextmanager
def small_disk(at: Path, kilobytes: int) -> Iterator[None]:
    """A disk of a few kilobytes in a directory."""
    _mount("-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(at))
    try:
        yield
    finally:
        _unmount(at)


@contextmanager
def read_only(at: Path) -> Iterator[None]:
    """Nothing below a directory can be written, whoever tries."""
    if os.geteuid() != 0:
        with _without_permission(at):
            yield
        return
    _mount("--bind", str(at), str(at))
    try:
        _mount("-o", "remount,bind,ro", str(at))
        yield
    finally:
        _unmount(at)


@contextmanager
def _without_permission(at: Path) -> Iterator[None]:
    directories = [at, *(path for path in at.rglob("*") if path.is_dir())]
    modes = {path: path.stat().st_mode for path in directories}
    try:
        for path in directories:
            path.chmod(0o555)
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


def _mount(*args: str) -> None:
    try:
        done = subprocess.run(["mount", *args], capture_output=True, text=True, check=False)
    except OSError as error:
        pytest.skip(f"cannot mount: {error}")
    if done.returncode != 0:
        pytest.skip(f"may not mount: {done.stderr.strip()}")


def _unmount(at: Path) -> None:
    subprocess.run(["umount", "--lazy", str(at)], check=True)
