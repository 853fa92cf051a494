"""Which Guild home the library works with.

The home is an absolute path, so it stays the same when the current directory changes.
"""

from __future__ import annotations

import os
import warnings
from contextvars import ContextVar, Token
from types import TracebackType

from guild.adapters.fsstore.home import find_home

__all__ = ["SetGuildHome", "guild_home", "set_guild_home"]

_chosen: ContextVar[str | None] = ContextVar("guild_home", default=None)


def guild_home() -> str:
    """The Guild home: the one set, else the one a `guild` command would find.

    Returns:
        An absolute path; the directory need not exist.
    """
    chosen = _chosen.get()
    if chosen is not None:
        return chosen
    return find_home(os.environ, os.getcwd(), os.path.expanduser("~"), warnings.warn)


def set_guild_home(path: str | os.PathLike[str]) -> None:
    """Set the Guild home for what follows in this thread or task."""
    _chosen.set(os.path.abspath(path))


class SetGuildHome:
    """Sets the Guild home for a `with` block. One object may be entered many times."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.path.abspath(path)
        self._tokens: ContextVar[tuple[Token[str | None], ...]] = ContextVar("tokens", default=())

    def __enter__(self) -> SetGuildHome:
        self._tokens.set((*self._tokens.get(), _chosen.set(self.path)))
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        *earlier, last = self._tokens.get()
        self._tokens.set(tuple(earlier))
        _chosen.reset(last)
