"""Deleting runs, and getting them back."""

from __future__ import annotations

import os
from collections.abc import Callable

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.atomic import make_dirs, storing
from guild.domain.run import Run

__all__ = ["move_to_trash", "remove_for_good", "restore"]


def move_to_trash(home: str, run: Run, warn: Callable[[str], None]) -> bool:
    """Move a run to the trash; a run of the same id that is there gets another name.

    Returns:
        Whether this call moved it: False if it was gone.
    """
    trash = layout.trash_dir(home)
    make_dirs(trash)
    target = f"{trash}/{run.id}"
    if os.path.lexists(target):
        aside = f"{target}_{os.urandom(4).hex()}"
        warn(f"{target} exists, moving to {aside}")
        with storing("delete"):
            os.rename(target, aside)
    return _move(run.path, target, "delete")


def restore(home: str, run: Run, warn: Callable[[str], None]) -> bool:
    """Move a run of the trash back.

    Returns:
        Whether this call moved it: False if it is back already, or gone.
    """
    runs = layout.runs_dir(home)
    make_dirs(runs)
    if os.path.lexists(f"{runs}/{run.id}"):
        warn(f"{run.id} is already restored, skipping")
        return False
    return _move(run.path, f"{runs}/{run.id}", "restore")


def remove_for_good(home: str, run: Run) -> bool:
    """Remove a run: first its name goes, at once, then its files.

    A crash in between leaves a directory in the trash that is no run to any listing.

    Returns:
        Whether this call removed it: False if it was gone.
    """
    trash = os.path.dirname(layout.trash_dir(home))
    make_dirs(trash)
    doomed = f"{trash}/deleting-{run.id}-{os.urandom(4).hex()}"
    if not _move(run.path, doomed, "delete"):
        return False
    _remove_tree(doomed)
    return True


def _move(source: str, target: str, verb: str) -> bool:
    with storing(verb):
        try:
            os.rename(source, target)
        except FileNotFoundError:
            return False
    return True


def _remove_tree(path: str) -> None:
    """Remove files and directories below a path; a link is removed, not what it leads to."""
    if os.path.islink(path):
        with storing("delete"):
            os.unlink(path)
        return
    import shutil  # only deleting for good needs it

    with storing("delete"):
        shutil.rmtree(path)
