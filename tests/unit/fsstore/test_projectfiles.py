"""Files of new projects."""

from __future__ import annotations

from pathlib import Path

import pytest

from guild.adapters.fsstore.projectfiles import DirectoryProjectFiles
from guild.domain.errors import StoreError


def tree(directory: Path) -> list[str]:
    return sorted(path.relative_to(directory).as_posix() for path in directory.rglob("*"))


def test_a_home_has_what_it_needs(tmp_path: Path) -> None:
    home, shared = tmp_path / "p/.guild", tmp_path / "shared/resources"

    DirectoryProjectFiles().make_home(str(home), str(shared))

    assert tree(home) == [
        ".guild-nocopy", "cache", "cache/resources", "cache/runs", "runs", "trash",
    ]  # fmt: skip
    assert (home / "cache/resources").readlink() == shared
    assert shared.is_dir()


def test_downloads_can_be_in_the_home(tmp_path: Path) -> None:
    DirectoryProjectFiles().make_home(str(tmp_path), None)

    assert (tmp_path / "cache/resources").is_dir()
    assert not (tmp_path / "cache/resources").is_symlink()


def test_what_a_home_has_is_kept(tmp_path: Path) -> None:
    (tmp_path / "runs/abc").mkdir(parents=True)
    (tmp_path / "cache/resources/x").mkdir(parents=True)
    (tmp_path / ".guild-nocopy").write_text("mine")

    DirectoryProjectFiles().make_home(str(tmp_path), "/nowhere/resources")

    assert (tmp_path / "runs/abc").is_dir()
    assert (tmp_path / "cache/resources/x").is_dir()
    assert (tmp_path / ".guild-nocopy").read_text() == "mine"


def test_a_home_in_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("")

    with pytest.raises(StoreError, match="cannot create"):
        DirectoryProjectFiles().make_home(str(tmp_path / "p/.guild"), None)


def test_a_new_file_is_written_once(tmp_path: Path) -> None:
    path = str(tmp_path / "a.py")
    files = DirectoryProjectFiles()

    assert files.write_new(path, "1")
    assert not files.write_new(path, "2")
    assert (tmp_path / "a.py").read_text() == "1"


def test_a_link_to_nothing_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "a.py").symlink_to("elsewhere.py")

    assert not DirectoryProjectFiles().write_new(str(tmp_path / "a.py"), "1")
    assert tree(tmp_path) == ["a.py"]
