"""Texts that have a form of their own: commands, destinations of flags, versions."""

from __future__ import annotations

import re
from collections.abc import Callable

from guild.adapters.guildfile.misfit import Misfit
from guild.domain.errors import GuildError
from guild.domain.words import split_words

__all__ = [
    "FLAG_DESTS",
    "NAMED_DESTS",
    "any_text",
    "command_text",
    "flags_dest",
    "python_versions",
    "unknown_dest",
]

FLAG_DESTS = ("globals", "args", "args:click", "args:typer", "args:absl", "none")
"""Where programs take flags from, beside those with a name."""

NAMED_DESTS = {"global": "a name", "dict": "a name", "namespace": "a name", "config": "a file"}
"""Those with a name after a colon, and what the name is of."""

_ONE_VERSION = r"[0-9]+(\.[0-9]+)*"


def any_text(value: object) -> str:
    """A text.

    Raises:
        Misfit: If it is none; likewise for all here.
    """
    if not isinstance(value, str):
        raise Misfit("a string", value)
    return value


def command_text(what: str) -> Callable[[object], str]:
    """A check for texts with words like in a shell, of which the first is what is named."""

    def check(value: object) -> str:
        written = any_text(value)
        try:
            words = split_words(written.replace("\\${", "${"))
        except GuildError as error:
            why = error.message.rpartition(": ")[2]
            raise Misfit(f"words with closed quotes ({why})", value) from error
        if not written.strip() or not words or not words[0]:
            raise Misfit(what, value)
        return written

    return check


def flags_dest(value: object) -> str:
    """Where a program takes flags from; one that is not known is no mistake."""
    kind, colon, name = any_text(value).partition(":")
    if colon and kind in NAMED_DESTS and not name.strip():
        raise Misfit(f"{NAMED_DESTS[kind]} after '{kind}:'", value)
    return any_text(value)


def unknown_dest(dest: str) -> str:
    """What is odd in a destination of flags: a sentence with the nearest that is known, or ''."""
    from guild.adapters.guildfile.marked import nearest, shown

    kind, colon, name = dest.partition(":")
    if not dest or dest in FLAG_DESTS or (colon and kind in NAMED_DESTS) or "{{" in dest:
        return ""
    hint = nearest(dest, (*FLAG_DESTS, *(f"{known}:{name}" for known in NAMED_DESTS)))
    meaning = "assuming 'args'" if kind == "args" else "the program gets no flags"
    return f"unknown flags-dest {shown(dest)}, {meaning}{hint}"


def python_versions(value: object) -> str:
    """Versions of the interpreter; what has references to parameters is not looked at."""
    if isinstance(value, float):
        raise Misfit("a string: put it in quotes", value)
    written = any_text(value)
    if "{{" in written or re.fullmatch(_ONE_VERSION, written.strip()):
        return written
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # slow, and few files say it

    try:
        SpecifierSet(written)
    except InvalidSpecifier:
        raise Misfit("versions like '>=3.11' or '3.12'", value) from None
    return written
