"""Finding the source files of a project."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable

from guild.adapters.fsstore.atomic import storing
from guild.adapters.fsstore.ignorefiles import GITIGNORE, IgnoreRules, find_work_tree
from guild.domain.filetype import TEXT_SAMPLE, has_text_name, looks_like_text
from guild.domain.manifest import is_safe_run_path
from guild.domain.sourcecode import (
    Decision,
    Selector,
    SourceLimits,
    SourceRule,
    plain_rules,
    work_tree_rules,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.adapters.fsstore.saidrules import SaidRules
    from guild.domain.operation import SourceSpec

__all__ = ["FoundFile", "FoundSource", "find_source", "open_source"]

_ENOUGH = 1000
"""After so many files over the limit nobody needs to know how many more there are."""

_STATE = ("runs", "trash", "cache", "locks", "proc", "log", "remotes")
"""What is in a Guild home: left out where the project itself is the home."""

_OF_ENVIRONMENT = frozenset(("bin", "include", "lib", "lib64", "share"))
"""What is in a virtual environment: left out where the project itself is one."""

_NEEDED, _DEPENDENCY, _OF_GUILD = "the program itself", "a dependency", "Guild's own"
_NOTES = {Decision.TOO_BIG: "too big", Decision.TOO_MANY: "too many"}


class FoundFile:
    """A file to copy.

    Attributes:
        path: Relative to where it was looked for, with `/`.
        origin: Absolute path.
        mode: Its permission bits.
    """

    def __init__(self, path: str, origin: str, mode: int) -> None:
        self.path = path
        self.origin = origin
        self.mode = mode


class FoundSource:
    """What a walk found, in the order of the walk.

    Attributes:
        files: The files to copy.
        too_big: Files left out for their size.
        unreadable: Files and directories that could not be read; directories end in `/`.
        not_copied: How many were left out for their number; counting ends at some point.
        rules: What decided, but for what is behind links that lead out of a work tree.
        reasons: For all files, and for directories that were not looked into, which end in
            `/`, the rule that decided and what else there is to say; None where that is not
            asked for. What of it is not in `files` was left out.
    """

    def __init__(
        self,
        rules: tuple[SourceRule, ...],
        reasons: dict[str, tuple[SourceRule | None, str]] | None,
    ) -> None:
        self.rules = rules
        self.reasons = reasons
        self.files: list[FoundFile] = []
        self.too_big: list[str] = []
        self.unreadable: list[str] = []
        self.not_copied = 0

    def tell(self, path: str, rule: SourceRule | None, note: str = "") -> None:
        """Take note of what became of a path."""
        if self.reasons is not None:
            self.reasons[path] = rule, note


def find_source(
    source: SourceSpec,
    exclude: Iterable[str],
    limits: SourceLimits,
    *,
    tell_reasons: bool = False,
) -> FoundSource:
    """Find source files by the default rules and those of the project.

    Files come by name, those of a directory before its subdirectories: that decides which
    are taken where their number is limited. Links to files and directories are followed,
    except to what contains the link or is excluded. Behind links that lead out of a git work
    tree, the rules for outside hold: its ignore files know nothing of what is there.

    A default rule does not keep out of a directory that a rule of the project names as a part
    of what it includes; of what is there, the project's rules alone decide.

    Args:
        source: What to look for, and where.
        exclude: Absolute directories to keep out of.
        limits: Of the rules outside work trees.
        tell_reasons: Whether to say why each file is copied or not.

    Raises:
        StoreError: If the root can't be read.
    """
    return _Walk(source, exclude, limits, tell_reasons=tell_reasons).found()


def open_source(path: str) -> int:
    """Open a file that was found, for reading; never waits, whatever it has become."""
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)


class _Place:
    """A directory on the way.

    Attributes:
        path: Relative to the root: empty, or with a final `/`.
        real: Absolute path without links.
        links: The real directories in which a link was followed to come here.
        outside: Whether the rules for outside of the work tree hold.
        opened: Whether only the project's rules count for files, since the default rules keep
            out of here.
    """

    def __init__(
        self,
        path: str,
        real: str,
        ignores: IgnoreRules,
        *,
        outside: bool,
        opened: bool = False,
        links: tuple[str, ...] = (),
    ) -> None:
        self.path = path
        self.real = real
        self.ignores = ignores
        self.outside = outside
        self.opened = opened
        self.links = links

    def within(self, path: str, real: str) -> _Place:
        """A subdirectory that is not a link."""
        return _Place(
            path,
            real,
            self.ignores,
            outside=self.outside,
            opened=self.opened,
            links=self.links,
        )


class _Listing:
    """What is in a directory, read when that is first asked for."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._entries: dict[str, os.DirEntry[str]] | None = None

    @property
    def entries(self) -> dict[str, os.DirEntry[str]]:
        """The entries by name, in that order."""
        if self._entries is None:
            with os.scandir(self._path) as scan:
                found = sorted(scan, key=lambda entry: entry.name)
            self._entries = {entry.name: entry for entry in found}
        return self._entries

    def holds(self, path: str) -> bool:
        """Whether there is something at a relative path."""
        first, _, rest = path.partition("/")
        return first in self.entries and (
            not rest or os.path.exists(os.path.join(self._path, path))
        )


