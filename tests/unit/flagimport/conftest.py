"""Scripts and projects written for a test, and what is read of them."""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path

import pytest
from attrs import field, frozen

from guild.adapters.flagimport import PythonFlagImporter
from guild.domain.flagdef import FlagDef
from guild.domain.importedflags import ImportedFlags


@frozen
class Scripts:
    """A project's directory that a test fills.

    Give `python="/nonexistent"` to `read` to be sure that nothing is run.
    """

    directory: Path
    cache: Path = field()

    def write(self, name: str, text: str) -> Path:
        """Write a file, dedented."""
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def read(
        self,
        name: str = "train.py",
        *,
        dest: str | None = None,
        words: tuple[str, ...] = (),
        python: str = "/nonexistent",
        timeout_s: float = 30,
    ) -> ImportedFlags:
        """Flags of a script of the project."""
        importer = PythonFlagImporter(python, dict(os.environ), str(self.cache), timeout_s)
        script = str(self.directory / name)
        return importer.flags(script, str(self.directory), dest=dest, words=words)

    def read_text(self, text: str, **given: str) -> ImportedFlags:
        """Flags of a script with this text; nothing is run."""
        self.write("train.py", text)
        return self.read(dest=given.get("dest"))

    def run(self, name: str = "train.py", words: tuple[str, ...] = ()) -> ImportedFlags:
        """Flags of a script that may be run."""
        return self.read(name, words=words, python=sys.executable)

    def defaults(self, text: str) -> dict[str, object]:
        """Defaults of the flags of a script with this text; nothing is run."""
        return {flag.name: flag.default for flag in self.read_text(text).flags}

    def flag(self, text: str) -> FlagDef:
        """The only flag of a script with this text; nothing is run."""
        found = self.read_text(text)
        assert found.warnings == ()
        (flag,) = found.flags
        return flag


@pytest.fixture
def scripts(tmp_path: Path) -> Scripts:
    """An empty project."""
    directory = tmp_path / "project"
    directory.mkdir()
    return Scripts(directory, tmp_path / "cache")
