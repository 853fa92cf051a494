"""Which files of a project are source code, and how a run lists what was copied.

Sources: reference "guild.yml", section "Source code selection"; reference "Run directory",
section "Manifest and source code digest".
"""

from __future__ import annotations

import enum
import re
import shlex
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase

from attrs import frozen

from guild.domain.errors import DamagedRun
from guild.domain.value import Value

__all__ = [
    "Decision",
    "ManifestEntry",
    "RuleKind",
    "Selector",
    "SourceLimits",
    "SourceRule",
    "format_manifest",
    "is_safe_run_path",
    "parse_manifest",
    "parse_manifest_line",
    "plain_rules",
    "work_tree_rules",
]


class RuleKind(enum.Enum):
    """What a rule is about."""

    DIR = "dir"
    """Directories: excluded ones are not looked into, whatever rules for files say."""
    FILE = "file"
    TEXT = "text"
    BINARY = "binary"


class Decision(enum.Enum):
    """What becomes of a file."""

    COPY = "copy"
    SKIP = "skip"
    TOO_BIG = "too big"
    """A rule would copy it, but for its size."""
    TOO_MANY = "too many"
    """A rule would copy it, but has copied as many as it may."""


@frozen(kw_only=True, eq=False, repr=False)
class SourceLimits(Value):
    """Limits of the default rules outside version control.

    Attributes:
        max_size: Largest file in bytes, included.
        max_files: How many files are copied.
    """

    max_size: int = 1024 * 1024
    max_files: int = 100


@frozen(kw_only=True, eq=False, repr=False)
class SourceRule(Value):
    """One line of a selection; of those that match the last decides.

    Attributes:
        include: Whether it copies what matches; otherwise it leaves that out.
        patterns: Shell wildcards, of which one must match; `*` crosses `/`. One without `/`
            is matched with the base name, others with the whole path.
        kind: What the rule is about.
        containing: For directories: matches only those that hold this relative path.
        ignored: Matches only what ignore files such as `.gitignore` name.
        max_size: Matches only files of at most this many bytes.
        max_matches: Matches this many files and no more.
    """

    include: bool
    patterns: tuple[str, ...] = ("*",)
    kind: RuleKind = RuleKind.FILE
    containing: str = ""
    ignored: bool = False
    max_size: int | None = None
    max_matches: int | None = None

    def matches(self, path: str) -> bool:
        """Whether a pattern matches the path, relative to the source root."""
        return any(_matches(pattern, path) for pattern in self.patterns)


def _matches(pattern: str, path: str) -> bool:
    if pattern == "*":
        return True
    if "/" in pattern:
        return fnmatchcase(path, pattern.lstrip("/"))
    return fnmatchcase(path.rpartition("/")[2], pattern)


# Not all of this is in the reference: a directory that a tool filled is no source code
# in a work tree either, and copying one can cost minutes.
_MARKERS = (
    ".guild-nocopy",
    ".guild/opref",
    "pyvenv.cfg",
    "conda-meta",
    "bin/activate",
    "Scripts/activate",
)
_FILLED_BY_TOOLS = ("__pycache__", "site-packages", "node_modules", ".guild", ".git")
_NEVER_SOURCE = (
    *(SourceRule(include=False, kind=RuleKind.DIR, containing=marker) for marker in _MARKERS),
    SourceRule(include=False, kind=RuleKind.DIR, patterns=_FILLED_BY_TOOLS),
)
_IGNORED = (
    SourceRule(include=False, ignored=True),
    SourceRule(include=False, ignored=True, kind=RuleKind.DIR),
)


def plain_rules(limits: SourceLimits, *, python: bool = True) -> tuple[SourceRule, ...]:
    """Default rules outside of a version control work tree.

    Args:
        limits: Of what is copied.
        python: Whether the operation is a Python program, whose build results are known.
    """
    built = ("build", "dist", "*.egg-info") if python else ()
    return (
        *_NEVER_SOURCE,
        SourceRule(include=False, kind=RuleKind.DIR, patterns=(".*", *built)),
        SourceRule(
            include=True,
            kind=RuleKind.TEXT,
            max_size=limits.max_size,
            max_matches=limits.max_files,
        ),
        *_IGNORED,
        SourceRule(include=False, patterns=(".git",)),
    )


def work_tree_rules() -> tuple[SourceRule, ...]:
    """Default rules in a work tree: all that is not ignored, of any type, size and number."""
    return (
        *_NEVER_SOURCE,
        SourceRule(include=True),
        *_IGNORED,
        SourceRule(include=False, patterns=(".git*", ".guildignore")),
    )


