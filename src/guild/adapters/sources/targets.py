"""Places in run directories for what runs are given."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from guild.adapters.sources.copies import copy_tree
from guild.adapters.sources.files import file_digest
from guild.adapters.sources.places import doing, new_name, remove_tree
from guild.app.ports.sources import Placed
from guild.domain.errors import GuildError
from guild.domain.manifest import ManifestEntry, format_manifest, parse_manifest
from guild.domain.run import Run

__all__ = ["DirectoryRunTargets"]

_INCOMING = ".guild/incoming"
_MANIFEST = ".guild/manifest"


class DirectoryRunTargets:
    """See `RunTargets`. What is copied is below `.guild/incoming` until it is complete.

    Attributes:
        exclude: Absolute directories that are never copied: the Guild home.
    """

    def __init__(self, exclude: Sequence[str] = ()) -> None:
        self.exclude = tuple(exclude)

    def begin(self, run: Run) -> None:
        """See `RunTargets.begin`."""
        with doing(f"write to {run.path}"):
            remove_tree(f"{run.path}/{_INCOMING}")

    def place(self, run: Run, path: str, target: str, *, link: bool, replace: bool) -> Placed:
        """See `RunTargets.place`."""
        place = f"{run.path}/{target}"
        own = _relative(path, os.path.realpath(run.path))
        _make_parents(run.path, target)
        if os.path.lexists(place) and not replace:
            return Placed(target=place, exists=True, same=_is_same(path, place, link), source=own)
        incoming = f"{run.path}/{_INCOMING}"
        made = f"{incoming}/{os.urandom(4).hex()}"
        skipped: list[str] = []
        if link:
            with doing(f"link {place}"):
                os.makedirs(incoming, exist_ok=True)
                os.symlink(_relative(path, os.path.realpath(os.path.dirname(place))), made)
        else:
            with doing(f"copy {path}"):
                os.makedirs(incoming, exist_ok=True)
                exclude = [os.path.realpath(one) for one in (*self.exclude, run.path)]
                skipped = copy_tree(path, made, exclude)
        with doing(f"write {place}"):
            sha1 = file_digest(path, "sha1") if os.path.isfile(path) else "-"
            if os.path.lexists(place):
                # A directory can't be renamed over; what is replaced goes out of the way whole.
                os.rename(place, f"{made}~")
            os.rename(made, place)
            remove_tree(f"{made}~")
        return Placed(target=place, source=own, sha1=sha1, skipped=tuple(skipped))

    def is_gone(self, run: Run, uri: str) -> bool:
        """See `RunTargets.is_gone`."""
        with doing(f"read {run.path}/{_MANIFEST}"):
            given = [entry for entry in _manifest(f"{run.path}/{_MANIFEST}") if entry.kind == "d"]
        return any(
            entry.source == uri and not os.path.exists(f"{run.path}/{entry.run_path}")
            for entry in given
        )

    def record(self, run: Run, entries: Iterable[ManifestEntry]) -> None:
        """See `RunTargets.record`. Damaged lines of the manifest stay as they are not."""
        new = list(entries)
        path = f"{run.path}/{_MANIFEST}"
        replaced = {entry.run_path for entry in new}
        with doing(f"write {path}"):
            before = [
                entry
                for entry in _manifest(path)
                if entry.kind == "s" or entry.run_path not in replaced
            ]
            text = format_manifest([*before, *new])
            temporary = new_name(path)
            try:
                with open(temporary, "xb") as file:
                    file.write(text.encode("utf-8", "surrogateescape"))
                os.rename(temporary, path)
            except BaseException:
                remove_tree(temporary)
                raise


def _manifest(path: str) -> list[ManifestEntry]:
    try:
        with open(path, "rb") as file:
            text = file.read().decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return []
    return [entry for entry in parse_manifest(text) if isinstance(entry, ManifestEntry)]


def _is_same(path: str, place: str, link: bool) -> bool:
    """Whether a place has what it would be given: a file of the same content, or a link to it."""
    if link:
        return os.path.islink(place) and os.path.exists(place) and os.path.samefile(path, place)
    if os.path.islink(place) or not (os.path.isfile(path) and os.path.isfile(place)):
        return False
    from filecmp import cmp  # only what is there twice needs it

    with doing(f"read {place}"):
        return cmp(path, place, shallow=False)


def _relative(path: str, start: str) -> str:
    """The path relative to a real directory; a link that it ends in is not followed."""
    parent, _, name = path.rpartition("/")
    return os.path.relpath(f"{os.path.realpath(parent or '/')}/{name}", start)


def _make_parents(run_dir: str, target: str) -> None:
    """Make the directories above a place. Through a link other files would be changed."""
    path = run_dir
    for part in target.split("/")[:-1]:
        path = f"{path}/{part}"
        with doing(f"write to {path}"):
            try:
                os.mkdir(path)
            except FileExistsError:
                if os.path.islink(path) or not os.path.isdir(path):
                    what = "a link" if os.path.islink(path) else "no directory"
                    raise GuildError(f"cannot write to {path}: it is {what}") from None
