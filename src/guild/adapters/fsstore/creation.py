"""The directory of a new run: made whole, or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.atomic import make_dirs, remove, storing
from guild.adapters.fsstore.layout import is_run
from guild.adapters.fsstore.locks import DirectoryRunLocks
from guild.domain.draft import Mark
from guild.domain.errors import GuildError, RunExists, RunIsRunning
from guild.domain.run import Run

__all__ = ["new_run_dir"]

_UNFINISHED = frozenset((layout.ATTRS, layout.LOCK, *(mark.value for mark in Mark)))


@contextmanager
def new_run_dir(run: Run, locks: DirectoryRunLocks, *, given: bool) -> Iterator[None]:
    """Have the run's directory, owned by this process, for the time it takes to make the run.

    If that fails, what was made of the directory is removed, and what was there is given up.

    Args:
        run: The run to be, by its id and path.
        locks: Where the run gets its owner.
        given: Whether the user chose the directory, which may hold anything but a run then.

    Raises:
        RunExists: If there is such a run, or another process makes one now.
        GuildError: If there is something else in its place.
    """
    made = _made(run, given)
    try:
        make_dirs(layout.guild_path(run.path, layout.ATTRS))
        locks.claim(run)
    except RunIsRunning:
        raise RunExists(run.id) from None
    except BaseException:
        _remove_empty(run, made)  # another may make the run in it by now
        raise
    try:
        if is_run(run.path):  # another made it between the look at it and the claim
            made = None
            raise RunExists(run.id)
        if not made:
            _clear(run.path)
        yield
    except BaseException:
        _remove(made)  # with the lock: nobody else can have begun to make the run in it
        locks.release(run)
        raise


def _made(run: Run, given: bool) -> str | None:
    """Make the run's directory, if it is not there; what is to be removed to unmake it."""
    if is_run(run.path):
        raise RunExists(run.id)
    make_dirs(os.path.dirname(run.path), lasting=True)
    with storing("create"):
        try:
            os.mkdir(run.path)
            return run.path
        except FileExistsError:
            pass
    guild = f"{run.path}/{layout.GUILD}"
    if not given and not _is_unfinished(run.path):
        if is_run(run.path):
            raise RunExists(run.id)
        raise GuildError(
            f"{run.path} exists and is not a run", "Remove it or choose another run id."
        )
    return guild if given and not os.path.lexists(guild) else None


def _is_unfinished(path: str) -> bool:
    """Whether a directory has nothing but what making a run leaves when it is killed."""
    if os.path.islink(path):
        return False
    try:
        if not set(os.listdir(path)) <= {layout.GUILD}:
            return False
        names = os.listdir(f"{path}/{layout.GUILD}")
    except FileNotFoundError:
        return os.path.isdir(path)
    except OSError:
        return False
    return all(name in _UNFINISHED or name.endswith("~") for name in names)


def _clear(path: str) -> None:
    """Remove attributes that an earlier attempt wrote."""
    attrs = layout.guild_path(path, layout.ATTRS)
    with storing("read"):
        names = os.listdir(attrs)
    for name in names:
        remove(f"{attrs}/{name}")


def _remove_empty(run: Run, made: str | None) -> None:
    """Remove the directories that were made, as long as nothing is in them."""
    guild = f"{run.path}/{layout.GUILD}"
    if made is not None:
        for path in dict.fromkeys((f"{guild}/{layout.ATTRS}", guild, made)):
            try:
                os.rmdir(path)
            except OSError:
                return


def _remove(path: str | None) -> None:
    """Remove what was made, as far as that works: the failure that led here is to be told."""
    if path is not None:
        from guild.adapters.fsstore.treeremoval import remove_tree  # a creation fails rarely

        doomed = f"{path}.{os.urandom(4).hex()}~"
        try:
            os.rename(path, doomed)
            remove_tree(doomed)
        except (OSError, GuildError):
            pass
