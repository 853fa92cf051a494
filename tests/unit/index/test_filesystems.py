"""Directories that other computers may use are told from those on this one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from guild.adapters.index import database
from guild.adapters.index.filesystems import shared_kind, shared_kind_of
from tests.unit.index.homes import Home

MOUNTS = r"""
21 60 0:20 / /proc rw,nosuid,nodev,noexec,relatime shared:14 - proc proc rw
60 1 253:0 / / rw,relatime shared:1 - ext4 /dev/mapper/root rw
70 60 0:45 / /tmp rw shared:2 - tmpfs tmpfs rw,size=8000k
80 60 0:52 / /home rw,relatime shared:3 - nfs4 server:/export/home rw,vers=4.2,addr=10.0.0.1
81 60 0:53 /a\040b /mnt/a\040-\040b rw shared:4 master:1 propagate_from:2 - cifs //server/a rw
82 60 0:54 / /mnt/c rw,noatime - 9p drvfs rw,aname=drvfs;path=C:\
83 60 0:55 / /mnt/ssh rw - fuse.sshfs me@host: rw
84 60 0:56 / /mnt/crypt rw - fuse.gocryptfs /secret rw
85 60 0:57 / /mnt/nfs rw - overlay overlay rw,lowerdir=/nfs
86 60 0:5 / /short
"""


@pytest.mark.parametrize(
    ("minor", "kind"),
    [
        *((20, None), (45, None), (52, "nfs4"), (53, "cifs"), (54, "9p"), (55, "fuse.sshfs")),
        *((56, None), (57, None), (5, None), (4, None), (520, None)),
    ],
)
def test_kinds_are_found_by_device(minor: int, kind: str | None) -> None:
    assert shared_kind_of(os.makedev(0, minor), MOUNTS) == kind


@pytest.mark.parametrize("text", ["", "\n", "a b", "1 2 0:52", "1 2 0:52 / /x rw -", " - nfs4 x"])
def test_odd_text_tells_nothing(text: str) -> None:
    assert shared_kind_of(os.makedev(0, 52), text) is None


def test_a_directory_here_is_of_this_computer(tmp_path: Path) -> None:
    assert shared_kind(str(tmp_path)) is None


def test_a_home_on_a_network_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "shared_kind", lambda _directory: "nfs4")
    home = Home(tmp_path)
    home.make("aaa")

    index = home.index()
    home.ask(index)

    (warning,) = home.warnings
    assert warning == (
        "cannot keep an index of runs, so all are read:"
        f" {tmp_path}/cache/runs/index-6 is on a network file system (nfs4)"
    )
    assert os.listdir(tmp_path / "cache/runs/index-6") == []
