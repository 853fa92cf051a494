"""Run ids and how short forms of them are understood."""

from __future__ import annotations

from collections.abc import Iterable

from guild.domain.errors import AmbiguousRun, GuildError, NoSuchRun

__all__ = ["RunId", "checked_run_id", "match_prefix", "short_id"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NewType

    RunId = NewType("RunId", str)
else:
    RunId = str
"""Name of a run directory: 32 hexadecimal digits unless the user chose another."""

_SHORT = 8


def short_id(run_id: str) -> str:
    """The first eight characters, which name a run well enough for people."""
    return run_id[:_SHORT]


def checked_run_id(text: str) -> RunId:
    """An id a user chose.

    Raises:
        GuildError: If the text can't be the name of one directory.
    """
    if not text or text in (".", "..") or "/" in text or not text.isprintable():
        raise GuildError(f"invalid run id {text!r}: an id is the name of a directory")
    return RunId(text)


def match_prefix(prefix: str, ids: Iterable[RunId]) -> RunId:
    """The one id that starts with `prefix`; an id that equals it wins over longer ones.

    Raises:
        NoSuchRun: If none does.
        AmbiguousRun: If several do; it lists their short forms.
    """
    matches = [run_id for run_id in ids if run_id.startswith(prefix)] if prefix else []
    if prefix in matches:
        return RunId(prefix)
    if not matches:
        raise NoSuchRun(prefix)
    if len(matches) > 1:
        raise AmbiguousRun(prefix, [short_id(run_id) for run_id in sorted(matches)])
    return matches[0]
