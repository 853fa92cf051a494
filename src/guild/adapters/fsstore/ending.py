"""How a run ended, written in an order that outlasts a power cut."""

from __future__ import annotations

import os
from collections.abc import Callable

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.atomic import remove, sync, write_text
from guild.domain.errors import StoreError
from guild.domain.yamltext import dump

__all__ = ["remove_end", "write_end"]

_IDENTITY = ("id", "flags")
"""Attributes that an ended run must have; its operation reference is the third of these."""


def write_end(run_dir: str, *, stopped: int, exit_status: int) -> None:
    """Write how a run ended. It counts as ended from the moment it has an exit status.

    Before that it has everything else for good: its reference, id and flags, when it stopped, and
    the names of these files and of the directories they are in. A step that fails doesn't keep
    the others from being tried: that the run ended is worth more than what is missing then.

    Raises:
        StoreError: What failed first.
    """
    guild = f"{run_dir}/{layout.GUILD}"
    attrs = f"{guild}/{layout.ATTRS}"
    known = [layout.guild_path(run_dir, layout.OPREF)]
    known += [layout.attr_path(run_dir, name) for name in _IDENTITY]
    failures: list[StoreError] = []
    for path in known:
        _try(failures, sync, path)
    _try(failures, _write, run_dir, "stopped", stopped)
    for directory in (attrs, guild, run_dir, os.path.dirname(run_dir)):
        _try(failures, sync, directory)
    _try(failures, _write, run_dir, "exit_status", exit_status)
    _try(failures, sync, attrs)
    if failures:
        raise failures[0]


def remove_end(run_dir: str) -> None:
    """Take back how a run ended, before anything else of it changes.

    Raises:
        StoreError: If that fails.
    """
    path = layout.attr_path(run_dir, "exit_status")
    ended = os.path.lexists(path)
    remove(path)
    remove(layout.attr_path(run_dir, "stopped"))
    if ended:
        sync(os.path.dirname(path))


def _write(run_dir: str, name: str, value: int) -> None:
    write_text(layout.attr_path(run_dir, name), dump(value), lasting=True)


def _try(failures: list[StoreError], action: Callable[..., None], *about: object) -> None:
    try:
        action(*about)
    except StoreError as error:
        failures.append(error)
