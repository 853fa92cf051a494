"""Ports: where dependencies come from, and how they get into runs.

All paths are absolute unless said otherwise. Whatever can't be done raises a `GuildError` that
says why in one line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from guild.domain.depevents import Downloading
from guild.domain.flags import FlagValue
from guild.domain.manifest import ManifestEntry
from guild.domain.record import Record
from guild.domain.run import Run

__all__ = [
    "Archives",
    "ConfigCopies",
    "Downloads",
    "Modules",
    "Placed",
    "PostProcesses",
    "RunTargets",
    "SourceFiles",
]


class SourceFiles(Protocol):
    """Files and directories of projects, of runs and of what was unpacked."""

    def find(self, path: str, roots: Sequence[str]) -> str | None:
        """The first file or directory of this path, which may be relative to the roots.

        Returns:
            Its path; None if there is none.
        """
        ...

    def is_dir(self, path: str) -> bool:
        """Whether it is a directory, or a link to one."""
        ...

    def names(self, directory: str) -> list[str]:
        """Names of what is in a directory, in order, without what Guild keeps for itself."""
        ...

    def entries(self, directory: str, *, follow_links: bool = False) -> list[str]:
        """Paths of all that is in a directory, relative to it, in order.

        What Guild keeps for itself is left out.

        Args:
            directory: The directory.
            follow_links: Whether links to directories are entered, each directory once.
        """
        ...

    def sha256(self, path: str) -> str:
        """Of a file's bytes, hexadecimal."""
        ...


class Downloads(Protocol):
    """Files of the web, each kept once it was downloaded."""

    def fetch(
        self, url: str, sha256: str | None, notify: Callable[[Downloading], None] | None = None
    ) -> str:
        """Download a file unless that was done.

        What there is of a download that was cut is used to go on with it later.

        Args:
            url: With `http` or `https`.
            sha256: What it must hash to, hexadecimal; None for anything.
            notify: Is told how far a download is that takes time.

        Returns:
            The path of the file. Its directory has nothing else in it that users want.
        """
        ...


class Archives(Protocol):
    """Archives, each unpacked once."""

    def unpack(self, path: str, kind: str, begin: Callable[[], None]) -> str:
        """Unpack an archive, unless that was done since it changed.

        Args:
            path: The archive.
            kind: `zip`, `tar` or `gzip`.
            begin: Is called before it is unpacked.

        Returns:
            The directory of what is in it.

        Raises:
            GuildError: If it is damaged, if something in it would be outside of that directory,
                or if it is larger than it can be. Nothing is left of it then.
        """
        ...


class Modules(Protocol):
    """Python modules that a program may import."""

    def missing(self, module: str, paths: Sequence[str], python: str | None = None) -> str | None:
        """The module that can't be found: this one or one it is in; None if it can be.

        No module is imported that is not one of Python's own.

        Args:
            module: Its name, with dots.
            paths: Directories that the program may import from beside its interpreter's.
            python: Its interpreter; None for the usual one.
        """
        ...


class ConfigCopies(Protocol):
    """Config files with other values."""

    def generate(self, run: Run, path: str, values: Mapping[str, FlagValue]) -> str:
        """Write a config file for a run like another one.

        Args:
            run: The run. The file is made below its `.guild/generated`.
            path: The other one.
            values: Values that count instead of those in it; dots in names nest.

        Returns:
            The path of the file; a final `.in` of the name is left out.
        """
        ...


class PostProcesses(Protocol):
    """Commands over what was downloaded or unpacked."""

    def run(
        self, command: str, directory: str | None, key: str, begin: Callable[[str], None]
    ) -> None:
        """Run a shell command once per text of it.

        Args:
            command: The command.
            directory: Where it is run; None for a directory of its own.
            key: What that directory belongs to.
            begin: Is called with the directory before it is run.
        """
        ...


class Placed(Record):
    """A file that was brought into a run, or was not.

    Attributes:
        exists: Whether something has its place already, which was left alone.
        same: Whether that is a file with the same content.
        target: Where it is.
        source: Its own path relative to the run directory.
        sha1: Of its bytes, hexadecimal; `-` for a directory.
        skipped: What of a directory was left out since it is neither file, directory nor link.
    """

    target: str
    exists: bool = False
    same: bool = False
    source: str = ""
    sha1: str = "-"
    skipped: tuple[str, ...] = ()


class RunTargets(Protocol):
    """Places in run directories. A file is in its place whole, or not at all."""

    def begin(self, run: Run) -> None:
        """Remove what is left of an attempt that was killed."""
        ...

    def place(self, run: Run, path: str, target: str, *, link: bool, replace: bool) -> Placed:
        """Copy a file or a directory into a run, or link it.

        Links in a directory are copied as links, and are not followed.

        Args:
            run: The run.
            path: What is to be brought.
            target: Its place, relative to the run directory.
            link: Whether it becomes a link, which is relative.
            replace: Whether what has the place already is removed.
        """
        ...

    def is_gone(self, run: Run, uri: str) -> bool:
        """Whether something that was brought from a source is there no more.

        That is a place with nothing in it, or with a link that leads nowhere.

        Args:
            run: The run.
            uri: The source, as the run's manifest has it.
        """
        ...

    def record(self, run: Run, entries: Iterable[ManifestEntry]) -> None:
        """Add to the run's manifest; what it says of the same paths so far is replaced."""
        ...
