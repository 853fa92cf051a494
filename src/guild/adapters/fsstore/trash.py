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

    The run gets a name of its own first where its name is taken: of several that delete it,
    only the one that moved it goes on to change names in the trash.

    Returns:
        Whether this call moved it: False if it was gone.
    """
    trash = layout.trash_dir(home)
    make_dirs(trash)
    target = f"{trash}/{run.id}"
    with storing("delete"):
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


def restore(home: str, run: Run, warn: Callable[[str], None]) -> bool:
    """Move a run of the trash back.

    Returns:
        Whether this call moved it: False if it is back already, or gone.
    """
    runs = layout.runs_dir(home)
    make_dirs(runs)
    target = f"{runs}/{run.id}"
    with storing("restore"):
        try:
            # An empty directory, which a rename would replace, may be a run in the making.
            if os.path.isdir(target) and not os.path.islink(target):
                raise FileExistsError
            return _move(run.path, target)
        except FileExistsError:
            warn(f"{run.id} is already restored, skipping")
            return False


def remove_for_good(home: str, run: Run) -> bool:
    """Remove a run: first its name goes, at once, then its files.

    A crash in between leaves a directory in the trash that is no run to any listing.

    Returns:
        Whether this call removed it: False if it was gone.
    """
    trash = os.path.dirname(layout.trash_dir(home))
    make_dirs(trash)
    doomed = f"{trash}/deleting-{run.id}-{os.urandom(4).hex()}"
    with storing("delete"):
        if not _rename(run.path, doomed):
            return False
    _remove_tree(doomed)
    return True


def _other_name(path: str) -> str:
    return f"{path}_{os.urandom(4).hex()}"


def _move(source: str, target: str) -> bool:
    """Move a directory, or a link, which leads where it led; False if it was gone.

    Raises:
        FileExistsError: If there is something else at the target.
    """
    if os.path.islink(source):
        return _move_link(source, target)
    try:
        return _rename(source, target)
    except OSError as error:
        import errno

        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target) from error
        raise


def _move_link(source: str, target: str) -> bool:
    """Make the new link before the old one goes, so that a crash loses neither.

    An equal link at the target is as good as a new one: it is left of such a crash, or made by
    another that moves this run now.
    """
    try:
        text = _seen_from(target, source, os.readlink(source))
    except FileNotFoundError:
        return False
    try:
        os.symlink(text, target)
    except FileExistsError:
        if not os.path.islink(target) or os.readlink(target) != text:
            raise
    try:
        os.unlink(source)
    except FileNotFoundError:
        return False
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


def _remove_tree(path: str) -> None:
    """Remove files and directories below a path; a link is removed, not what it leads to."""
    if os.path.islink(path):
        with storing("delete"):
            os.unlink(path)
        return
    import shutil  # only deleting for good needs it

    with storing("delete"):
        shutil.rmtree(path)
