"""What a snapshot of source code would have in it."""

from __future__ import annotations

from collections.abc import Mapping

from attr import Factory, frozen

from guild.domain.leftout import SourceLimitReached
from guild.domain.sourcecode import SourceRule
from guild.domain.value import Value

__all__ = ["SourcePreview", "SourceReason"]


@frozen(kw_only=True, eq=False, repr=False)
class SourceReason(Value):
    """Why a file is copied or not.

    Attributes:
        rule: The rule that decided; None if it was none.
        note: What else there is to say, such as `a dependency`; before the rule where there is
            one, whose limit it then tells of.
    """

    rule: SourceRule | None = None
    note: str = ""


@frozen(kw_only=True, eq=False, repr=False)
class SourcePreview(Value):
    """Which files of a project a run would get, and why.

    Attributes:
        rules: In order: of those that match the last decides.
        selected: Paths of files relative to the source root, in the order they are chosen in.
        skipped: Paths of files that are left out and, with a final `/`, of directories that
            are not looked into: each directory's own before those below it.
        left_out: What was left out because of a limit or can't be read, if anything was.
        reasons: Why each of the paths is where it is.
    """

    rules: tuple[SourceRule, ...]
    selected: tuple[str, ...]
    skipped: tuple[str, ...]
    left_out: SourceLimitReached | None = None
    reasons: Mapping[str, SourceReason] = Factory(dict)