class _Walk:
    def __init__(
        self,
        source: SourceSpec,
        exclude: Iterable[str],
        limits: SourceLimits,
        *,
        tell_reasons: bool,
    ) -> None:
        self._root = source.root
        self._needed = set(source.needed)
        self._left_out = frozenset(source.left_out)
        self._real = os.path.realpath(source.root)
        self._top = find_work_tree(self._real)
        inherited = IgnoreRules.above(self._top, self._real) if self._top else None
        if inherited is None:
            self._top = None
        # Ignore files speak of paths from the top of the work tree.
        self._prefix = ""
        if self._top and self._top != self._real:
            self._prefix = f"{self._real[len(self._top.rstrip('/')) + 1 :]}/"
        self._ignores = inherited or IgnoreRules()
        inside, outside = work_tree_rules(), plain_rules(limits, python=source.python)
        self._said: SaidRules | None = None
        if source.rules or source.only_rules:
            from guild.adapters.fsstore.saidrules import SaidRules  # few projects say something

            self._said = SaidRules(source, inside if self._top else outside)
            inside, outside = self._said.after(inside), self._said.after(outside)
        left: dict[int, int] = {}
        self._inside = Selector(inside, left)
        self._outside = Selector(outside, left)
        self._opened = self._said.selector(left) if self._said else self._outside
        self._exclude = _excluded(exclude, self._real)
        self._followed: set[str] = set()
        self._found = FoundSource(inside if self._top else outside, {} if tell_reasons else None)

    def found(self) -> FoundSource:
        start = _Place(path="", real=self._real, ignores=self._ignores, outside=self._top is None)
        listing = _Listing(self._root)
        with storing("read source code in"):
            places = self._enter(start, listing)
        while places:
            place = places.pop()
            listing = _Listing(f"{self._root}/{place.path}")
            try:
                if not self._prunes(place, listing):
                    places += self._enter(place, listing)
            except FileNotFoundError:
                pass
            except OSError:
                self._unreadable(place.path)
        for path in sorted(self._needed):
            self._add_unseen(path)
        return self._found

    def _add_unseen(self, path: str) -> None:
        """Take a file that is needed from where the rules do not even look."""
        origin = f"{self._root}/{path}"
        try:
            found = os.stat(origin)
        except OSError:
            return  # Gone meanwhile: whoever needs it says so.
        if stat.S_ISREG(found.st_mode) and is_safe_run_path(path):
            self._found.files.append(FoundFile(path, origin, stat.S_IMODE(found.st_mode)))
            self._found.tell(path, None, _NEEDED)

    def _unreadable(self, path: str) -> None:
        self._found.unreadable.append(path)
        self._found.tell(path, None, "can't be read")

    def _enter(self, place: _Place, listing: _Listing) -> list[_Place]:
        """Decide about the files of a directory; returns those below it, the last first."""
        place = self._with_ignore_files(place, listing.entries.keys())
        below = []
        for entry in listing.entries.values():
            try:
                if not entry.is_dir():
                    self._file(place, entry)
                elif isinstance(child := self._child(place, entry), _Place):
                    below.append(child)
                else:
                    self._found.tell(f"{place.path}{entry.name}/", None, child)
            except FileNotFoundError:
                self._found.tell(f"{place.path}{entry.name}", None, "a link to nothing")
            except OSError as error:
                if not _is_loop(error):
                    self._unreadable(f"{place.path}{entry.name}")
                else:
                    self._found.tell(f"{place.path}{entry.name}", None, "a link to itself")
        return below[::-1]

    def _with_ignore_files(self, place: _Place, names: Collection[str]) -> _Place:
        base = f"{self._prefix}{place.path}"
        ignores = place.ignores
        if GITIGNORE in names:
            ignores = ignores.within(f"{self._root}/{place.path}{GITIGNORE}", base)
        if not place.path and ".guildignore" in names:
            ignores = ignores.finally_within(f"{self._root}/.guildignore", base)
        if ignores is place.ignores:
            return place
        place = place.within(place.path, place.real)
        place.ignores = ignores
        return place

    def _file(self, place: _Place, entry: os.DirEntry[str]) -> None:
        found = entry.stat()
        path = f"{place.path}{entry.name}"
        if not stat.S_ISREG(found.st_mode) or not is_safe_run_path(path):
            self._found.tell(path, None, "no regular file")
            return
        needed = path in self._needed
        self._needed.discard(path)
        if path in self._left_out and not needed:
            self._found.tell(path, None, _DEPENDENCY)
            return
        outside = place.outside or (entry.is_symlink() and self._leads_out(entry.path))
        selector = self._selector(place, outside=outside)
        decision = selector.decide(
            path,
            found.st_size,
            lambda: _is_text(entry),
            lambda: place.ignores.ignore(f"{self._prefix}{path}"),
        )
        match Decision.COPY if needed else decision:
            case Decision.COPY:
                mode = stat.S_IMODE(found.st_mode)
                self._found.files.append(FoundFile(path, entry.path, mode))
            case Decision.TOO_BIG:
                self._found.too_big.append(path)
            case Decision.TOO_MANY:
                self._found.not_copied += 1
        if self._found.reasons is not None:
            if needed and decision is not Decision.COPY:
                self._found.tell(path, None, _NEEDED)
            else:
                self._found.tell(path, selector.rule, _NOTES.get(decision, ""))

    def _child(self, place: _Place, entry: os.DirEntry[str]) -> _Place | str:
        """The place of a subdirectory; if it is not to be looked into at all, why."""
        if place.outside and self._found.not_copied >= _ENOUGH and self._said is None:
            return "too many files"
        path = f"{place.path}{entry.name}/"
        if not place.path and entry.name in _OF_ENVIRONMENT and self._is_environment(entry.name):
            return "part of a virtual environment"
        if path[:-1] in self._left_out:
            return _DEPENDENCY
        if not entry.is_symlink():
            real = f"{place.real.rstrip('/')}/{entry.name}"
            return _OF_GUILD if real in self._exclude else place.within(path, real)
        real = os.path.realpath(entry.path)
        if any(_is_below(real, excluded) for excluded in self._exclude):
            return _OF_GUILD
        links = (*place.links, place.real)
        if any(_is_below(link, real) for link in links):
            return "a link to a directory that it is in"
        # Links behind links can multiply without being a circle.
        if place.links and real in self._followed:
            return "a link to a directory that was followed already"
        self._followed.add(real)
        child = place.within(path, real)
        child.outside = place.outside or self._leads_out(real)
        child.links = links
        return child

    def _selector(self, place: _Place, *, outside: bool) -> Selector:
        if place.opened:
            return self._opened
        return self._outside if outside else self._inside

    def _prunes(self, place: _Place, listing: _Listing) -> bool:
        selector = self._selector(place, outside=place.outside)
        path = place.path[:-1]
        prunes = selector.prunes(
            path, listing.holds, lambda: place.ignores.ignore(f"{self._prefix}{place.path}")
        )
        if self._said is not None:
            if prunes and selector.rule and selector.rule.ignored and self._said.searches(path):
                selector = self._said.in_search()
                prunes = selector.prunes(path, listing.holds, lambda: False)
                place.opened = True
            if prunes and self._said.opens(path, selector.rule):
                place.opened = True
                return False
            if place.opened and not prunes and self._said.says(selector.rule):
                place.opened = False
        if prunes:
            self._found.tell(place.path, selector.rule)
        return prunes

    def _leads_out(self, path: str) -> bool:
        return self._top is None or not _is_below(os.path.realpath(path), self._top)

    def _is_environment(self, name: str) -> bool:
        """Whether the root is a virtual environment, and no rule of the project names this."""
        if self._said is not None and self._said.has(name):
            return False
        return os.path.exists(f"{self._root}/pyvenv.cfg")


def _excluded(exclude: Iterable[str], root: str) -> frozenset[str]:
    """Real paths of what is left out; of a directory that has the root in it, its state."""
    excluded: set[str] = set()
    for path in exclude:
        real = os.path.realpath(path)
        if _is_below(root, real):
            excluded.update(f"{real}/{name}" for name in _STATE)
        else:
            excluded.add(real)
    return frozenset(excluded)


def _is_below(path: str, directory: str) -> bool:
    """Whether a path is that of a directory or of something in it."""
    return path == directory or path.startswith(f"{directory.rstrip('/')}/")


def _is_text(entry: os.DirEntry[str]) -> bool:
    known = has_text_name(entry.name)
    if known is not None:
        return known
    file = open_source(entry.path)
    try:
        return looks_like_text(os.read(file, TEXT_SAMPLE))
    finally:
        os.close(file)


def _is_loop(error: OSError) -> bool:
    import errno

    return error.errno in (errno.ELOOP, errno.ENOTDIR)
