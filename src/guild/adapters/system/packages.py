"""Installed Python packages, as `pip freeze` lists them.

Read from the directories themselves: a process of pip costs half a second, and even importing
`importlib.metadata` more than this.
"""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Iterable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["frozen_packages"]

_METADATA = {".dist-info": "METADATA", ".egg-info": "PKG-INFO"}
_HEAD = 1024
_FAILURES = (errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM)
_NAME = re.compile(rb"^Name:[ \t]*(\S+)", re.MULTILINE | re.IGNORECASE)
_VERSION = re.compile(rb"^Version:[ \t]*(\S+)", re.MULTILINE | re.IGNORECASE)
_SEPARATORS = re.compile(r"[-_.]+")


def frozen_packages(
    paths: Iterable[str], *, python: tuple[int, int] = sys.version_info[:2]
) -> list[str]:
    """The lines of `pip freeze` for packages in these directories, by name.

    A package that is in several directories counts in the first. Packages installed from a
    directory for editing take two lines, the first a comment; their commit and their remote, which
    only git knows, are left out.

    Args:
        paths: Directories to look in; those that are none are passed over.
        python: Version of Python, on which it depends what is part of the installer itself.
    """
    omitted = {"pip"} if python >= (3, 12) else {"pip", "setuptools", "distribute", "wheel"}
    found: dict[str, tuple[str, list[str]]] = {}
    for directory in paths:
        for entry in _metadata_dirs(directory or "."):
            name, version = _name_and_version(entry)
            key = _SEPARATORS.sub("-", name).lower()
            if name and key not in found and key not in omitted:
                found[key] = (name, _lines(entry, name, version))
    by_name = sorted(found.values(), key=lambda item: item[0].lower())
    return [line for _, lines in by_name for line in lines]


def _metadata_dirs(directory: str) -> list[str]:
    try:
        names = os.listdir(directory)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []
    # Directories whose name starts with ~ are left by an interrupted installation.
    return sorted(
        f"{directory}/{name}"
        for name in names
        if name.endswith((".dist-info", ".egg-info")) and name[0] not in "~."
    )


def _name_and_version(entry: str) -> tuple[str, str]:
    """Name and version of a package; from the directory's name, what its metadata lacks.

    The directory's name alone is not enough: it has lost the case and the separators.
    """
    stem, kind = os.path.splitext(os.path.basename(entry))
    name, _, version = stem.partition("-")
    # Of old packages the entry is itself a file.
    head = _read(f"{entry}/{_METADATA[kind]}", _HEAD) or _read(entry, _HEAD)
    told_name, told_version = _NAME.search(head), _VERSION.search(head)
    return (
        told_name[1].decode(errors="replace") if told_name else name,
        told_version[1].decode(errors="replace") if told_version else version.partition("-")[0],
    )


def _lines(entry: str, name: str, version: str) -> list[str]:
    pinned = [f"{name}=={version}" if version else name]
    origin = _read(f"{entry}/direct_url.json", 1 << 16) if entry.endswith(".dist-info") else b""
    if not origin:
        return pinned
    # Few packages have an origin, and none of them may be.
    import json

    try:
        return _direct(json.loads(origin), name, version) or pinned
    except ValueError:
        return pinned


def _direct(origin: object, name: str, version: str) -> list[str]:
    """Lines for a package that was installed from a URL; none if the origin makes no sense.

    Source: PyPA specification "Recording the Direct URL Origin of installed distributions".
    """
    told = _table(origin)
    url = told.get("url")
    if not isinstance(url, str) or not url:
        return []
    if _table(told.get("dir_info")).get("editable") is True:
        path = _local_path(url)
        kind = "Git install" if _is_in_git(path) else "install with no version control"
        return [f"# Editable {kind} ({name}=={version})", f"-e {path}"]
    fragments = []
    if vcs := _table(told.get("vcs_info")):
        url = f"{vcs.get('vcs')}+{url}@{vcs.get('commit_id')}"
    if digest := _archive_hash(_table(told.get("archive_info"))):
        fragments.append(digest)
    if subdirectory := told.get("subdirectory"):
        fragments.append(f"subdirectory={subdirectory}")
    return [f"{name} @ {url}{'#' if fragments else ''}{'&'.join(fragments)}"]


def _archive_hash(archive: dict[str, object]) -> str:
    if isinstance(known := archive.get("hash"), str):
        return known
    for name, value in sorted(_table(archive.get("hashes")).items()):
        return f"{name}={value}"
    return ""


def _table(value: Any) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _local_path(url: str) -> str:
    if not url.startswith("file://"):
        return url
    from urllib.parse import unquote

    return unquote(url[len("file://") :].removeprefix("localhost"))


def _is_in_git(path: str) -> bool:
    while not os.path.exists(f"{path}/.git"):
        if not path.strip("/"):
            return False
        path = os.path.dirname(path)
    return True


def _read(path: str, size: int) -> bytes:
    """The start of a file; empty if there is none, or it is another's.

    Raises:
        OSError: If the system fails: what comes of that must not be kept as the list.
    """
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in _FAILURES:
            raise
        return b""
    try:
        return os.read(file, size)
    except IsADirectoryError:
        return b""
    finally:
        os.close(file)
