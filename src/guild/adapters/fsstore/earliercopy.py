"""What a run has of source code from an earlier copy."""

from __future__ import annotations

import os
from collections.abc import Iterable

from guild.adapters.fsstore.atomic import storing
from guild.adapters.fsstore.digests import sha1
from guild.adapters.fsstore.layout import GUILD, MANIFEST, guild_path
from guild.adapters.fsstore.regular import read_regular
from guild.adapters.fsstore.sourcewalk import open_source
from guild.domain.errors import DamagedRun
from guild.domain.manifest import ManifestEntry, is_safe_run_path, parse_manifest

__all__ = ["read_manifest", "remove_stale", "source_entries"]

_OLD_SOURCE = f"{GUILD}/sourcecode"
_CHUNK = 1 << 16
_MAX_BYTES = 64 << 20


def read_manifest(run_dir: str) -> list[ManifestEntry | DamagedRun]:
    """The entries of a run's manifest, and what is wrong with others; empty if it has none."""
    try:
        data = read_regular(guild_path(run_dir, MANIFEST), _MAX_BYTES + 1, follow=False)
    except FileNotFoundError:
        return []
    except OSError as error:
        return [DamagedRun(f"cannot read the manifest of {run_dir}: {error.strerror}")]
    if len(data) > _MAX_BYTES:
        return [DamagedRun(f"cannot read the manifest of {run_dir}: it is too large")]
    return parse_manifest(data.decode("utf-8", "surrogateescape"))


def source_entries(run_dir: str) -> list[ManifestEntry]:
    """Source files of a run; of older runs, which list none, what is in their directory."""
    entries = []
    for entry in read_manifest(run_dir):
        if isinstance(entry, DamagedRun):
            raise entry
        if entry.kind == "s":
            if not is_safe_run_path(entry.run_path):
                raise DamagedRun(f"{entry.run_path!r} in the manifest of {run_dir} is unsafe")
            entries.append(entry)
    return entries or list(_old_entries(f"{run_dir}/{_OLD_SOURCE}"))


def _old_entries(directory: str) -> Iterable[ManifestEntry]:
    for parent, _, names in os.walk(directory):
        for name in names:
            path = f"{parent}/{name}"[len(directory) + 1 :]
            yield ManifestEntry("s", f"{_OLD_SOURCE}/{path}", "-", path)


def remove_stale(run_dir: str, before: Iterable[ManifestEntry], copied: set[str]) -> None:
    """Remove copied files that are not copied any more, unless the run has changed them."""
    for entry in before:
        if entry.kind != "s" or entry.run_path in copied or not is_safe_run_path(entry.run_path):
            continue
        if _sha1_within(run_dir, entry.run_path) == entry.sha1:
            with storing("remove"):
                os.unlink(f"{run_dir}/{entry.run_path}")
            _remove_empty_dirs(run_dir, entry.run_path)


def _sha1_within(run_dir: str, run_path: str) -> str | None:
    """SHA-1 of a file in a run directory; None if it is gone, a link, or behind one."""
    path = os.path.realpath(f"{run_dir}/{run_path}")
    if path != os.path.normpath(f"{os.path.realpath(run_dir)}/{run_path}"):
        return None
    try:
        file = open_source(path)
    except OSError:
        return None
    digest = sha1()
    try:
        while data := os.read(file, _CHUNK):
            digest.update(data)
    except OSError:
        return None
    finally:
        os.close(file)
    return digest.hexdigest()


def _remove_empty_dirs(run_dir: str, run_path: str) -> None:
    """Remove the directories above a file that was removed, as far as they are empty."""
    parent = run_path.rpartition("/")[0]
    while parent:
        try:
            os.rmdir(f"{run_dir}/{parent}")
        except OSError:
            return
        parent = parent.rpartition("/")[0]
