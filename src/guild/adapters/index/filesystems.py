"""Whether a directory is where other computers may work on the same files.

SQLite's log needs memory that all who use the database share, so they must be on one computer.
"""

from __future__ import annotations

import os

__all__ = ["shared_kind", "shared_kind_of"]

_MOUNTS = "/proc/self/mountinfo"
_SHARED = frozenset((
    "9p", "afs", "beegfs", "ceph", "cifs", "coda", "fakeowner", "gfs2", "gpfs", "lustre",
    "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "panfs", "prl_fs", "pvfs2", "smb3", "smbfs",
    "vboxsf", "virtiofs", "vmhgfs", "wekafs",
))  # fmt: skip
_SHARED_FUSE = frozenset((
    "ceph", "cvmfs2", "gcsfuse", "glusterfs", "grpcfuse", "juicefs", "moosefs", "osxfs",
    "rclone", "s3fs", "sshfs", "vmhgfs-fuse",
))  # fmt: skip


def shared_kind(directory: str) -> str | None:
    """The kind of file system of a directory, if other computers may use it, too.

    It is told by Linux only: elsewhere, and where it can't be known, it is None.
    """
    device = os.stat(directory).st_dev
    if os.major(device):
        return None  # a disk: only these have a number of their own
    try:
        with open(_MOUNTS, "rb", buffering=0) as file:
            mounts = file.read()
    except OSError:
        return None
    return shared_kind_of(device, mounts.decode("utf-8", "replace"))


def shared_kind_of(device: int, mounts: str) -> str | None:
    """The kind of a device in the text of `/proc/self/mountinfo`, as `shared_kind` gives it."""
    number = f"{os.major(device)}:{os.minor(device)}"
    if f" {number} " not in mounts:
        return None
    for line in mounts.splitlines():
        fields, _, described = line.partition(" - ")
        if fields.split(" ")[2:3] == [number]:
            kind = described.partition(" ")[0]
            family, _, name = kind.partition(".")
            is_shared = kind in _SHARED or (family == "fuse" and name in _SHARED_FUSE)
            return kind if is_shared else None
    return None
