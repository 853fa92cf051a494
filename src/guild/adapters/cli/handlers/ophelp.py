"""Help for an operation, and what is known of its flags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from guild.adapters.cli.layout import wrap
from guild.domain.choice import Choice
from guild.domain.display import shown
from guild.domain.flagdef import FlagDef
from guild.domain.flagtext import encode
from guild.domain.operation import Operation

if TYPE_CHECKING:
    from guild.domain.dependency import Resource

__all__ = [
    "flag_line",
    "flag_suffix",
    "flags_help",
    "operation_help",
    "optimizer_help",
]

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
    yield from _dependencies_help(operation.requires, columns)
    yield from flags_help(operation.flags, columns)


def optimizer_help(
    name: str, flags: Sequence[FlagDef], columns: int | None = None
) -> Iterator[str]:
    """Lines of `--help-op` for an optimizer: see `operation_help`."""
    yield f"Usage: guild run [OPTIONS] OPERATION -o {shown(name)} [-Fo FLAG=VALUE]..."
    yield ""
    yield "An optimizer: it chooses the flags of an operation's trials."
    yield from flags_help(flags, columns)


def _dependencies_help(resources: Sequence[Resource], columns: int | None) -> Iterator[str]:
    """Those that are described; the others speak for themselves."""
    described = [resource for resource in resources if resource.description]
    if not described:
        return
    yield ""
    yield "Dependencies:"
    width = max(len(shown(resource.name)) for resource in described)
    for resource in described:
        yield from _definition(resource.name, resource.description, "", width, columns)


def flag_line(flag: FlagDef) -> str:
    """A flag on one line: `lr: Learning rate (default is 0.1)`."""
    about = (shown(flag.description.partition("\n")[0]), flag_suffix(flag))
    return f"{shown(flag.name)}: {' '.join(part for part in about if part)}".rstrip(": ")


def flags_help(flags: Sequence[FlagDef], columns: int | None = None) -> Iterator[str]:
    """Lines about flags, an empty one first; none if there are no flags.

    Args:
        flags: In any order.
        columns: Width to wrap descriptions to; None to leave each on one line.
    """
    if not flags:
        return
    yield ""
    yield "Flags:"
    width = max(len(shown(flag.name)) for flag in flags)
    for flag in sorted(flags, key=lambda flag: flag.name):
        yield from _flag_help(flag, width, columns)


def _flag_help(flag: FlagDef, width: int, columns: int | None) -> Iterator[str]:
    yield from _definition(flag.name, flag.description, flag_suffix(flag), width, columns)
    indent = " " * (width + 4)
    if flag.choices:
        yield ""
        yield from (f"{indent}{line}" for line in _choices_help(flag.choices))
        yield ""


def _definition(
    name: str, description: str, suffix: str, width: int, columns: int | None
) -> Iterator[str]:
    """A name and what is said of it; further lines of the description have a blank one first."""
    first, *more = description.splitlines() or [""]
    about = " ".join(part for part in (shown(first), suffix) if part)
    indent = " " * (width + 4)
    room = None if columns is None else max(columns - len(indent), _NARROWEST)
    head, *rest = _wrapped(about, room)
    yield f"  {shown(name).ljust(width)}  {head}".rstrip()
    yield from (f"{indent}{line}" for line in rest)
    if more:
        yield ""
        for line in more:
            yield from (f"{indent}{part}".rstrip() for part in _wrapped(shown(line), room))


def _wrapped(text: str, room: int | None) -> list[str]:
    return [text] if room is None else wrap(text, room) or [""]


def flag_suffix(flag: FlagDef) -> str:
    """What is said of its default: `(default is 0.1)`; empty if nothing is."""
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
