"""The files of run directories."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.atomic import storing
from guild.app.ports.run_contents import Damage, FileKind, RunEntry
from guild.domain.errors import GuildError
from guild.domain.run import Run
from guild.domain.status import Liveness

__all__ = ["DirectoryRunContents"]

_KINDS = {"s": FileKind.SOURCE, "d": FileKind.DEPENDENCY, "i": FileKind.INTERNAL}
_OLD_SOURCE = f"{layout.GUILD}/sourcecode"


class DirectoryRunContents:
    """See `RunContents`.

    Attributes:
        liveness: What the text of a lock says about its process now.
    """

    def __init__(self, liveness: Callable[[str], Liveness]) -> None:
        self.liveness = liveness

    def entries(self, run: Run, *, follow_links: bool = False) -> Iterator[RunEntry]:
        """See `RunContents.entries`."""
        kinds = _manifest_kinds(run.path)
        yield from _walk(run.path, kinds, follow_links, {os.path.realpath(run.path)})

    def source_dir(self, run: Run) -> str:
        """See `RunContents.source_dir`."""
        old = f"{run.path}/{_OLD_SOURCE}"
        return old if os.path.isdir(old) else run.path

    def path(self, run: Run, relative: str, *, source: bool = False) -> str:
        """See `RunContents.path`."""
        root = self.source_dir(run) if source else run.path
        path = os.path.normpath(os.path.join(root, relative))
        if path != root and not path.startswith(f"{root}/"):
            raise GuildError(f"{relative} is outside of the run directory")
        if not os.path.exists(path):
            raise GuildError(f"{path} does not exist")
        return path

    def check(self, home: str) -> Iterator[Damage]:
        """See `RunContents.check`."""
        from guild.adapters.fsstore.check import check_home

        return check_home(home, self.liveness)


def _walk(
    root: str, kinds: dict[str, FileKind], follow: bool, seen: set[str]
) -> Iterator[RunEntry]:
    """What is below a directory, each directory before what is in it, however deep that is."""
    # With each list the kind of what the manifest does not list.
    below = [(_listed(f"{root}/"), "", FileKind.GENERATED)]
    while below:
        entries, prefix, unlisted = below[-1]
        entry = next(entries, None)
        if entry is None:
            below.pop()
            continue
        path = f"{prefix}{entry.name}"
        is_dir = entry.is_dir()
        kind = _kind(path, kinds, unlisted)
        yield RunEntry(path, is_dir, kind)
        if is_dir and _enters(entry, follow, seen):
            # Of a directory that the run depends on, the manifest lists no more than itself.
            within = kind if kind is FileKind.DEPENDENCY else unlisted
            below.append((_listed(f"{root}/{path}"), f"{path}/", within))


def _listed(directory: str) -> Iterator[os.DirEntry[str]]:
    with storing("read"), os.scandir(directory) as scan:
        return iter(sorted(scan, key=lambda entry: entry.name))


def _enters(entry: os.DirEntry[str], follow: bool, seen: set[str]) -> bool:
    """Whether to list what is in a directory: behind links on request, and each only once."""
    if not entry.is_symlink():
        return True
    if not follow:
        return False
    target = os.path.realpath(entry.path)
    if target in seen:
        return False
    seen.add(target)
    return True


def _kind(path: str, kinds: dict[str, FileKind], unlisted: FileKind) -> FileKind:
    if path == layout.GUILD or path.startswith(f"{layout.GUILD}/"):
        old = path.startswith(f"{_OLD_SOURCE}/")
        return FileKind.SOURCE if old else FileKind.GUILD
    return kinds.get(path, unlisted)


def _manifest_kinds(run_dir: str) -> dict[str, FileKind]:
    """Kind of each path that the run's manifest lists; what can't be read is passed over."""
    from guild.adapters.fsstore.earliercopy import read_manifest
    from guild.domain.manifest import ManifestEntry

    entries = (entry for entry in read_manifest(run_dir) if isinstance(entry, ManifestEntry))
    return {entry.run_path: _KINDS.get(entry.kind, FileKind.INTERNAL) for entry in entries}
