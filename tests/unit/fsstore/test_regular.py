"""What is no file is neither waited for nor read for ever."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from guild.adapters.fsstore.regular import NotRegular, read_regular


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 3_000_000])
@pytest.mark.parametrize("most", [1, 65536, 70_000, 10_000_000])
def test_a_file_is_read_up_to_a_limit(tmp_path: Path, size: int, most: int) -> None:
    data = os.urandom(size)
    (tmp_path / "file").write_bytes(data)

    assert read_regular(str(tmp_path / "file"), most) == data[:most]


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(NotRegular, match="it is no regular file"):
        read_regular(str(tmp_path / "pipe"), 10)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/dev/zero", "it is no regular file"),
        ("/dev/null", "it is no regular file"),
        ("/", "Is a directory"),
    ],
)
def test_devices_and_directories_are_refused(path: str, why: str) -> None:
    with pytest.raises(NotRegular, match=why):
        read_regular(path, 10)


def test_a_socket_is_refused(tmp_path: Path) -> None:
    name = os.path.relpath(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(name if len(name) < 100 else str(tmp_path / "socket"))

        with pytest.raises(NotRegular, match="it is no regular file"):
            read_regular(str(tmp_path / "socket"), 10)


def test_links_are_followed_unless_they_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "broken").symlink_to("nothing")

    assert read_regular(str(tmp_path / "link"), 10) == b"text"
    for name in ("link", "broken"):
        with pytest.raises(NotRegular, match="it is a link"):
            read_regular(str(tmp_path / name), 10, follow=False)


def test_what_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    for follow in (True, False):
        with pytest.raises(FileNotFoundError):
            read_regular(str(tmp_path / "file"), 10, follow=follow)
