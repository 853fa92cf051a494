"""Loading the libraries that optimizers are made of, and keeping them quiet."""

from __future__ import annotations

import warnings
from typing import Any

from guild.domain.errors import GuildError

__all__ = ["load", "quiet"]


def quiet() -> warnings.catch_warnings[None]:
    """Keeps warnings of libraries, about which users can do nothing, from being shown."""
    return warnings.catch_warnings(action="ignore")


def load(module: str, *, optimizer: str, library: str, install: str) -> Any:
    """A library's module.

    Args:
        module: Its name.
        optimizer: What needs it, for messages.
        library: What people call it.
        install: What to give to pip to have it.

    Raises:
        GuildError: If it is not installed or fails to load.
    """
    from importlib import import_module

    try:
        with quiet():
            return import_module(module)
    except ImportError as error:
        if isinstance(error, ModuleNotFoundError) and error.name == module:
            raise GuildError(
                f"optimizer '{optimizer}' needs {library}: install it with pip install {install}"
            ) from error
        raise GuildError(
            f"optimizer '{optimizer}' needs {library}, which fails to load: {error}",
            f"Try to install it anew with pip install {install}",
        ) from error
