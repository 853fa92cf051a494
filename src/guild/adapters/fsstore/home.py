"""Where runs are kept, unless the user names a place."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

__all__ = ["find_home", "find_user_config"]

_OLD_SCHEME = "pre-0.9"
"""Homes were in Python environments before 0.9, whether or not one was made there."""


def find_home(
    env: Mapping[str, str],
    cwd: str,
    user_home: str,
    warn: Callable[[str], None],
) -> str:
    """The Guild home where none was named: absolute, and not necessarily there.

    `GUILD_HOME`; else, with the scheme `pre-0.9`, the `.guild` of the activated Python
    environment or of the user's home; else a `.guild` that is there in the activated
    environment; else the nearest `.guild` from `cwd` up to the user's home, passing over those
    of runs; else the one in the user's home.

    Source: reference "Command-line conventions", section "Guild home".
    """
    if env.get("GUILD_HOME"):
        return os.path.abspath(os.path.join(cwd, env["GUILD_HOME"]))
    scheme = env.get("GUILD_HOME_SCHEME") or _configured_scheme(env, cwd, user_home, warn)
    if scheme == _OLD_SCHEME:
        return f"{env.get('CONDA_PREFIX') or env.get('VIRTUAL_ENV') or user_home}/.guild"
    if scheme:
        warn(f"unsupported legacy scheme for 'guild-home': {scheme!r} - using default scheme")
    for variable in ("CONDA_PREFIX", "VIRTUAL_ENV"):
        if env.get(variable) and os.path.isdir(f"{env[variable]}/.guild"):
            return f"{env[variable]}/.guild"
    directory = cwd
    while True:
        if os.path.isdir(f"{directory}/.guild") and not os.path.exists(
            f"{directory}/.guild/opref"
        ):
            return f"{directory.rstrip('/')}/.guild"
        if directory in (user_home, "/", ""):
            return f"{user_home}/.guild"
        directory = os.path.dirname(directory)


def find_user_config(env: Mapping[str, str], cwd: str, user_home: str) -> str | None:
    """Absolute path of the user's configuration: the first file that is there; None without.

    Source: reference "Command-line conventions", section "User configuration".
    """
    told = env.get("GUILD_CONFIG")
    files = (f"{cwd}/guild-config.yml", f"{user_home}/.guild/config.yml")
    for path in (os.path.join(cwd, os.path.expanduser(told)),) if told else files:
        if os.path.exists(path):
            return path
    return None


def _configured_scheme(
    env: Mapping[str, str], cwd: str, user_home: str, warn: Callable[[str], None]
) -> object:
    """What the user's configuration says of where homes are."""
    path = find_user_config(env, cwd, user_home)
    if path is None:
        return None
    from guild.adapters.fsstore.userconfig import read_user_config  # few have one

    legacy = read_user_config(path, warn).get("legacy")
    return legacy.get("guild-home") if isinstance(legacy, Mapping) else None
