"""Tests of writing files whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from guild.adapters.fsstore import atomic
from guild.domain.errors import StoreError


@pytest.mark.parametrize("write", [atomic.write_bytes, atomic.write_new])
def test_a_failure_names_the_file_that_was_asked_for(
    tmp_path: Path, write: Callable[[str, bytes], object]
) -> None:
    path = str(tmp_path / "missing" / "file")

    with pytest.raises(StoreError) as raised:
        write(path, b"")

    assert raised.value.message == f"cannot write {path}: No such file or directory"