class Selector:
    """Decides by rules, and counts what it chose for those that have a limit.

    The order of questions matters where a rule limits the number of files.
    """

    def __init__(self, rules: Iterable[SourceRule]) -> None:
        last_first = tuple(rules)[::-1]
        self._dirs = [rule for rule in last_first if rule.kind is RuleKind.DIR]
        self._files = [rule for rule in last_first if rule.kind is not RuleKind.DIR]
        self._left = [rule.max_matches for rule in self._files]

    def prunes(
        self, path: str, holds: Callable[[str], bool], is_ignored: Callable[[], bool]
    ) -> bool:
        """Whether to keep out of a directory.

        Args:
            path: Relative to the source root.
            holds: Whether it contains a relative path; asked only if that matters.
            is_ignored: Whether an ignore file names it; asked only if that matters.
        """
        for rule in self._dirs:
            if (
                rule.matches(path)
                and (not rule.ignored or is_ignored())
                and (not rule.containing or holds(rule.containing))
            ):
                return not rule.include
        return False

    def decide(
        self,
        path: str,
        size: int,
        is_text: Callable[[], bool],
        is_ignored: Callable[[], bool],
    ) -> Decision:
        """What becomes of a file; a `COPY` counts.

        Args:
            path: Relative to the source root.
            size: In bytes.
            is_text: Whether it is text; asked only if that matters.
            is_ignored: Whether an ignore file names it; asked only if that matters.
        """
        otherwise = Decision.SKIP
        for index, rule in enumerate(self._files):
            if not rule.matches(path) or (rule.ignored and not is_ignored()):
                continue
            if rule.kind is not RuleKind.FILE and is_text() is not (rule.kind is RuleKind.TEXT):
                continue
            if rule.max_size is not None and size > rule.max_size:
                otherwise = Decision.TOO_BIG if rule.include else otherwise
                continue
            left = self._left[index]
            if left == 0:
                otherwise = Decision.TOO_MANY if rule.include else otherwise
                continue
            if left is not None:
                self._left[index] = left - 1
            return Decision.COPY if rule.include else otherwise
        return otherwise


@frozen(eq=False, repr=False)
class ManifestEntry(Value):
    """A line of a run's manifest: a file that the run was given.

    Attributes:
        kind: `s` for source code, `d` for a dependency, `i` for what Guild made itself.
        run_path: Where it is, relative to the run directory, with `/`.
        sha1: Of its bytes, hexadecimal; `-` for a directory.
        source: Where it was: for source code a path relative to the source root, otherwise
            a URI.
        subpath: Which part of the source it is, such as a member of an archive.
    """

    kind: str
    run_path: str
    sha1: str
    source: str
    subpath: str = ""


# Compiled where they are first used, which a run that is only made never does.
_PLAIN_LINE = r"[\w@%+=:,./-]+(?: [\w@%+=:,./-]+)*"
_LINE = r"""(?:[^\n'"\\]|'[^']*'|"(?:[^"\\]|\\.)*"|\\.)+(?=\n|\Z)|[^\n]+"""


def format_manifest(entries: Iterable[ManifestEntry]) -> str:
    """The text of a manifest, a line for each entry, its words quoted as for a shell.

    A path with a newline in it makes a line of several: `parse_manifest` knows.
    """
    return "".join(
        " ".join(
            shlex.quote(word)
            for word in (
                entry.kind,
                entry.run_path,
                entry.sha1,
                entry.source,
                *((entry.subpath,) if entry.subpath else ()),
            )
        )
        + "\n"
        for entry in entries
    )


def parse_manifest(text: str) -> list[ManifestEntry | DamagedRun]:
    """The entries of a manifest, in order; what is wrong in place of a damaged one."""
    entries: list[ManifestEntry | DamagedRun] = []
    # Quotes are rare, and without them a newline always ends a line.
    quoted = "'" in text or '"' in text or "\\" in text
    for line in re.findall(_LINE, text, re.DOTALL) if quoted else text.split("\n"):
        if line:
            try:
                entries.append(parse_manifest_line(line))
            except DamagedRun as error:
                entries.append(error)
    return entries


def parse_manifest_line(line: str) -> ManifestEntry:
    """One entry of a manifest.

    Raises:
        DamagedRun: If it is none.
    """
    if re.fullmatch(_PLAIN_LINE, line, re.ASCII):
        words = line.split(" ")
    else:
        try:
            words = shlex.split(line)
        except ValueError:
            words = []
    if len(words) == 4 and words[0] in ("s", "d", "i"):
        return ManifestEntry(words[0], words[1], words[2], words[3])
    if len(words) == 5 and words[0] in ("d", "i"):
        return ManifestEntry(words[0], words[1], words[2], words[3], words[4])
    raise DamagedRun(f"invalid line in the manifest of a run: {line!r}")


def is_safe_run_path(path: str) -> bool:
    """Whether source code may be at this path relative to a run directory.

    It must stay in the directory and out of what Guild keeps there, but for the place where
    older runs have their source code.
    """
    if not path or path.startswith("/") or "\0" in path or ".." in path.split("/"):
        return False
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return bool(parts) and (parts[0] != ".guild" or parts[1:2] == ["sourcecode"])
