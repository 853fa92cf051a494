"""Which files of a project are source code.

Source: reference "guild.yml", section "Source code selection".
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable

from guild.domain.record import Record

__all__ = [
    "Decision",
    "RuleKind",
    "Selector",
    "SourceLimits",
    "SourceRule",
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


class SourceLimits(Record):
    """Limits of the default rules outside version control.

    Attributes:
        max_size: Largest file in bytes, included.
        max_files: How many files are copied.
    """

    max_size: int = 1024 * 1024
    max_files: int = 100


class SourceRule(Record):
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
        pattern = pattern.lstrip("/")
    else:
        path = path.rpartition("/")[2]
    if not any(char in pattern for char in "*?["):
        return path == pattern
    from fnmatch import fnmatchcase  # the default rules name what they leave out

    return fnmatchcase(path, pattern)


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

    Args:
        rules: Of those that match the last decides.
        left: How many files limited rules may still choose, by the rules' identity: given to
            selectors that share rules.

    Attributes:
        rule: What decided last, or would have chosen a file but for a limit; None for nothing.
    """

    def __init__(self, rules: Iterable[SourceRule], left: dict[int, int] | None = None) -> None:
        last_first = tuple(rules)[::-1]
        self._dirs = [rule for rule in last_first if rule.kind is RuleKind.DIR]
        self._files = [rule for rule in last_first if rule.kind is not RuleKind.DIR]
        self._left = {} if left is None else left
        self.rule: SourceRule | None = None

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
                self.rule = rule
                return not rule.include
        self.rule = None
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
        self.rule = None
        for rule in self._files:
            if not rule.matches(path) or (rule.ignored and not is_ignored()):
                continue
            if rule.kind is not RuleKind.FILE and is_text() is not (rule.kind is RuleKind.TEXT):
                continue
            if rule.max_size is not None and size > rule.max_size:
                if rule.include:
                    otherwise, self.rule = Decision.TOO_BIG, rule
                continue
            if rule.max_matches is not None and not self._counts(rule, rule.max_matches):
                if rule.include:
                    otherwise, self.rule = Decision.TOO_MANY, rule
                continue
            if rule.include:
                self.rule = rule
                return Decision.COPY
            if otherwise is Decision.SKIP:
                self.rule = rule
            return otherwise
        return otherwise

    def _counts(self, rule: SourceRule, limit: int) -> bool:
        """Count a match of a rule; False if it has had all it may."""
        left = self._left.get(id(rule), limit)
        self._left[id(rule)] = left - 1
        return left > 0
