"""What was read of the scalars of a run, and from where reading can go on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType

from guild.domain.record import Record
from guild.domain.scalarsummary import ScalarSummary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

__all__ = ["EventFile", "FoundFile", "ScalarReading", "directory_of", "kept", "reading_order"]

FoundFile: TypeAlias = tuple[str, int, int, int]
"""A file of scalars as it is found: its `path`, `size`, `ino` and `mtime` as in `EventFile`."""


class EventFile(Record):
    """A file of scalars, as far as it was read.

    What tells whether it still is the file that was read: systems give the inode of a file that
    was removed to the next one that is made.

    Attributes:
        path: Relative to the run directory, with `/`.
        size: Size in bytes when it was read; where what is behind `offset` could not be read,
            that offset.
        ino: Its inode; 0 if nothing could be read, so that it is read anew next time.
        mtime: When it was written last, in nanoseconds since 1970.
        offset: What comes before was read, in bytes.
        tail: The last bytes of that, which are a checksum, in hex.
        kinds: Plugin names by tag: a tensor need tell its own in its first value only.
        damaged: Whether a checksum is wrong, or what it covers is no event, at `offset`. A file
            that ends within a record is not: it may be being written.
    """

    path: str
    size: int
    ino: int
    mtime: int = 0
    offset: int = 0
    tail: str = ""
    kinds: Mapping[str, str] = MappingProxyType({})
    damaged: bool = False


class ScalarReading(Record):
    """What was read of the scalars of a run.

    Attributes:
        files: Its files, in reading order.
        summaries: Its scalars, sorted by prefix and tag.
        linked: Whether links were followed: then it can change without any change in the
            directory of the run.
        is_whole: Whether all that was there was read. It is not if a file can't be read, or if
            that or the run went away or was replaced before it was.
    """

    files: tuple[EventFile, ...] = ()
    summaries: tuple[ScalarSummary, ...] = ()
    linked: bool = False
    is_whole: bool = True

    def is_like(self, other: ScalarReading) -> bool:
        """Whether the same was read, if not of the same that was there."""
        return self is other or (
            self.files == other.files
            and self.summaries == other.summaries
            and self.linked == other.linked
        )

    def is_of(self, found: Iterable[FoundFile]) -> bool:
        """Whether nothing changed, if these are the files now, in reading order."""
        files = [(file.path, file.size, file.ino, file.mtime) for file in self.files]
        return files == list(found)


def directory_of(path: str) -> str:
    """Directory of a file: the prefix of its scalars. Empty for the run directory."""
    return path.rpartition("/")[0]


def reading_order(path: str) -> tuple[str, str]:
    """A key to sort paths by: by directory, then by name, which begins with a time."""
    directory, _, name = path.rpartition("/")
    return directory, name


def kept(before: ScalarReading, found: Sequence[FoundFile]) -> ScalarReading:
    """What still holds of a reading, and can be gone on with.

    That is what was read of a directory where nothing happened but that its last file grew, or
    new ones came after it. Files of different directories have no scalars in common.

    Args:
        before: The reading.
        found: The files now, in reading order.
    """
    now = {directory: list(files) for directory, files in groupby(found, _found_directory)}
    files: list[EventFile] = []
    for directory, group in groupby(before.files, _file_directory):
        known = tuple(group)
        if _only_grew(known, now.get(directory, ())):
            files += known
    directories = {directory_of(file.path) for file in files}
    return ScalarReading(
        files=tuple(files),
        summaries=tuple(each for each in before.summaries if each.prefix in directories),
    )


def _found_directory(found: FoundFile) -> str:
    return directory_of(found[0])


def _file_directory(file: EventFile) -> str:
    return directory_of(file.path)


def _only_grew(known: Sequence[EventFile], now: Sequence[FoundFile]) -> bool:
    """Whether going on with the last of the known files, and what comes after, gives all."""
    if len(now) < len(known):
        return False
    last = len(known) - 1
    for index, (file, (path, size, ino, _)) in enumerate(zip(known, now, strict=False)):
        if (file.path, file.ino) != (path, ino) or size < file.size:
            return False
        if size > file.size and index < last:
            return False
    return True
