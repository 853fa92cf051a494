"""The list of packages is made again only where something was installed or removed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from guild.adapters.system.packagecache import cached_packages


class Lister:
    """Counts how often it was asked, and answers with what lies in the directories."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, paths: Sequence[str]) -> list[str]:
        self.asked += 1
        return sorted(name for path in paths for name in os.listdir(path))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "site"
    path.mkdir()
    (path / "one").mkdir()
    return path


def test_a_second_look_reads_the_file(tmp_path: Path, site: Path) -> None:
    lister, file = Lister(), str(tmp_path / "cache" / "packages")

    assert cached_packages(file, [str(site)], lister) == ["one"]
    assert cached_packages(file, [str(site)], lister) == ["one"]
    assert lister.asked == 1


def test_an_installation_is_seen(tmp_path: Path, site: Path) -> None:
    lister, file = Lister(), str(tmp_path / "packages")
    cached_packages(file, [str(site)], lister)

    (site / "two").mkdir()
    os.utime(site, ns=(1, 1))

    assert cached_packages(file, [str(site)], lister) == ["one", "two"]


def test_an_empty_list_is_kept_too(tmp_path: Path) -> None:
    lister, file = Lister(), str(tmp_path / "packages")
    (tmp_path / "site").mkdir()

    assert cached_packages(file, [str(tmp_path / "site")], lister) == []
    assert cached_packages(file, [str(tmp_path / "site")], lister) == []
    assert lister.asked == 1


@pytest.mark.parametrize("text", ["", "packages 1", "nonsense\n\nx\n"])
def test_a_damaged_file_is_replaced(tmp_path: Path, site: Path, text: str) -> None:
    lister, file = Lister(), tmp_path / "packages"
    file.write_text(text)

    assert cached_packages(str(file), [str(site)], lister) == ["one"]
    assert "one" in file.read_text()


def test_a_file_cut_anywhere_is_not_believed(tmp_path: Path, site: Path) -> None:
    file = tmp_path / "packages"
    cached_packages(str(file), [str(site)], Lister())
    whole = file.read_bytes()

    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        assert cached_packages(str(file), [str(site)], Lister()) == ["one"]


def test_where_nothing_can_be_written_the_list_is_made(tmp_path: Path, site: Path) -> None:
    (tmp_path / "file").write_text("")

    assert cached_packages(str(tmp_path / "file" / "packages"), [str(site)], Lister()) == ["one"]


def test_without_a_file_the_list_is_made_each_time(site: Path) -> None:
    lister = Lister()

    for _ in range(2):
        assert cached_packages(None, [str(site)], lister) == ["one"]
    assert lister.asked == 2
