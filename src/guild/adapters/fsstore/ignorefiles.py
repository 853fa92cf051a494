"""What `.gitignore` files and their like leave out of a project."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.domain.ignorepatterns import IgnorePatterns


__all__ = ["GITIGNORE", "IgnoreRules", "find_work_tree"]

GITIGNORE = ".gitignore"
"""Name of the ignore files that any directory may have."""


class _IgnoreFile:
    """Patterns of one file; `base` is its directory as a prefix of paths."""

    def __init__(self, base: str, patterns: IgnorePatterns) -> None:
        self.base = base
        self.patterns = patterns

    def ignores(self, path: str) -> bool | None:
        return self.patterns.ignores(path[len(self.base) :].rstrip("/"), path.endswith("/"))


class IgnoreRules:
    """The ignore files that hold at one place of a tree.

    Paths are relative to the top of the tree; those of directories end in `/`. What git says
    of files that are both tracked and ignored does not matter here: ignored is left out. The
    ignore file of the user, which git's configuration names, is not read.

    Attributes:
        files: From the top down: the last that knows a path decides.
        last: Decides before all of them.
    """

    def __init__(
        self, files: tuple[_IgnoreFile, ...] = (), last: _IgnoreFile | None = None
    ) -> None:
        self.files = files
        self.last = last

    def ignore(self, path: str) -> bool:
        """Whether a path is left out, if nothing above it is."""
        files = (*self.files, self.last) if self.last else self.files
        for file in reversed(files):
            answer = file.ignores(path)
            if answer is not None:
                return answer
        return False

    def within(self, path: str, base: str) -> IgnoreRules:
        """These rules and those of an ignore file further down.

        Args:
            path: Absolute path of the file, which need not be there.
            base: The directory it is about, from the top of the tree: empty, or with a
                final `/`.
        """
        patterns = _read(path)
        if patterns is None:
            return self
        return IgnoreRules((*self.files, _IgnoreFile(base, patterns)), self.last)

    def finally_within(self, path: str, base: str) -> IgnoreRules:
        """These rules and those of a file that decides before all others. See `within`."""
        patterns = _read(path)
        if patterns is None:
            return self
        return IgnoreRules(self.files, _IgnoreFile(base, patterns))

    @staticmethod
    def above(top: str, directory: str) -> IgnoreRules | None:
        """The rules that a directory in a git work tree inherits, without its own file's.

        Args:
            top: Absolute path of the work tree.
            directory: Absolute path of the directory, without links.

        Returns:
            None if they leave out the directory itself.
        """
        rules = IgnoreRules().within(f"{top}/.git/info/exclude", "")
        base = ""
        for name in directory[len(top.rstrip("/")) + 1 :].split("/"):
            if not name:
                continue
            rules = rules.within(f"{top}/{base}{GITIGNORE}", base)
            base += f"{name}/"
            if rules.ignore(base):
                return None
        return rules


def find_work_tree(directory: str) -> str | None:
    """The git work tree around a directory, by its `.git` alone; None if there is none.

    Args:
        directory: Absolute path without links.
    """
    while True:
        git = f"{directory.rstrip('/')}/.git"
        # A file leads to the repository of a linked work tree or of a submodule.
        if os.path.isfile(git) or os.path.isfile(f"{git}/HEAD"):
            return directory
        if directory in ("/", ""):
            return None
        directory = os.path.dirname(directory)


def _read(path: str) -> IgnorePatterns | None:
    if not os.path.isfile(path):
        return None
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return None
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    from guild.domain.ignorepatterns import IgnorePatterns  # a project may have no such file

    patterns = IgnorePatterns(line.removesuffix("\r") for line in text.split("\n"))
    return patterns if patterns else None
