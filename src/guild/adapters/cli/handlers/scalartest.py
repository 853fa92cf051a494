"""`guild run --test-output-scalars`."""

from __future__ import annotations

from collections.abc import Iterator

from guild.adapters.cli.context import Context
from guild.app.run_request import RunRequest
from guild.domain.display import shown
from guild.domain.errors import GuildError
from guild.domain.outputpatterns import compile_patterns, trace

__all__ = ["test_output_scalars"]


def test_output_scalars(context: Context, request: RunRequest, path: str) -> int:
    """Show which scalars each pattern of the operation finds in lines of a file."""
    configured = None
    if request.opspec is not None:
        configured = context.guild.catalog.find(request.opspec).output_scalars
    patterns = compile_patterns(configured)
    for warning in patterns.warnings:
        context.console.warn(warning)
    if patterns.disabled:
        context.console.err("Output scalars disabled, nothing to test")
        return 0
    for line in _lines(context, path):
        context.console.out(shown(line))
        for found in trace(patterns, line):
            context.console.out(f"  {shown(str(found))}")
    return 0


def _lines(context: Context, path: str) -> Iterator[str]:
    if path == "-":
        yield from _typed(context)
        return
    try:
        with open(path, encoding="utf-8", errors="ignore") as file:
            for line in file:
                yield line.rstrip()
    except FileNotFoundError:
        raise GuildError(f"{path} does not exist") from None
    except OSError as error:
        raise GuildError(f"cannot read {path}: {error.strerror}") from error


def _typed(context: Context) -> Iterator[str]:
    stdin = context.console.stdin
    if stdin is None:
        return
    by_hand = stdin.isatty()
    if by_hand:
        context.console.err(
            "Type patterns and press Enter to test. Use Ctrl-c or empty line to exit."
        )
    for line in stdin:
        if by_hand and not line.strip():
            return
        yield line.rstrip()
