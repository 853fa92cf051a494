"""`guild run --test-flags`."""

from __future__ import annotations

from collections.abc import Iterator

from guild.adapters.cli.context import Context
from guild.app.run_request import RunRequest
from guild.domain.display import shown
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagValue
from guild.domain.flagtext import encode
from guild.domain.operation import Operation

__all__ = ["flag_report", "test_flags"]


def test_flags(context: Context, request: RunRequest) -> int:
    """Show all that is known of an operation's flags. Its program is read anew for that."""
    context.console.note(f"Reading flags of {shown(request.opspec or 'the default operation')}")
    operation = context.guild.projects.fresh_catalog.find(request.opspec or "")
    context.console.note(f"Found {len(operation.flags)} in {shown(operation.project_dir)}")
    context.console.flush()
    for line in flag_report(operation):
        context.console.out(line)
    return 0


def flag_report(operation: Operation) -> Iterator[str]:
    """Lines of `--test-flags`."""
    yield f"flags-dest: {operation.command.flags_dest or ''}".rstrip()
    yield f"flags-import: {shown(encode(_imported(operation)))}"
    yield "flags:" if operation.flags else "flags: {}"
    for flag in sorted(operation.flags, key=lambda flag: flag.name):
        yield f"  {shown(flag.name)}:"
        for name, value in _attributes(flag):
            yield f"    {name}: {'' if value is None else shown(encode(value))}".rstrip()


def _imported(operation: Operation) -> FlagValue:
    """Which flags of the program count, as in a `guild.yml`."""
    mode = operation.flags_import
    if isinstance(mode, bool):
        return mode
    names = [flag.name for flag in operation.flags] if mode is None else list(mode)
    return [*sorted(names)] or False


def _attributes(flag: FlagDef) -> list[tuple[str, FlagValue]]:
    return [
        ("default", flag.default),
        ("type", flag.type),
        ("required", flag.required),
        ("arg-name", flag.arg_name),
        ("arg-skip", flag.arg_skip or None),
        ("arg-switch", flag.arg_switch),
        ("arg-split", flag.arg_split),
        ("arg-encoding", dict(flag.arg_encoding) or None),
        ("env-name", flag.env_name),
        ("env-encoding", dict(flag.env_encoding) or None),
        ("choices", [choice.value for choice in flag.choices]),
        ("allow-other", flag.allow_other),
        ("distribution", flag.distribution),
        ("max", flag.max),
        ("min", flag.min),
        ("null-label", flag.null_label),
    ]
