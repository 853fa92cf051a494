"""Naming what is damaged in a Guild home, without changing anything."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.attributes import attr_names, read_attr
from guild.adapters.fsstore.layout import is_run
from guild.adapters.fsstore.locks import read_lock
from guild.adapters.fsstore.readrun import read_run
from guild.app.ports.run_contents import Damage
from guild.domain.errors import DamagedRun
from guild.domain.status import Liveness

__all__ = ["check_home"]

_KILLED = "left by a process that was killed"
_HARMLESS = "Harmless; it can be removed."
_AT_WORK_S = 3600


def check_home(home: str, liveness: Callable[[str], Liveness]) -> Iterator[Damage]:
    """Everything below the runs and the trash that is not as it should be."""
    for root in (layout.runs_dir(home), layout.trash_dir(home)):
        for name in _names(root):
            yield from _check_directory(f"{root}/{name}", liveness)
    trash = os.path.dirname(layout.trash_dir(home))
    for name in _names(trash):
        if name.startswith(layout.DOOMED):
            what = "left of a run that was being deleted"
            yield Damage(f"{trash}/{name}", what, "'guild runs purge' removes it.")
    for path in _temporary(f"{home}/cache"):
        yield Damage(path, _KILLED, _HARMLESS, severe=False)


def _temporary(directory: str) -> Iterator[str]:
    """What is not complete in a cache, other than what a process may be at work on.

    What was unpacked, below the directories of the cache's parts, is not looked into.
    """
    import time  # seldom checked

    earliest = time.time() - _AT_WORK_S
    for part in _names(directory):
        for name in _names(f"{directory}/{part}"):
            inside = [f"{name}/{inner}" for inner in _names(f"{directory}/{part}/{name}")]
            for path in (name, *inside):
                whole = f"{directory}/{part}/{path}"
                if path.endswith("~") and _changed(whole) < earliest:
                    yield whole


def _changed(path: str) -> float:
    """When it was changed; at the end of time if it is gone."""
    try:
        return os.lstat(path).st_mtime
    except OSError:
        return float("inf")


def _check_directory(path: str, liveness: Callable[[str], Liveness]) -> Iterator[Damage]:
    if not os.path.isdir(path):
        broken = os.path.islink(path)
        yield Damage(path, "broken link" if broken else "not a directory", "Remove it.")
    elif not is_run(path):
        if _owner(path, liveness) is Liveness.ALIVE:
            return  # it is being made
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
    owner = _owner(path, liveness)
    yield from _leftovers(path, liveness)
    if owner is Liveness.DEAD:
        what = "lock of a process that ended without a word"
        lock = layout.guild_path(path, layout.LOCK)
        yield Damage(lock, what, "Restart or delete the run.", severe=False)
    template = layout.guild_path(path, layout.PROTO)
    if owner is not Liveness.ALIVE and _has_guild(template):
        yield from _check_template(template, liveness)


def _check_template(path: str, liveness: Callable[[str], Liveness]) -> Iterator[Damage]:
    """What a kill left in what the trials of a batch are made of."""
    yield from _leftovers(path, liveness)
    if _owner(path, liveness) is Liveness.DEAD:
        lock = layout.guild_path(path, layout.LOCK)
        what = "lock of a process that ended while it made the batch"
        yield Damage(lock, what, "Restart or delete the run.", severe=False)


def _unreadable(path: str) -> list[str]:
    """Names of attributes that can't be read; an empty one if not even their names can."""
    found = []
    try:
        names = attr_names(path)
    except DamagedRun:
        return [""]
    for name in names:
        try:
            read_attr(path, name)
        except DamagedRun:
            found.append(name)
    return found


def _leftovers(path: str, liveness: Callable[[str], Liveness]) -> Iterator[Damage]:
    """Temporary files that nobody is going to rename or remove.

    While the run has an owner they are in use. Without one, an edit of the run may have made
    one just now, which is gone a moment later.
    """
    guild = f"{path}/{layout.GUILD}"
    found = [
        f"{directory}/{name}"
        for directory in (guild, f"{guild}/{layout.ATTRS}")
        for name in _names(directory)
        if name.endswith("~")
    ]
    # Copies of what the run depends on, until they are complete.
    found += [f"{guild}/{layout.INCOMING}/{name}" for name in _names(f"{guild}/{layout.INCOMING}")]
    if found and _owner(path, liveness) is not Liveness.ALIVE:
        for file in found:
            if os.path.lexists(file):
                yield Damage(file, _KILLED, _HARMLESS, severe=False)


def _owner(path: str, liveness: Callable[[str], Liveness]) -> Liveness:
    text = read_lock(path)
    return Liveness.NO_LOCK if text is None else liveness(text)


def _has_guild(path: str) -> bool:
    return os.path.isdir(f"{path}/{layout.GUILD}")


def _names(path: str) -> list[str]:
    try:
        return sorted(os.listdir(path))
    except OSError:
        return []
