"""Ports: the files and the virtual environment of a new project."""

from __future__ import annotations

from typing import Protocol

from guild.domain.projectsetup import EnvironmentPlan

__all__ = ["Environments", "ProjectFiles"]


class ProjectFiles(Protocol):
    """Makes files of projects; nothing that exists is changed. Paths are absolute."""

    def is_file(self, path: str) -> bool:
        """Whether there is a file."""
        ...

    def is_dir(self, path: str) -> bool:
        """Whether there is a directory."""
        ...

    def make_home(self, directory: str, resources: str | None) -> None:
        """Make what is missing of a Guild home, with the directories above it.

        Args:
            directory: The home.
            resources: Directory that downloads are kept in, which is made as well; None for one
                in the home.

        Raises:
            StoreError: If that fails.
        """
        ...

    def write_new(self, path: str, text: str) -> bool:
        """Make a file with all of its text unless something is there.

        Returns:
            Whether it was made.

        Raises:
            StoreError: If that fails.
        """
        ...


class Environments(Protocol):
    """Virtual environments of Python. Paths are absolute."""

    def find_python(self, python: str) -> str:
        """The interpreter that a user means: a path, a name such as `python3.11`, or `3.11`.

        Raises:
            GuildError: If there is none.
        """
        ...

    def is_environment(self, directory: str) -> bool:
        """Whether a virtual environment is there.

        Raises:
            GuildError: If something else is there.
        """
        ...

    def make(self, plan: EnvironmentPlan) -> None:
        """Make one, or leave the one that is there, and see to its import paths.

        Raises:
            GuildError: If that fails; nothing is left of a new one then.
        """
        ...

    def install(self, plan: EnvironmentPlan) -> None:
        """Install what the plan names, if anything.

        Raises:
            GuildError: If that fails; the environment stays and may have some of it.
        """
        ...
