"""Deleting runs, and getting them back."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.atomic import make_dirs, storing
from guild.adapters.fsstore.treeremoval import remove_tree
from guild.domain.errors import StoreError
from guild.domain.run import Run

__all__ = ["move_to_trash", "remove_for_good", "remove_leftovers", "restore"]


def move_to_trash(home: str, runs: Iterable[Run], warn: Callable[[str], None]) -> list[Run]:
    """Move runs to the trash; a run of the same id that is there gets another name.

    Returns:
        Those that this call moved: not what was gone.
    """
    trash = layout.trash_dir(home)
    make_dirs(trash)
    with storing("delete"):
        return [run for run in runs if _delete(run, f"{trash}/{run.id}", warn)]


def restore(home: str, runs: Iterable[Run], warn: Callable[[str], None]) -> list[Run]:
    """Move runs of the trash back.

    Returns:
        Those that this call moved: not what is back already, or gone.
    """
    directory = layout.runs_dir(home)
    make_dirs(directory)
    with storing("restore"):
        return [run for run in runs if _restore(run, f"{directory}/{run.id}", warn)]


def remove_for_good(home: str, runs: Iterable[Run]) -> list[Run]:
    """Remove runs: first the name of each goes, at once, then its files.

    A crash in between leaves a directory in the trash that is no run to any listing, and that
    `remove_leftovers` removes.

    Returns:
        Those that this call removed: not what was gone.
    """
    trash = os.path.dirname(layout.trash_dir(home))
    make_dirs(trash)
    return [run for run in runs if _remove(run, trash)]


def remove_leftovers(home: str, warn: Callable[[str], None]) -> None:
    """Remove what is left of runs whose removal was cut short.

    What another process removes at this moment is removed with it. What can't be removed is
    told, and stays.
    """
    trash = os.path.dirname(layout.trash_dir(home))
    try:
        names = os.listdir(trash)
    except OSError:
        return
    for name in names:
        if name.startswith(layout.DOOMED):
            try:
                remove_tree(f"{trash}/{name}")
            except StoreError as error:
                warn(error.on_one_line)


def _delete(run: Run, target: str, warn: Callable[[str], None]) -> bool:
    """Move a run to the trash.

    It gets a name of its own first where its name is taken: of several that delete it, only
    the one that moved it goes on to change names in the trash.
    """
    try:
        return _move(run.path, target)
    except FileExistsError:
        claimed = _other_name(target)
        if not _move(run.path, claimed):
            return False
    aside = _other_name(target)
    warn(f"{target} exists, moving to {aside}")
    _rename(target, aside)
    try:
        _move(claimed, target)
    except FileExistsError:
        warn(f"{target} exists, the run is in {claimed}")
    return True


def _restore(run: Run, target: str, warn: Callable[[str], None]) -> bool:
    try:
        # An empty directory, which a rename would replace, may be a run in the making.
        if os.access(target, os.F_OK) and os.path.isdir(target) and not os.path.islink(target):
            raise FileExistsError
        return _move(run.path, target)
    except FileExistsError:
        warn(f"{run.id} is already restored, skipping")
        return False


def _remove(run: Run, trash: str) -> bool:
    doomed = f"{trash}/{layout.DOOMED}{run.id[:50]}-{os.urandom(4).hex()}"
    with storing("delete"):
        if not _rename(run.path, doomed):
            return False
    remove_tree(doomed)
    return True


def _other_name(path: str) -> str:
    return f"{path}_{os.urandom(4).hex()}"


def _move(source: str, target: str) -> bool:
    """Move a directory, or a link, which leads where it led; False if it was gone.

    Raises:
        FileExistsError: If there is something else at the target.
    """
    try:
        if stat.S_ISLNK(os.lstat(source).st_mode):
            return _move_link(source, target)
        os.rename(source, target)
        return True
    except FileNotFoundError:
        return False
    except OSError as error:
        import errno

        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target) from error
        raise


def _move_link(source: str, target: str) -> bool:
    """Make the new link before the old one goes, so that a crash loses neither.

    The old one gets a name of its own first: of several that move it, one does. An equal link at
    the target is as good as a new one: it is left of such a crash.
    """
    claimed = _other_name(source)
    if not _rename(source, claimed):
        return False
    was = os.readlink(claimed)
    text = _seen_from(target, source, was)
    try:
        os.symlink(text, target)
    except FileExistsError:
        if not os.path.islink(target) or os.readlink(target) != text:
            os.symlink(was, source)
            os.unlink(claimed)
            raise
    os.unlink(claimed)
    return True


def _seen_from(target: str, source: str, text: str) -> str:
    """What a link at `target` must say to lead where one at `source` that says `text` leads."""
    if os.path.isabs(text):
        return text
    directory, name = os.path.split(os.path.join(os.path.dirname(source), text))
    leads_to = os.path.join(os.path.realpath(directory), name)
    return os.path.relpath(leads_to, os.path.realpath(os.path.dirname(target)))


def _rename(source: str, target: str) -> bool:
    try:
        os.rename(source, target)
    except FileNotFoundError:
        return False
    return True
