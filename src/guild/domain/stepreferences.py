"""References of steps to flags of their pipeline: `${NAME}`.

Source: reference 21-pipelines, section 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from guild.domain.flags import FlagValue
from guild.domain.flagtext import parse_assignments

__all__ = ["REFERENCE", "parse_step_flags", "references"]

REFERENCE = r"\$\{([^}]*)\}"

# YAML would take the braces for a map; it takes these for a part of a word.
_OPEN, _CLOSE = "\ue000", "\ue001"


def parse_step_flags(
    args: Iterable[str], types: Mapping[str, str | None] = MappingProxyType({})
) -> dict[str, FlagValue]:
    """Values of `NAME=TEXT` arguments, with references in them: see `parse_assignments`.

    Args:
        args: The arguments.
        types: Types of flags by name, as far as they are known.
    """
    marked = [re.sub(REFERENCE, rf"{_OPEN}\1{_CLOSE}", arg) for arg in args]
    found = parse_assignments(marked, types)
    return {_written(name): _as_written(value) for name, value in found.items()}


def _as_written(value: FlagValue) -> FlagValue:
    if isinstance(value, list):
        return [_as_written(each) for each in value]
    if isinstance(value, dict):
        return {_written(str(key)): _as_written(each) for key, each in value.items()}
    return _written(value) if isinstance(value, str) else value


def _written(text: str) -> str:
    return re.sub(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}", r"${\1}", text)


def references(value: FlagValue) -> Iterator[str]:
    """Names that a value, or what is in it, refers to."""
    if isinstance(value, str):
        yield from re.findall(REFERENCE, value)
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from references(each)
