"""Files that are written for other programs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from guild.adapters.fsstore.runfiles import DirectoryRunFiles


def test_a_file_with_the_process_id_is_removed_with_its_process(tmp_path: Path) -> None:
    file = tmp_path / "here.pid"
    files = DirectoryRunFiles()

    path = files.write_pidfile(str(file), 4711)

    assert (path, file.read_text()) == (str(file), "4711")
    files.remove_pidfile(path, 4711)
    assert not file.exists()
    files.remove_pidfile(path, 4711)


@pytest.mark.parametrize("text", ["4712", "47110", "", "notes"])
def test_a_file_that_is_another_process_s_by_now_stays(tmp_path: Path, text: str) -> None:
    file = tmp_path / "here.pid"
    file.write_text(text)

    DirectoryRunFiles().remove_pidfile(str(file), 4711)

    assert file.read_text() == text


def test_a_temporary_file_has_the_process_id_where_no_place_is_given() -> None:
    files = DirectoryRunFiles()

    path = files.write_pidfile(None, 4711)

    try:
        assert os.path.basename(path).startswith("guild-pid-")
        assert Path(path).read_text() == "4711"
    finally:
        files.remove_pidfile(path, 4711)
    assert not os.path.exists(path)
