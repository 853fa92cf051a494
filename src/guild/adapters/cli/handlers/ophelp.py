"""Help for an operation, and what is known of its flags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from guild.adapters.cli.layout import wrap
from guild.domain.choice import Choice
from guild.domain.display import shown
from guild.domain.flags import FlagDef, FlagValue
from guild.domain.flagtext import encode
from guild.domain.operation import Operation

__all__ = ["operation_help", "optimizer_help", "tested_flags"]

_NARROWEST = 20


def operation_help(operation: Operation, columns: int | None = None) -> Iterator[str]:
    """Lines of `--help-op`.

    Args:
        operation: What it is about.
        columns: Width to wrap descriptions to; None to leave each on one line.
    """
    yield f"Usage: guild run [OPTIONS] {shown(operation.name)} [FLAG]..."
    if operation.description:
        yield ""
        yield from (shown(line) for line in operation.description.splitlines())
    yield ""
    yield "Use 'guild run --help' for a list of options."
    yield from _flags_help(operation.flags, columns)


def optimizer_help(
    name: str, flags: Sequence[FlagDef], columns: int | None = None
) -> Iterator[str]:
    """Lines of `--help-op` for an optimizer: see `operation_help`."""
    yield f"Usage: guild run [OPTIONS] OPERATION -o {shown(name)} [-Fo FLAG=VALUE]..."
    yield ""
    yield "An optimizer: it chooses the flags of an operation's trials."
    yield from _flags_help(flags, columns)


def _flags_help(flags: Sequence[FlagDef], columns: int | None) -> Iterator[str]:
    if not flags:
        return
    yield ""
    yield "Flags:"
    width = max(len(flag.name) for flag in flags)
    for flag in sorted(flags, key=lambda flag: flag.name):
        yield from _flag_help(flag, width, columns)


def _flag_help(flag: FlagDef, width: int, columns: int | None) -> Iterator[str]:
    first, *more = flag.description.splitlines() or [""]
    about = " ".join(part for part in (shown(first), _suffix(flag)) if part)
    indent = " " * (width + 4)
    room = None if columns is None else max(columns - len(indent), _NARROWEST)
    head, *rest = _wrapped(about, room)
    yield f"  {shown(flag.name).ljust(width)}  {head}".rstrip()
    yield from (f"{indent}{line}" for line in rest)
    if more:
        yield ""
        for line in more:
            yield from (f"{indent}{part}".rstrip() for part in _wrapped(shown(line), room))
    if flag.choices:
        yield ""
        yield from (f"{indent}{line}" for line in _choices_help(flag.choices))
        yield ""


def _wrapped(text: str, room: int | None) -> list[str]:
    return [text] if room is None else wrap(text, room) or [""]


def _suffix(flag: FlagDef) -> str:
    if flag.default is not None:
        return f"(default is {shown(encode(flag.default))})"
    if flag.required:
        return "(required)"
    return f"(default is {shown(flag.null_label)})" if flag.null_label else ""


def _choices_help(choices: tuple[Choice, ...]) -> list[str]:
    names = [choice.alias or encode(choice.value) for choice in choices]
    if not any(choice.description for choice in choices):
        return [f"Choices:  {shown(', '.join(names))}"]
    width = max(map(len, names))
    rows = (
        f"  {shown(name).ljust(width)}  {shown(choice.description)}".rstrip()
        for name, choice in zip(names, choices, strict=True)
    )
    return ["Choices:", *rows]


def tested_flags(operation: Operation) -> Iterator[str]:
    """Lines of `--test-flags`."""
    yield f"flags-dest: {operation.command.flags_dest or ''}".rstrip()
    yield "flags-import: yes"
    yield "flags:" if operation.flags else "flags: {}"
    for flag in sorted(operation.flags, key=lambda flag: flag.name):
        yield f"  {shown(flag.name)}:"
        for name, value in _attributes(flag):
            yield f"    {name}: {'' if value is None else shown(encode(value))}".rstrip()


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
