"""Which files of a run a listing shows, and in which order."""

from __future__ import annotations

import re

from guild.domain.record import Record

__all__ = ["FileChoice", "natural_key"]


class FileChoice(Record):
    """What of a run's files is wanted.

    Attributes:
        path: A path below the run, of a file or of a directory for what is in it; or a pattern
            of one, in which `*` and `?` stand for parts of one name; None for everything.
        kinds: Where files come from; empty for anywhere. Directories come from nowhere.
        hidden: Whether names that begin with a dot are wanted, too.
    """

    path: str | None = None
    kinds: frozenset[str] = frozenset()
    hidden: bool = False

    def includes(self, path: str, is_dir: bool, kind: str) -> bool:
        """Whether a file is wanted.

        Args:
            path: Relative to the run directory.
            is_dir: Whether it is a directory.
            kind: Where it comes from.
        """
        if self.kinds:
            return not is_dir and kind in self.kinds and self._is_below(path) is not None
        rest = self._is_below(path)
        if rest is None or (is_dir and self._is_named(path)):
            return False
        return self.hidden or not any(name.startswith(".") for name in rest)

    def _is_named(self, path: str) -> bool:
        """Whether it is the one path, and not a pattern, that was asked for."""
        named = self.path is not None and not re.search("[*?]", self.path)
        return named and path.split("/") == self._wanted()

    def _wanted(self) -> list[str]:
        return [name for name in (self.path or "").split("/") if name not in ("", ".")]

    def _is_below(self, path: str) -> list[str] | None:
        """The names of a path that the choice doesn't spell out; None if it isn't chosen."""
        names = path.split("/")
        if self.path is None:
            return names
        wanted = self._wanted()
        if len(names) < len(wanted):
            return None
        if not all(_matches(*pair) for pair in zip(wanted, names, strict=False)):
            return None
        pairs = zip(wanted, names, strict=False)
        free = [name for pattern, name in pairs if not pattern.startswith(".")]
        return [*free, *names[len(wanted) :]]


def _matches(pattern: str, name: str) -> bool:
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return re.fullmatch("".join(parts), name, re.DOTALL) is not None


def natural_key(path: str) -> list[tuple[int, int, str]]:
    """Sort key by which `step2` comes before `step10`."""
    return [
        (0, int(part), "") if part.isdigit() and part.isascii() else (1, 0, part)
        for part in re.split(r"([0-9]+)", path)
        if part
    ]
