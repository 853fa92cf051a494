"""Archives, unpacked where nothing of them can get out."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from guild.adapters.sources.places import ResourceCache, doing, new_name, remove_tree
from guild.domain.errors import GuildError

if TYPE_CHECKING:
    import tarfile
    import zipfile

__all__ = ["CachedArchives"]

_CHUNK = 1 << 20
_DEFLATE_RATIO = 1100
"""Deflate makes at most 1032 bytes of one: who makes more has the same bytes in many entries."""
_LEAST = 1 << 30
"""Bytes that any tar archive may hold: there are compressions with greater ratios."""
_SPARE = 64 << 20
_LONG_HEADERS = (b"x", b"g", b"X", b"L", b"K")
"""Types of tar members that are headers of others: of PAX, and of GNU for long names."""
_ZSTD = b"\x28\xb5\x2f\xfd"
"""What files begin with that are compressed with zstd."""
_MOST_ENTRIES = 2_000_000
_MOST_LEVELS = 200
"""Directories in one another: what is unpacked must be removed by recursion."""
_MOST_HEADER = 1 << 20
"""Bytes of a tar header that holds long names: it is read into memory."""


class CachedArchives:
    """See `Archives`.

    What is unpacked is in a directory for the archive as it is now. An archive that changes
    later gets another one, so that runs which have links to the first keep what they had.

    Attributes:
        cache: Where that is.
    """

    def __init__(self, cache: ResourceCache) -> None:
        self.cache = cache

    def unpack(self, path: str, kind: str, begin: Callable[[], None]) -> str:
        """See `Archives.unpack`."""
        with doing(f"read {path}"):
            found = os.stat(path)
        version = f"{found.st_size:x}-{found.st_mtime_ns:x}-{kind}"
        parent = self._parent(path)
        target = f"{parent}/unpacked-{version}"
        if os.path.isdir(target):
            return target
        begin()
        with doing(f"unpack {path}"):
            os.makedirs(parent, exist_ok=True)
            made = new_name(target)
            os.mkdir(made)
            try:
                _unpack(path, kind, made)
                _check_links(path, made)
                try:
                    os.rename(made, target)
                except OSError:
                    if not os.path.isdir(target):  # another process was faster
                        raise
            finally:
                remove_tree(made)
        return target

    def _parent(self, path: str) -> str:
        own = f"{self.cache.home}/cache/resources/"
        # What was downloaded has a directory already.
        return os.path.dirname(path) if path.startswith(own) else self.cache.of_file(path)


def _unpack(path: str, kind: str, directory: str) -> None:
    import lzma
    import tarfile
    import zipfile
    import zlib

    try:
        match kind:
            case "zip":
                _unpack_zip(path, directory)
            case "tar":
                _unpack_tar(path, directory)
            case _:
                _unpack_gzip(path, directory)
    except (
        tarfile.TarError,
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        NotImplementedError,
        RuntimeError,  # of zipfile, for what needs a password
        ValueError,
    ) as error:
        raise GuildError(f"cannot unpack {path}: {str(error) or type(error).__name__}") from error
    except OSError as error:
        if error.errno is None:  # of gzip and bz2, for what is none
            raise GuildError(f"cannot unpack {path}: {error}") from error
        raise


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Unpacker:
    """Writes what is in an archive, and refuses what would be elsewhere."""

    def __init__(self, path: str, directory: str, limit: int) -> None:
        self._path = path
        self._root = directory
        self._left = limit
        self._entries = 0

    def place(self, name: str) -> str | None:
        """The path of an entry, whose directory is made; None for the top itself."""
        self._entries += 1
        if self._entries > _MOST_ENTRIES:
            raise GuildError(f"cannot unpack {self._path}: it has too many entries")
        parts = self._parts(name)
        if not parts:
            return None
        path = self._root
        for part in parts[:-1]:
            path = f"{path}/{part}"
            self._make_dir(path, name)
        return f"{path}/{parts[-1]}"

    def directory(self, name: str) -> None:
        path = self.place(name)
        if path is not None:
            self._make_dir(path, name)

    def file(self, name: str, data: _Readable, mode: int) -> None:
        path = self.place(name)
        if path is None:
            raise self.refused(name, "has no name")
        self._clear(path)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
        with os.fdopen(os.open(path, flags, 0o600), "wb") as copy:
            while chunk := data.read(_CHUNK):
                self._left -= len(chunk)
                if self._left < 0:
                    raise GuildError(
                        f"cannot unpack {self._path}: what is in it is too large",
                        "It would take more room than there is, or than it can take if it is"
                        " what it seems to be.",
                    )
                copy.write(chunk)
            os.fchmod(copy.fileno(), mode & 0o777 | 0o600)

    def link(self, name: str, text: str) -> None:
        path = self.place(name)
        if path is None or not text or text.startswith("/") or "\0" in text:
            raise self.refused(name, f"is a link to '{text}', which is outside of it")
        parent = os.path.dirname(path)[len(self._root) :].strip("/")
        leads_to = os.path.normpath(os.path.join(parent, text))
        if leads_to == ".." or leads_to.startswith("../"):
            raise self.refused(name, f"is a link to '{text}', which is outside of it")
        self._clear(path)
        os.symlink(text, path)

    def hard_link(self, name: str, other: str) -> None:
        path, known = self.place(name), self._root
        for part in self._parts(other):
            known = f"{known}/{part}"
            if os.path.islink(known):
                raise self.refused(name, f"is a link to '{other}' through another link")
        if path is None or not os.path.isfile(known):
            raise self.refused(name, f"is a link to '{other}', which is not in it")
        if path != known:
            self._clear(path)
            os.link(known, path)

    def refused(self, name: str, why: str) -> GuildError:
        return GuildError(f"cannot unpack {self._path}: entry '{name}' {why}")

    def _parts(self, name: str) -> list[str]:
        if name.startswith("/") or "\0" in name or ".." in name.split("/"):
            raise self.refused(name, "leads out of it")
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if len(parts) > _MOST_LEVELS:
            raise self.refused(f"{name[:100]}...", "is nested too deeply")
        return parts

    def _make_dir(self, path: str, name: str) -> None:
        try:
            os.mkdir(path)
        except FileExistsError:
            if os.path.islink(path):
                raise self.refused(name, "is behind a link") from None
            if not os.path.isdir(path):
                raise self.refused(name, "is in what is no directory") from None

    def _clear(self, path: str) -> None:
        """Make room for a later entry of the same name."""
        if os.path.lexists(path):
            remove_tree(path)


def _unpack_zip(path: str, directory: str) -> None:
    import zipfile

    unpacker = _Unpacker(path, directory, _limit(path, directory, _DEFLATE_RATIO))
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            _unpack_zip_entry(archive, info, unpacker)


def _unpack_zip_entry(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, unpacker: _Unpacker
) -> None:
    name, mode = info.filename, info.external_attr >> 16
    if info.is_dir():
        unpacker.directory(name)
        return
    with archive.open(info) as data:
        if stat.S_ISLNK(mode):
            unpacker.link(name, os.fsdecode(data.read(4096)))
        elif stat.S_IFMT(mode) in (0, stat.S_IFREG):
            unpacker.file(name, data, mode or 0o644)
        else:
            raise unpacker.refused(name, "is a device or a pipe")


def _unpack_tar(path: str, directory: str) -> None:
    import tarfile

    class Member(tarfile.TarInfo):
        """A member whose header is of reasonable size."""

        def _proc_member(self, archive: tarfile.TarFile) -> object:
            if self.size > _MOST_HEADER and self.type in _LONG_HEADERS:
                raise ValueError("a header in it is too large")
            return super()._proc_member(archive)  # type: ignore[misc]  # made to be overridden

    limit = _limit(path, directory, _DEFLATE_RATIO, _LEAST)
    unpacker = _Unpacker(path, directory, limit)
    try:
        # What fails later has its own words.
        opened = tarfile.open(path, "r:*", tarinfo=Member)  # noqa: SIM115
    except tarfile.ReadError as error:
        raise GuildError(f"cannot unpack {path}: {_why_no_tar(path)}") from error
    with opened as archive:
        for member in archive:
            _unpack_tar_member(archive, member, unpacker)


def _why_no_tar(path: str) -> str:
    with open(path, "rb") as file:
        begin = file.read(len(_ZSTD))
    if begin == _ZSTD:
        return "it is compressed with zstd, which is not supported"
    return "it is damaged, or no tar archive" if begin else "it is empty"


def _unpack_tar_member(
    archive: tarfile.TarFile, member: tarfile.TarInfo, unpacker: _Unpacker
) -> None:
    if member.isdir():
        unpacker.directory(member.name)
    elif member.issym():
        unpacker.link(member.name, member.linkname)
    elif member.islnk():
        unpacker.hard_link(member.name, member.linkname)
    elif member.isreg():
        data = archive.extractfile(member)
        assert data is not None  # it is a file
        with data:
            unpacker.file(member.name, data, member.mode)
    else:
        raise unpacker.refused(member.name, "is a device or a pipe")


def _unpack_gzip(path: str, directory: str) -> None:
    import gzip

    name = os.path.basename(path)
    name = name[:-3] if name.lower().endswith(".gz") and len(name) > 3 else f"{name}.unpacked"
    unpacker = _Unpacker(path, directory, _limit(path, directory, _DEFLATE_RATIO))
    with gzip.open(path) as data:
        unpacker.file(name, data, stat.S_IMODE(os.stat(path).st_mode))


def _limit(path: str, directory: str, ratio: int, least: int = _CHUNK) -> int:
    """How many bytes can be in an archive at most."""
    disk = os.statvfs(directory)
    room = max(disk.f_bavail * disk.f_frsize - _SPARE, 0)
    return min(room, max(os.path.getsize(path) * ratio, least))


def _check_links(path: str, directory: str) -> None:
    """Refuse links that lead out only together with others."""
    root = os.path.realpath(directory)
    for parent, directories, files in os.walk(directory):
        for name in (*directories, *files):
            link = f"{parent}/{name}"
            if os.path.islink(link):
                leads_to = os.path.realpath(link)
                if leads_to != root and not leads_to.startswith(f"{root}/"):
                    inside = link[len(directory) + 1 :]
                    raise GuildError(
                        f"cannot unpack {path}: entry '{inside}' is a link that leads out of it"
                    )
