"""What a project says of its source code, as a walk needs it."""

from __future__ import annotations

import os

from guild.domain.operation import SourceSpec
from guild.domain.sourcecode import RuleKind, Selector, SourceRule
from guild.domain.sourceselect import NamedDirs, settled_rules

__all__ = ["SaidRules"]


class SaidRules(NamedDirs):
    """The rules of a project, with what they name at its source root.

    Args:
        source: What the project says.
        default: The default rules at the root.
    """

    def __init__(self, source: SourceSpec, default: tuple[SourceRule, ...]) -> None:
        self._rules = settled_rules(
            source.rules, lambda path: os.path.isdir(f"{source.root}/{path}")
        )
        self._only = source.only_rules
        self._default_dirs = tuple(rule for rule in default if rule.kind is RuleKind.DIR)
        super().__init__(self._rules)

    def after(self, default: tuple[SourceRule, ...]) -> tuple[SourceRule, ...]:
        """These rules, after default rules if those count."""
        return self._rules if self._only else (*default, *self._rules)

    def has(self, path: str) -> bool:
        """See `NamedDirs.has`; all are as if named where the default rules don't count."""
        return self._only or super().has(path)

    def selector(self, left: dict[int, int]) -> Selector:
        """What decides where only these rules choose files. See `Selector`."""
        return Selector((*self._default_dirs, *self._rules), left)

    def in_search(self) -> Selector:
        """What decides about ignored directories that are searched: ignore files don't."""
        return Selector((*(rule for rule in self._default_dirs if not rule.ignored), *self._rules))
