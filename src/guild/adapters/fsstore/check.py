"""Naming what is damaged in a Guild home, without changing anything."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.attributes import attr_names, read_attr
from guild.adapters.fsstore.layout import is_run
from guild.adapters.fsstore.readrun import read_run
from guild.app.ports.run_contents import Damage
from guild.domain.errors import DamagedRun
from guild.domain.status import Liveness

__all__ = ["check_home"]


def check_home(home: str, liveness: Callable[[str], Liveness]) -> Iterator[Damage]:
    """Everything below the runs and the trash that is not as it should be."""
    for root in (layout.runs_dir(home), layout.trash_dir(home)):
        for name in _names(root):
            yield from _check_directory(f"{root}/{name}", liveness)
    trash = os.path.dirname(layout.trash_dir(home))
    for name in _names(trash):
        if name.startswith("deleting-"):
            yield Damage(f"{trash}/{name}", "left of a run that was being deleted", "Remove it.")


def _check_directory(path: str, liveness: Callable[[str], Liveness]) -> Iterator[Damage]:
    if not os.path.isdir(path):
        broken = os.path.islink(path)
        yield Damage(path, "broken link" if broken else "not a directory", "Remove it.")
    elif not is_run(path):
        what = "run that was never finished being made" if _has_guild(path) else "not a run"
        yield Damage(path, what, "Remove it if it holds nothing of yours.")
    else:
        yield from _check_run(path, liveness)


def _check_run(path: str, liveness: Callable[[str], Liveness]) -> Iterator[Damage]:
    known = _unreadable(path)
    for name in known:
        yield Damage(layout.attr_path(path, name), "unreadable attribute", "Mend or remove it.")
    run = read_run(path, liveness)
    for name in run.damage:
        if name not in known:
            where = (
                layout.guild_path(path, name)
                if name == layout.OPREF or "/" in name
                else layout.attr_path(path, name)
            )
            yield Damage(where, "not what it should be", "Mend or remove it.")
    for directory in (f"{path}/{layout.GUILD}", f"{path}/{layout.GUILD}/{layout.ATTRS}"):
        for name in _names(directory):
            if name.endswith("~"):
                yield Damage(f"{directory}/{name}", "left of an interrupted write", "Remove it.")
    if _lock_is_dead(path, liveness):
        what = "lock of a process that ended without a word"
        lock = layout.guild_path(path, layout.LOCK)
        yield Damage(lock, what, "Restart or delete the run.", severe=False)


def _unreadable(path: str) -> list[str]:
    found = []
    for name in attr_names(path):
        try:
            read_attr(path, name)
        except DamagedRun:
            found.append(name)
    return found


def _lock_is_dead(path: str, liveness: Callable[[str], Liveness]) -> bool:
    from guild.adapters.fsstore.locks import read_lock

    text = read_lock(path)
    return text is not None and liveness(text) is Liveness.DEAD


def _has_guild(path: str) -> bool:
    return os.path.isdir(f"{path}/{layout.GUILD}")


def _names(path: str) -> list[str]:
    try:
        return sorted(os.listdir(path))
    except OSError:
        return []
