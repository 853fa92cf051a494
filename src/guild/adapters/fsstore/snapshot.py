"""Copies of source code in run directories."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Collection, Iterable

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.atomic import storing, write_text
from guild.adapters.fsstore.digests import NoDigest, md5, sha1
from guild.adapters.fsstore.sourcewalk import FoundFile, FoundSource, find_source, open_source
from guild.domain.errors import DamagedRun, GuildError
from guild.domain.manifest import (
    ManifestEntry,
    format_manifest,
    is_safe_run_path,
)
from guild.domain.operation import SourceSpec
from guild.domain.run import Run
from guild.domain.sourcecode import (
    SourceLimits,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.domain.leftout import SourceLimitReached
    from guild.domain.sourcepreview import SourcePreview

__all__ = ["DirectorySourceCopies"]

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
        found = find_source(source, (*self.exclude, run.path), self.limits)
        before = _earlier(run.path)
        taken = {entry.run_path for entry in before if entry.kind != "s"}
        copies = _Copies(run.path, taken, digest=source.digest)
        for file, run_path in sorted(
            ((file, f"{dest}{file.path}") for file in found.files), key=lambda pair: pair[1]
        ):
            copies.add(file, run_path)
        if before:
            from guild.adapters.fsstore.earliercopy import remove_stale

            remove_stale(run.path, before, {file.run_path for file in copies.files})
        _write_manifest(run.path, copies.files, before)
        left_out = self._left_out(found, (*found.unreadable, *copies.unreadable))
        if left_out:
            notify(left_out)
        return copies.digest()

    def preview(self, source: SourceSpec) -> SourcePreview:
        """See `SourcePreviews.preview`."""
        from guild.domain.sourcepreview import SourcePreview, SourceReason

        _checked_dest(source.dest)
        found = find_source(source, self.exclude, self.limits, tell_reasons=True)
        reasons = {
            path: SourceReason(rule=rule, note=note)
            for path, (rule, note) in (found.reasons or {}).items()
        }
        selected = {file.path: None for file in found.files}
        return SourcePreview(
            rules=found.rules,
            selected=tuple(selected),
            skipped=tuple(sorted(reasons.keys() - selected, key=_by_directory)),
            left_out=self._left_out(found, tuple(found.unreadable)),
            reasons=reasons,
        )

    def _left_out(
        self, found: FoundSource, unreadable: tuple[str, ...]
    ) -> SourceLimitReached | None:
        """What the user should know that is missing, if anything."""
        if not (found.too_big or found.not_copied or unreadable):
            return None
        from guild.domain.leftout import SourceLimitReached

        return SourceLimitReached(
            too_big=tuple(found.too_big),
            not_copied=found.not_copied,
            max_files=self.limits.max_files,
            max_size=self.limits.max_size,
            unreadable=unreadable,
        )

    def copy_from(self, other: Run, run: Run) -> None:
        """See `SourceCopies.copy_from`. Files that are gone from the other run are left out.

        Raises:
            DamagedRun: If the other run's manifest is damaged, or names files outside of it.
        """
        from guild.adapters.fsstore.earliercopy import source_entries

        entries = source_entries(other.path)
        copies = _Copies(run.path, ())
        leads_out = _leads_out_of(other.path)
        for entry in sorted(entries, key=lambda entry: entry.run_path):
            origin = f"{other.path}/{entry.run_path}"
            try:
                found = os.stat(origin)
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                raise DamagedRun(f"cannot read {origin}: {error.strerror}") from error
            if leads_out(origin):
                raise DamagedRun(f"{origin} leads out of the run")
            if stat.S_ISREG(found.st_mode):
                file = FoundFile(entry.source, origin, stat.S_IMODE(found.st_mode))
                copies.add(file, entry.run_path)
        if copies.unreadable:
            raise DamagedRun(f"cannot read {other.path}/{copies.unreadable[0]}")
        _write_manifest(run.path, copies.files, ())


def _leads_out_of(directory: str) -> Callable[[str], bool]:
    """Tells whether a path in a directory is, by links, elsewhere."""
    root = os.path.realpath(directory)
    parents: dict[str, str] = {}

    def leads_out(path: str) -> bool:
        if os.path.islink(path):
            real = os.path.realpath(path)
        else:
            parent = os.path.dirname(path)
            real = parents.get(parent) or os.path.realpath(parent)
            parents[parent] = real
        return real != root and not real.startswith(f"{root}/")

    return leads_out


def _by_directory(path: str) -> tuple[list[str], bool, str]:
    """Orders paths as a walk comes to them, the directories in a directory first."""
    parent, _, name = path.rstrip("/").rpartition("/")
    return parent.split("/") if parent else [], not path.endswith("/"), name


class _Copies:
    """Copies files into a run directory, in the order of their run paths.

    The files are written in place, not renamed into it: hundreds of them would cost twice as
    much, and nobody takes a run's source for complete before its manifest lists it. Only a
    file that is there already, from an earlier start, is replaced in one step.

    Args:
        run_dir: Where to.
        taken: Run paths that others have.
        digest: Whether a digest of all files is wanted.

    Attributes:
        files: What was copied.
        unreadable: Project paths of what could not be read.
    """

    def __init__(self, run_dir: str, taken: Collection[str], *, digest: bool = True) -> None:
        self.files: list[ManifestEntry] = []
        self.unreadable: list[str] = []
        self._run_dir = run_dir
        self._taken = taken
        self._dirs: dict[str, bool] = {"": True}
        self._md5 = md5() if digest else NoDigest()

    def digest(self) -> str | None:
        """MD5 over path, NUL, bytes, NUL of each file; None without files, or if not wanted."""
        return (self._md5.hexdigest() or None) if self.files else None

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
        missing = []
        while (known := self._dirs.get(path)) is None:
            missing.append(path)
            path = path.rpartition("/")[0]
        for path in reversed(missing):
            known = self._dirs[path] = known and self._made(path)
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


def _earlier(run_dir: str) -> list[ManifestEntry]:
    """What the run was given before; of a damaged manifest, what can be read."""
    if not os.path.lexists(layout.guild_path(run_dir, layout.MANIFEST)):
        return []
    from guild.adapters.fsstore.earliercopy import read_manifest

    return [entry for entry in read_manifest(run_dir) if isinstance(entry, ManifestEntry)]


def _write_manifest(
    run_dir: str, files: Iterable[ManifestEntry], before: Iterable[ManifestEntry]
) -> None:
    others = [entry for entry in before if entry.kind != "s"]
    write_text(layout.guild_path(run_dir, layout.MANIFEST), format_manifest([*files, *others]))
