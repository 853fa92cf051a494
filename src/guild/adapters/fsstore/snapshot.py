"""Copies of source code in run directories."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.atomic import storing, write_text
from guild.adapters.fsstore.digests import md5, sha1
from guild.adapters.fsstore.sourcewalk import FoundFile, find_source, open_source
from guild.domain.errors import DamagedRun, GuildError
from guild.domain.operation import SourceSpec
from guild.domain.run import Run
from guild.domain.sourcecode import (
    ManifestEntry,
    SourceLimits,
    format_manifest,
    is_safe_run_path,
    parse_manifest,
)

if TYPE_CHECKING:
    from guild.domain.leftout import SourceLimitReached

__all__ = ["DirectorySourceCopies"]

_MANIFEST = "manifest"
_OLD_SOURCE = f"{layout.GUILD}/sourcecode"
_CHUNK = 1 << 16
"""Bytes per read: more would be mapped memory, whose making costs more than small reads."""


class DirectorySourceCopies:
    """See `SourceCopies`.

    Attributes:
        exclude: Absolute directories that are never source code: the Guild home.
        limits: Of the default rules outside version control.
    """

    def __init__(self, exclude: tuple[str, ...] = (), limits: SourceLimits | None = None) -> None:
        self.exclude = exclude
        self.limits = limits or SourceLimits()

    def take(
        self, source: SourceSpec, run: Run, notify: Callable[[SourceLimitReached], None]
    ) -> str | None:
        """See `SourceCopies.take`.

        Source files of an earlier copy that are gone from the project are removed if they
        are as they were copied. Dependencies stay as they are.
        """
        dest = _checked_dest(source.dest)
        found = find_source(source.root, (*self.exclude, run.path), self.limits)
        before = [entry for entry in _manifest(run.path) if isinstance(entry, ManifestEntry)]
        copies = _Copies(run.path, {entry.run_path for entry in before if entry.kind != "s"})
        for file, run_path in sorted(
            ((file, f"{dest}{file.path}") for file in found.files), key=lambda pair: pair[1]
        ):
            copies.add(file, run_path)
        _remove_stale(run.path, before, {file.run_path for file in copies.files})
        _write_manifest(run.path, copies.files, before)
        unreadable = (*found.unreadable, *copies.unreadable)
        if found.too_big or found.not_copied or unreadable:
            from guild.domain.leftout import SourceLimitReached

            notify(
                SourceLimitReached(
                    too_big=tuple(found.too_big),
                    not_copied=found.not_copied,
                    max_files=self.limits.max_files,
                    max_size=self.limits.max_size,
                    unreadable=unreadable,
                )
            )
        return copies.digest()

    def copy_from(self, other: Run, run: Run) -> None:
        """See `SourceCopies.copy_from`. Files that are gone from the other run are left out.

        Raises:
            DamagedRun: If the other run's manifest is damaged, or names files outside of it.
        """
        entries = _source_entries(other.path)
        copies = _Copies(run.path, ())
        for entry in sorted(entries, key=lambda entry: entry.run_path):
            origin = f"{other.path}/{entry.run_path}"
            try:
                found = os.stat(origin)
            except OSError:
                continue
            if stat.S_ISREG(found.st_mode):
                file = FoundFile(entry.source, origin, stat.S_IMODE(found.st_mode))
                copies.add(file, entry.run_path)
        if copies.unreadable:
            raise DamagedRun(f"cannot read {other.path}/{copies.unreadable[0]}")
        _write_manifest(run.path, copies.files, ())


class _Copies:
    """Copies files into a run directory, in the order of their run paths.

    The files are written in place, not renamed into it: hundreds of them would cost twice as
    much, and nobody takes a run's source for complete before its manifest lists it. Only a
    file that is there already, from an earlier start, is replaced in one step.

    Attributes:
        files: What was copied.
        unreadable: Project paths of what could not be read.
    """

    def __init__(self, run_dir: str, taken: Collection[str]) -> None:
        self.files: list[ManifestEntry] = []
        self.unreadable: list[str] = []
        self._run_dir = run_dir
        self._taken = taken
        self._dirs: dict[str, bool] = {"": True}
        self._md5 = md5()

    def digest(self) -> str | None:
        """MD5 over path, NUL, bytes, NUL of each file; None if there is none."""
        return self._md5.hexdigest() if self.files else None

    def add(self, file: FoundFile, run_path: str) -> None:
        """Copy a file, unless a dependency has its place or it is gone."""
        if run_path in self._taken or not self._has_dir(run_path.rpartition("/")[0]):
            return
        try:
            origin = open_source(file.origin)
        except FileNotFoundError:
            return
        except OSError:
            self.unreadable.append(file.path)
            return
        try:
            try:
                data = os.read(origin, _CHUNK)
            except OSError:
                self.unreadable.append(file.path)
                return
            self._md5.update(run_path.encode("utf-8", "surrogateescape") + b"\0")
            with storing("copy source code to"):
                sha1 = self._written(origin, data, f"{self._run_dir}/{run_path}", file.mode)
            self._md5.update(b"\0")
        finally:
            os.close(origin)
        self.files.append(ManifestEntry("s", run_path, sha1, file.path))

    def _written(self, origin: int, data: bytes, target: str, mode: int) -> str:
        """Write `data`, and what follows it in `origin`; returns the SHA-1 of all of it."""
        digest = sha1()
        copy, written = _open_target(target, (mode | stat.S_IRUSR) & 0o777)
        try:
            try:
                while data:
                    digest.update(data)
                    self._md5.update(data)
                    _write_all(copy, data)
                    # A short read of a file is its end.
                    data = os.read(origin, _CHUNK) if len(data) == _CHUNK else b""
            finally:
                os.close(copy)
            if written != target:
                os.rename(written, target)
        except BaseException:
            os.unlink(written)
            raise
        return digest.hexdigest()

    def _has_dir(self, path: str) -> bool:
        """Make a directory where missing; False if a dependency has its place."""
        known = self._dirs.get(path)
        if known is None:
            known = self._has_dir(path.rpartition("/")[0]) and self._made(path)
            self._dirs[path] = known
        return known

    def _made(self, path: str) -> bool:
        if path in self._taken:
            return False
        full = f"{self._run_dir}/{path}"
        with storing("copy source code to"):
            try:
                os.mkdir(full)
            except FileExistsError:
                mode = os.lstat(full).st_mode
                # Through a link files outside of the run would be written.
                if stat.S_ISLNK(mode):
                    return False
                if not stat.S_ISDIR(mode):
                    raise NotADirectoryError(
                        errno.ENOTDIR, os.strerror(errno.ENOTDIR), full
                    ) from None
        return True


def _open_target(target: str, mode: int) -> tuple[int, str]:
    """Open a file for writing; returns its path, another one if the target exists."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        return os.open(target, flags, mode), target
    except FileExistsError:
        temporary = f"{target}.{os.urandom(4).hex()}~"
        return os.open(temporary, flags, mode), temporary


