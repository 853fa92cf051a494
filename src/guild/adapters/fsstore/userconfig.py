"""The user's configuration of all projects."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from guild.adapters.fsstore.attributes import parse
from guild.adapters.fsstore.regular import read_regular

__all__ = ["read_user_config"]

_MAX_BYTES = 1 << 20


def read_user_config(path: str, warn: Callable[[str], None]) -> Mapping[str, object]:
    """Sections of a configuration file by name.

    Args:
        path: An absolute path.
        warn: Is told, in a sentence, of a file that can't be read; it counts as empty then.

    Source: reference "Command-line conventions", section "User configuration".
    """
    try:
        text = read_regular(path, _MAX_BYTES).decode("utf-8")
    except OSError as error:
        warn(f"cannot read user config in {path}: {error.strerror}")
        return {}
    except ValueError:
        warn(f"cannot read user config in {path}: it is not UTF-8 text")
        return {}
    try:
        config = parse(text)
    except ValueError as error:
        warn(f"error loading user config in {path}: {error}")
        return {}
    if isinstance(config, Mapping):
        return config
    if config is not None:
        warn(f"error loading user config in {path}: expected sections by name")
    return {}
