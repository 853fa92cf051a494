"""Removing directories: all that is in them, and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from guild.adapters.fsstore import treeremoval
from guild.adapters.fsstore.treeremoval import remove_tree
from guild.domain.errors import StoreError

_NOBODY = 65534


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    (tmp_path / "outside/deep").mkdir(parents=True)
    (tmp_path / "outside/deep/file").write_text("mine")
    return tmp_path / "outside"


@pytest.fixture
def doomed(tmp_path: Path) -> Path:
    (tmp_path / "doomed/a/b").mkdir(parents=True)
    (tmp_path / "doomed/a/b/file").write_text("x")
    (tmp_path / "doomed/file").write_text("x")
    return tmp_path / "doomed"


@pytest.fixture
def own() -> Iterator[Path]:
    """A directory of a user who is not allowed everything, who the test is for that long."""
    path = Path(tempfile.mkdtemp())
    may_all = os.geteuid() == 0
    if may_all:
        os.chown(path, _NOBODY, _NOBODY)
        os.seteuid(_NOBODY)
    try:
        yield path
    finally:
        if may_all:
            os.seteuid(0)
        shutil.rmtree(path)


def test_all_of_a_directory_is_removed(doomed: Path) -> None:
    os.mkfifo(doomed / "a/pipe")
    (doomed / "a/.hidden").write_text("x")

    remove_tree(str(doomed))

    assert os.listdir(doomed.parent) == []


@pytest.mark.parametrize("target", ["../outside", "../outside/deep/file", "../nowhere"])
def test_links_are_removed_and_not_what_they_lead_to(
    doomed: Path, outside: Path, target: str
) -> None:
    (doomed / "link").symlink_to(target)
    (doomed / "a/b/link").symlink_to(outside)

    remove_tree(str(doomed))

    assert not doomed.exists()
    assert (outside / "deep/file").read_text() == "mine"


def test_a_link_itself_is_removed_and_not_what_it_leads_to(tmp_path: Path, outside: Path) -> None:
    (tmp_path / "link").symlink_to(outside)

    remove_tree(str(tmp_path / "link"))

    assert sorted(os.listdir(tmp_path)) == ["outside"]
    assert (outside / "deep/file").read_text() == "mine"


def test_a_file_is_removed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    remove_tree(str(tmp_path / "file"))

    assert os.listdir(tmp_path) == []


def test_what_is_gone_is_no_error(tmp_path: Path) -> None:
    remove_tree(str(tmp_path / "gone"))
    remove_tree(str(tmp_path / "gone/too"))


def test_a_link_that_takes_the_place_of_a_directory_is_not_followed(
    doomed: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = treeremoval._opened

    def overtaken(name: str, above: int) -> int | None:
        if name == "b":
            shutil.rmtree(doomed / "a/b")
            (doomed / "a/b").symlink_to(outside)
        return opened(name, above)

    monkeypatch.setattr(treeremoval, "_opened", overtaken)

    remove_tree(str(doomed))

    assert not doomed.exists()
    assert (outside / "deep/file").read_text() == "mine"


def test_what_another_removes_meanwhile_is_no_error(
    doomed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = treeremoval._opened

    def overtaken(name: str, above: int) -> int | None:
        fd = opened(name, above)
        if name == "a":
            shutil.rmtree(doomed)
        return fd

    monkeypatch.setattr(treeremoval, "_opened", overtaken)

    remove_tree(str(doomed))

    assert os.listdir(doomed.parent) == []


def test_directories_may_be_deeper_than_paths_and_open_files_allow() -> None:
    root = Path(tempfile.mkdtemp())  # what pytest removes must not be as deep
    doomed = root / "doomed"
    doomed.mkdir()

    def nest(levels: int) -> None:
        above = os.open(doomed, os.O_RDONLY)
        for _ in range(levels):
            os.mkdir("directory", dir_fd=above)
            below = os.open("directory", os.O_RDONLY, dir_fd=above)
            os.close(above)
            above = below
            os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=above))
        os.close(above)

    try:
        nest(3000)

        remove_tree(str(doomed))

        assert os.listdir(root) == []
    finally:
        subprocess.run(["rm", "-rf", root], check=True)


@pytest.mark.parametrize("mode", [0o000, 0o100, 0o200, 0o300, 0o400, 0o500, 0o600])
@pytest.mark.parametrize("level", [0, 1, 2])
def test_own_directories_are_removed_whatever_they_allow(own: Path, mode: int, level: int) -> None:
    (own / "doomed/a/b").mkdir(parents=True)
    (own / "doomed/a/b/file").write_text("x")
    (own / "doomed/a/file").write_text("x")
    (own / ("doomed", "doomed/a", "doomed/a/b")[level]).chmod(mode)

    remove_tree(str(own / "doomed"))

    assert os.listdir(own) == []


def test_deep_directories_are_removed_whatever_they_allow(own: Path) -> None:
    deep = own / "doomed"
    deep.mkdir()
    for _ in range(80):
        deep = deep / "d"
        deep.mkdir()
    while deep != own:
        deep.chmod(0o500)
        deep = deep.parent

    remove_tree(str(own / "doomed"))

    assert os.listdir(own) == []


def test_what_can_not_be_removed_is_named(own: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("nothing here belongs to another user")
    (own / "doomed/a").mkdir(parents=True)
    os.seteuid(0)
    (own / "doomed/a/theirs").mkdir()
    (own / "doomed/a/theirs/file").write_text("x")
    os.seteuid(_NOBODY)

    with pytest.raises(StoreError, match=r"cannot delete .*/doomed/a/theirs/file: Permission"):
        remove_tree(str(own / "doomed"))
    assert (own / "doomed/a/theirs/file").read_text() == "x"
