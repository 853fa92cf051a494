"""`guild run --test-sourcecode`."""

from __future__ import annotations

from guild.adapters.cli.context import Context
from guild.adapters.cli.tables import table_lines
from guild.app.run_request import RunRequest
from guild.domain.display import shown
from guild.domain.sourcecode import RuleKind, SourceRule
from guild.domain.sourcepreview import SourcePreview, SourceReason

__all__ = ["reason_text", "rule_text", "test_sourcecode"]

_DISABLED = "Source code copy disabled"


def test_sourcecode(context: Context, request: RunRequest) -> int:
    """Show by which rules source code is copied, what that comes to and what is left out."""
    guild = context.guild
    operation = guild.catalog.find(request.opspec or "")
    source = operation.source
    root = source.root if source else operation.project_dir
    preview = guild.source_previews.preview(source) if source else None
    context.console.out(f"Copying from {_place(root, guild.settings.cwd)}")
    context.console.out("Rules:")
    for rule in preview.rules if preview else ():
        context.console.out(f"  {shown(rule_text(rule))}")
    if preview is None or guild.settings.switched_on("NO_SOURCECODE"):
        context.console.out(_DISABLED)
        return 0
    _show_files(context, preview)
    if preview.left_out:
        from guild.adapters.cli.handlers.sourcewarning import source_warning

        context.console.warn(source_warning(preview.left_out))
    return 0


def _place(root: str, cwd: str) -> str:
    import os

    return "the current directory" if root == cwd else f"'{shown(os.path.relpath(root, cwd))}'"


def _show_files(context: Context, preview: SourcePreview) -> None:
    paths = (*preview.selected, *preview.skipped)
    reasons = (preview.reasons.get(path, SourceReason()) for path in paths)
    lines = table_lines(
        [
            (path, [(reason_text(reason), "dim")])
            for path, reason in zip(paths, reasons, strict=True)
        ],
        indent=2,
        styled=context.console.styled,
    )
    count = len(preview.selected)
    for line in ("Selected for copy:", *lines[:count], "Skipped:", *lines[count:]):
        context.console.out(line)


def reason_text(reason: SourceReason) -> str:
    """Why a file is copied or not, such as `too big: include text * size < 1048577`."""
    if reason.rule is None:
        return reason.note or "no rule"
    return ": ".join(filter(None, (reason.note, rule_text(reason.rule))))


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
