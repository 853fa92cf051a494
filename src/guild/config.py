"""What the library works with: the Guild home, the current directory, the user's configuration.

What a `with` block sets holds for its thread or task. The home is set for the processes and the
threads that are started meanwhile as well, by the environment: of blocks in several threads they
have that of the one that was entered last.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Generic, TypeVar

from guild.adapters.fsstore.home import find_home, find_user_config
from guild.adapters.inprocess.nesting import Change, variable

__all__ = [
    "SetCwd",
    "SetGuildHome",
    "SetUserConfig",
    "cwd",
    "guild_home",
    "python_exe",
    "set_cwd",
    "set_guild_home",
    "user_config",
    "user_config_home",
    "user_config_path",
]

T = TypeVar("T")

_HOME = "GUILD_HOME"
_chosen_home: ContextVar[str | None] = ContextVar("guild_home", default=None)
_chosen_cwd: ContextVar[str | None] = ContextVar("guild_cwd", default=None)
_chosen_config: ContextVar[Mapping[str, object] | None] = ContextVar("user_config", default=None)
_lasting_home: Change[str | None] | None = None
_lasting_cwd: str | None = None


def guild_home() -> str:
    """The Guild home: the one set, else the one a `guild` command would find.

    Returns:
        An absolute path; the directory need not exist.
    """
    return _chosen_home.get() or find_home(os.environ, cwd(), _user_home(), warnings.warn)


def set_guild_home(path: str | os.PathLike[str] | None) -> None:
    """Set the Guild home of the process and of those that it starts; None unsets it.

    Where a `with` block has set another one, it holds until that ends, too.
    """
    global _lasting_home
    home = None if path is None else _absolute(path)
    if _lasting_home is not None:
        variable(_HOME).end(_lasting_home)
        _lasting_home = None
    if home is not None:
        _lasting_home = variable(_HOME).begin(home)
    if _chosen_home.get() is not None:
        _chosen_home.set(home)


def cwd() -> str:
    """The directory that counts as the current one: the one set, else that of the process.

    Returns:
        An absolute path.
    """
    return _chosen_cwd.get() or _lasting_cwd or os.getcwd()


def set_cwd(path: str | os.PathLike[str] | None) -> None:
    """Set what counts as the current directory from now on; None unsets it.

    The process's own current directory stays what it is.
    """
    global _lasting_cwd
    _lasting_cwd = None if path is None else _absolute(path)


def user_config() -> Mapping[str, object]:
    """The user's configuration by section: the one set, else what the file says.

    A file that can't be read is warned of, and counts as empty, as one that is missing does.
    """
    chosen = _chosen_config.get()
    if chosen is not None:
        return chosen
    path = find_user_config(os.environ, cwd(), _user_home())
    if path is None:
        return {}
    from guild.adapters.fsstore.userconfig import read_user_config  # few have one

    return read_user_config(path, warnings.warn)


def user_config_path() -> str:
    """Absolute path of the user's configuration; where it would be, if there is none."""
    found = find_user_config(os.environ, cwd(), _user_home())
    return found or os.path.join(user_config_home(), "config.yml")


def user_config_home() -> str:
    """Absolute path of the directory of the user's own configuration."""
    return os.path.join(_user_home(), ".guild")


def python_exe() -> str:
    """The interpreter that operations in Python are run with."""
    from guild.bootstrap import build

    return build(os.environ, warnings.warn, home=guild_home(), cwd=cwd()).settings.python_exe


class _Block(Generic[T]):
    """Sets something for a `with` block. One object may be entered many times."""

    def __init__(self, variable: ContextVar[T | None], value: T) -> None:
        self._variable = variable
        self._value = value
        self._tokens: ContextVar[tuple[Token[T | None], ...]] = ContextVar("tokens", default=())

    def _enter(self) -> None:
        token = self._variable.set(self._value)
        self._tokens.set((*self._tokens.get(), token))

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        *earlier, last = self._tokens.get()
        self._tokens.set(tuple(earlier))
        self._variable.reset(last)


class SetGuildHome(_Block[str]):
    """Sets the Guild home for a `with` block. One object may be entered many times."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = _absolute(path)
        super().__init__(_chosen_home, self.path)
        self._changes: ContextVar[tuple[Change[str | None], ...]] = ContextVar(
            "changes", default=()
        )

    def __enter__(self) -> SetGuildHome:
        self._enter()
        self._changes.set((*self._changes.get(), variable(_HOME).begin(self.path)))
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        *earlier, last = self._changes.get()
        self._changes.set(tuple(earlier))
        variable(_HOME).end(last)
        super().__exit__(_kind, _error, _traceback)


class SetCwd(_Block[str]):
    """Sets what counts as the current directory for a `with` block."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = _absolute(path)
        super().__init__(_chosen_cwd, self.path)

    def __enter__(self) -> SetCwd:
        self._enter()
        return self


class SetUserConfig(_Block[Mapping[str, object]]):
    """Has `user_config` give these sections for a `with` block.

    Commands that are started meanwhile read the file.
    """

    def __init__(self, config: Mapping[str, object]) -> None:
        super().__init__(_chosen_config, config)

    def __enter__(self) -> SetUserConfig:
        self._enter()
        return self


def _absolute(path: str | os.PathLike[str]) -> str:
    return os.path.normpath(os.path.join(cwd(), path))


def _user_home() -> str:
    return os.environ.get("HOME") or os.path.expanduser("~")
