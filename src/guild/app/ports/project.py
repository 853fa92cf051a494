"""Ports: what can be run, and the source code behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from guild.domain.importedflags import ImportedFlags
from guild.domain.leftout import SourceLimitReached
from guild.domain.operation import Operation, SourceSpec
from guild.domain.opref import OpRef
from guild.domain.run import Run

if TYPE_CHECKING:
    from guild.domain.guildfile import Guildfile
    from guild.domain.sourcepreview import SourcePreview

__all__ = [
    "FlagImporter",
    "OperationCatalog",
    "Revisions",
    "SourceCopies",
    "SourcePreviews",
]


class FlagImporter(Protocol):
    """Reads the flags of scripts without running them where that can be avoided."""

    def flags(
        self,
        script: str,
        project_dir: str,
        *,
        dest: str | None = None,
        words: tuple[str, ...] = (),
    ) -> ImportedFlags:
        """Flags of a script.

        Args:
            script: Absolute path of the script, or of a package's directory.
            project_dir: Absolute directory its own modules are imported from.
            dest: Where it takes flags from, if that is known; otherwise it is found out.
            words: Arguments before the flags, such as the name of a sub-command.

        Raises:
            GuildError: If the script can't be read or is not valid Python.
        """
        ...


class OperationCatalog(Protocol):
    """The operations of a project."""

    def find(self, spec: str) -> Operation:
        """The operation a user names, such as the path of a script.

        Raises:
            NoSuchOperation: If there is none.
        """
        ...

    def project(self) -> Guildfile | None:
        """What the project says of its operations; None if it says nothing.

        Raises:
            GuildError: If that can't be read.
        """
        ...

    def of_run(self, opref: OpRef, project_dir: str | None) -> Operation | None:
        """The operation a run was made of as it is now; None if it is gone.

        Args:
            opref: The run's reference.
            project_dir: Absolute directory of its project, if the run tells.
        """
        ...


class SourceCopies(Protocol):
    """Copies of source code in run directories."""

    def take(
        self, source: SourceSpec, run: Run, notify: Callable[[SourceLimitReached], None]
    ) -> str | None:
        """Copy the source into the run and list it in the run's manifest.

        Returns:
            Its digest, or None if no file was copied.
        """
        ...

    def copy_from(self, other: Run, run: Run) -> None:
        """Copy the source files of another run, by its manifest."""
        ...


class SourcePreviews(Protocol):
    """What copies of source code would have in them."""

    def preview(self, source: SourceSpec) -> SourcePreview:
        """Decide as for a copy, and copy nothing.

        Raises:
            StoreError: If the source can't be read.
        """
        ...


class Revisions(Protocol):
    """Version control of a project."""

    def commit(self, directory: str) -> str | None:
        """Current commit as `git:SHA`, with `*` if the work tree is dirty; None if unknown.

        Raises:
            GuildError: If the system fails to ask for it.
        """
        ...
