"""`guild run --test-sourcecode`."""

from __future__ import annotations

from collections.abc import Iterable

from guild.adapters.cli.context import Context
from guild.app.run_request import RunRequest
from guild.domain.display import shown
from guild.domain.sourcecode import RuleKind, SourceRule

__all__ = ["rule_text", "test_sourcecode"]

_DISABLED = "Source code copy disabled"


def test_sourcecode(context: Context, request: RunRequest) -> int:
    """Show by which rules source code is copied, what that comes to and what is left out."""
    guild = context.guild
    source = guild.catalog.find(request.opspec or "").source
    if source is None:
        context.console.out(_DISABLED)
        return 0
    preview = guild.source_previews.preview(source)
    context.console.out(f"Copying from {_place(source.root, guild.settings.cwd)}")
    _list(context, "Rules:", map(rule_text, preview.rules))
    if guild.settings.switched_on("NO_SOURCECODE"):
        context.console.out(_DISABLED)
        return 0
    _list(context, "Selected for copy:", preview.selected)
    _list(context, "Skipped:", preview.skipped)
    if preview.left_out:
        from guild.adapters.cli.handlers.sourcewarning import source_warning

        context.console.warn(source_warning(preview.left_out))
    return 0


def _place(root: str, cwd: str) -> str:
    import os

    return "the current directory" if root == cwd else f"'{shown(os.path.relpath(root, cwd))}'"


def _list(context: Context, heading: str, items: Iterable[str]) -> None:
    context.console.out(heading)
    for item in items:
        context.console.out(f"  {shown(item)}")


def rule_text(rule: SourceRule) -> str:
    """The rule as one line, such as `exclude dir .*`."""
    words = ["include" if rule.include else "exclude"]
    if rule.kind is not RuleKind.FILE:
        words.append(rule.kind.value)
    words.append(", ".join(rule.patterns))
    if rule.containing:
        words.append(f"containing {rule.containing}")
    if rule.ignored:
        words.append("named in ignore files")
    limits = []
    if rule.max_size is not None:
        limits.append(f"size < {rule.max_size + 1}")
    if rule.max_matches is not None:
        limits.append(f"max match {rule.max_matches}")
    return " ".join((*words, ", ".join(limits))).rstrip()
