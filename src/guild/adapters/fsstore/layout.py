"""Names of files in a Guild home and in a run directory.

The layout is a public contract that users and other programs rely on: `docs/run-directory.md`
describes it.
"""

from __future__ import annotations

import os

__all__ = [
    "ATTRS",
    "DOOMED",
    "GUILD",
    "INCOMING",
    "LOCK",
    "MANIFEST",
    "OPREF",
    "PROTO",
    "REMOTE_LOCK",
    "attr_path",
    "guild_path",
    "is_run",
    "runs_dir",
    "trash_dir",
]

GUILD = ".guild"
ATTRS = "attrs"
OPREF = "opref"
PROTO = "proto"
LOCK = "LOCK"
REMOTE_LOCK = "LOCK.remote"
MANIFEST = "manifest"
INCOMING = "incoming"
DOOMED = "deleting-"
"""Begins the names of runs that are being removed for good, beside the runs of the trash."""


def runs_dir(home: str) -> str:
    """Where runs are."""
    return f"{home}/runs"


def trash_dir(home: str) -> str:
    """Where deleted runs are."""
    return f"{home}/trash/runs"


def guild_path(run_dir: str, name: str) -> str:
    """A file that belongs to the run but not to its script."""
    return f"{run_dir}/{GUILD}/{name}"


def attr_path(run_dir: str, name: str) -> str:
    """The file of an attribute."""
    return f"{run_dir}/{GUILD}/{ATTRS}/{name}"


def is_run(path: str) -> bool:
    """Whether a directory, or a link to one, holds a run.

    One that can't be looked into counts as a run: it is shown as damaged, not passed over.
    """
    opref = f"{path}/{GUILD}/{OPREF}"
    try:
        if os.access(opref, os.F_OK):  # of most it is, and quicker than all that `lstat` tells
            return True
        os.lstat(opref)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError as error:
        import errno

        return error.errno not in (errno.ELOOP, errno.ENAMETOOLONG)
    return True
