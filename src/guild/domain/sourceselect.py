"""What a project says of its source code, made ready for a copy.

Source: reference "guild.yml", section "Source code selection".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from guild.domain.operation import SourceSpec
from guild.domain.sourcecode import RuleKind, SourceRule

if TYPE_CHECKING:
    from guild.domain.guildfile import SourceSelection

__all__ = ["NamedDirs", "settled_rules", "source_spec"]

_WILD = "*?["


def source_spec(
    selection: SourceSelection,
    project_dir: str,
    needed: tuple[str, ...] = (),
    left_out: tuple[str, ...] = (),
    *,
    python: bool = True,
) -> SourceSpec | None:
    """What to copy for an operation; None for nothing.

    Args:
        selection: What the project says.
        project_dir: Absolute directory of the project.
        needed: Paths of the program's own files, relative to the source root.
        left_out: Paths of files and directories that are dependencies, absolute or relative to
            the project. Those outside of the source root don't matter.
        python: Whether the operation is a Python program.
    """
    if selection.disabled:
        return None
    root = _absolute(project_dir, selection.root or ".")
    dependencies = (_below(_absolute(project_dir, path), root) for path in left_out)
    return SourceSpec(
        root=root,
        dest=selection.dest or ".",
        needed=needed,
        rules=tuple(map(_tidy, selection.rules)),
        left_out=tuple(path for path in dependencies if path),
        digest=selection.digest,
        python=python,
    )


def settled_rules(
    rules: Iterable[SourceRule], is_dir: Callable[[str], bool]
) -> tuple[SourceRule, ...]:
    """The rules with `DIR/*` for each pattern, of a rule about files, that names a directory.

    Args:
        rules: As the project says.
        is_dir: Whether a path relative to the source root is a directory.
    """
    return tuple(
        rule
        if rule.kind is RuleKind.DIR
        else _with_patterns(rule, [_all_within(pattern, is_dir) for pattern in rule.patterns])
        for rule in rules
    )


class NamedDirs:
    """The directories that rules of a project expressly look into.

    A rule that includes `data/raw/*.csv` names `data` and `data/raw`: default rules that keep
    out of them don't count, since whoever wrote it wants those files. Below such a directory
    that goes for directories that ignore files name, but not for those that tools filled.

    Args:
        rules: As the project says, settled.
    """

    def __init__(self, rules: Iterable[SourceRule]) -> None:
        self._named: set[str] = set()
        self._searched: list[str] = []
        self._said = tuple(rules)
        for rule in self._said:
            if rule.include:
                for pattern in rule.patterns:
                    self._add(pattern, rule.kind)

    def _add(self, pattern: str, kind: RuleKind) -> None:
        parts = pattern.strip("/").split("/")
        literal = [_literal(part) for part in parts]
        if kind is not RuleKind.DIR:
            literal[-1] = None
        depth = literal.index(None) if None in literal else len(literal)
        for end in range(1, depth + 1):
            self._named.add("/".join(part or "" for part in literal[:end]))
        if depth and _literal(parts[-1]) is None:
            self._searched.append("/".join(part or "" for part in literal[:depth]) + "/")

    def has(self, path: str) -> bool:
        """Whether a directory, relative to the source root, is named."""
        return path in self._named

    def says(self, rule: SourceRule | None) -> bool:
        """Whether a rule is one of the project's."""
        return any(said is rule for said in self._said)

    def opens(self, path: str, rule: SourceRule | None) -> bool:
        """Whether to look into a directory in spite of a rule that keeps out of it."""
        return path in self._named and not self.says(rule)

    def searches(self, path: str) -> bool:
        """Whether a directory is below one that is looked into by a pattern with wildcards."""
        return any(path.startswith(above) for above in self._searched)


def _with_patterns(rule: SourceRule, patterns: list[str]) -> SourceRule:
    if tuple(patterns) == rule.patterns:
        return rule
    return rule.replaced(patterns=tuple(patterns))


def _tidy(rule: SourceRule) -> SourceRule:
    """The rule without what users put around paths: `./data`, `data/`."""
    patterns = []
    for pattern in rule.patterns:
        tidy = pattern
        while tidy.startswith("./"):
            tidy = tidy[2:].lstrip("/")
        if tidy.endswith("/"):
            tidy = tidy.rstrip("/") + ("" if rule.kind is RuleKind.DIR else "/*")
        everything = pattern and tidy in ("", ".", "/*") and rule.kind is not RuleKind.DIR
        patterns.append("*" if everything else tidy)
    return _with_patterns(rule, patterns)


def _all_within(pattern: str, is_dir: Callable[[str], bool]) -> str:
    if pattern == "*" or not is_dir(pattern.lstrip("/")):
        return pattern
    literal = "".join(f"[{char}]" if char in _WILD else char for char in pattern)
    return f"{literal}/*"


def _literal(part: str) -> str | None:
    """What the part of a pattern matches if that is one name only: `[*]` is `*`."""
    for char in _WILD:
        part = part.replace(f"[{char}]", f"\0{_WILD.index(char)}")
    if any(char in part for char in _WILD):
        return None
    for index, char in enumerate(_WILD):
        part = part.replace(f"\0{index}", char)
    return part


def _absolute(base: str, path: str) -> str:
    parts: list[str] = []
    for part in (path if path.startswith("/") else f"{base}/{path}").split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)


def _below(path: str, root: str) -> str | None:
    """The path relative to a directory that it is in; both absolute."""
    top = root.rstrip("/") + "/"
    return path[len(top) :] if path.startswith(top) else None