def _write_all(file: int, data: bytes) -> None:
    written = os.write(file, data)
    while written < len(data):
        written += os.write(file, memoryview(data)[written:])


def _checked_dest(dest: str) -> str:
    """The prefix of run paths for a destination: empty, or with a final `/`."""
    parts = [part for part in dest.split("/") if part not in ("", ".")]
    if not parts and not dest.startswith("/"):
        return ""
    if not is_safe_run_path(dest):
        raise GuildError(f"invalid destination of source code {dest!r}: not in the run directory")
    return "/".join(parts) + "/"


def _manifest(run_dir: str) -> list[ManifestEntry | DamagedRun]:
    try:
        with open(layout.guild_path(run_dir, _MANIFEST), "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return []
    except OSError as error:
        return [DamagedRun(f"cannot read the manifest of {run_dir}: {error.strerror}")]
    return parse_manifest(data.decode("utf-8", "surrogateescape"))


def _write_manifest(
    run_dir: str, files: Iterable[ManifestEntry], before: Iterable[ManifestEntry]
) -> None:
    others = [entry for entry in before if entry.kind != "s"]
    write_text(layout.guild_path(run_dir, _MANIFEST), format_manifest([*files, *others]))


def _source_entries(run_dir: str) -> list[ManifestEntry]:
    """Source files of a run; of older runs, which list none, what is in their directory."""
    entries = []
    for entry in _manifest(run_dir):
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


def _remove_stale(run_dir: str, before: Iterable[ManifestEntry], copied: set[str]) -> None:
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
