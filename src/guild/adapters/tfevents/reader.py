"""Scalars from the event files of a run: its own, and those its script wrote."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence

from guild.adapters.tfevents.events import EventScalars
from guild.adapters.tfevents.finding import event_files
from guild.adapters.tfevents.records import Damage, RecordReader
from guild.domain.run import Run
from guild.domain.scalarreading import EventFile, FoundFile, ScalarReading, directory_of, kept
from guild.domain.scalars import ScalarPoint
from guild.domain.scalarsummary import ScalarSummary, extended

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

__all__ = ["TfEventsScalarSource"]

_Summaries: TypeAlias = dict[tuple[str, str], ScalarSummary]
"""By prefix and tag."""

_NOTHING = ScalarReading()
_FRAME = 16  # bytes of a record around its data
_PORTION = 192  # bytes to read record by record before records that repeat them
_MANY = 1 << 16  # values to have in memory at once
_TAIL = 4  # bytes: the checksum that ends a record
_READ = os.O_RDONLY | os.O_NONBLOCK  # not to wait for the other end, should it be a pipe by now


class TfEventsScalarSource:
    """Scalars from the files named `*.tfevents.*` below a run's directory."""

    def points(self, run: Run) -> Iterable[ScalarPoint]:
        """All values, file after file: by directory, then by name, which begins with its time.

        A file gives what comes before its first damage. One that can't be opened gives
        nothing, and so does one with text only.
        """
        files: list[EventFile] = []
        for found in event_files(run.path)[0]:
            reader = _FileReader(run.path, _new(found, files))
            prefix = directory_of(found[0])
            for scalars in reader:
                rest = {tag: zip(*each, strict=True) for tag, each in scalars.series.items()}
                for tag in scalars.tags:
                    step, value = next(rest[tag])
                    yield ScalarPoint(tag, value, step, prefix)
            files.append(reader.file)

    def read(self, path: str, before: ScalarReading | None = None) -> ScalarReading:
        """Summaries of all scalars. See `ScalarSource.read`."""
        found, linked = event_files(path)
        if before is not None and before.linked == linked and before.is_of(found):
            return before if found or os.path.isdir(path) else before.replaced(is_whole=False)
        base = _NOTHING if before is None else kept(_proven(before, found, path), found)
        known = {file.path: file for file in base.files}
        summaries = {(each.prefix, each.tag): each for each in base.summaries}
        files: list[EventFile] = []
        is_whole = True
        is_there = False  # the run, after the walk that found the files
        for now in found:
            file = known.get(now[0]) or _new(now, files)
            if (file.size, file.mtime) != (now[1], now[3]):
                if file.mtime != now[3]:
                    file = file.replaced(mtime=now[3])
                reader = _FileReader(path, file)
                prefix = directory_of(file.path)
                for scalars in reader:
                    for tag, (steps, values) in scalars.series.items():
                        before_them = summaries.get((prefix, tag))
                        after = extended(before_them, prefix, tag, steps, values)
                        summaries[prefix, tag] = after
                file = reader.file
                is_whole = is_whole and not reader.failed
                is_there = is_there or not reader.failed
            files.append(file)
        reading = ScalarReading(
            files=tuple(files),
            summaries=tuple(summaries[key] for key in sorted(summaries)),
            linked=linked,
            # A run that was moved meanwhile has directories and files that were not found.
            is_whole=is_whole and (is_there or os.path.isdir(path)),
        )
        return before if before == reading else reading


def _new(found: FoundFile, before: Sequence[EventFile]) -> EventFile:
    """A file of which nothing was read.

    Args:
        found: The file.
        before: Those that come before it. What those of its directory tell of the kinds of tags
            holds for it, too: a writer that is opened again does not repeat it.
    """
    path, _, ino, mtime = found
    same_directory = before and directory_of(before[-1].path) == directory_of(path)
    kinds = before[-1].kinds if same_directory else {}
    return EventFile(path=path, size=0, ino=ino, mtime=mtime, kinds=kinds)


def _proven(before: ScalarReading, found: Sequence[FoundFile], root: str) -> ScalarReading:
    """The reading, without the inodes of files that were written anew since.

    Another file may have come to the same inode, or the same file may have been emptied first.
    What was read of it then ends with another checksum.
    """
    now = {file[0]: file for file in found}
    files = tuple(
        file
        if (file.size, file.ino, file.mtime) == now.get(file.path, ())[1:]
        or _tail(f"{root}/{file.path}", file.offset) == file.tail
        else file.replaced(ino=0)
        for file in before.files
    )
    return before.replaced(files=files)


def _tail(path: str, offset: int) -> str:
    """The last bytes before an offset; none if they can't be read."""
    try:
        fd = os.open(path, _READ)
    except OSError:
        return ""
    try:
        return _tail_of(fd, offset)
    finally:
        os.close(fd)


def _tail_of(fd: int, offset: int) -> str:
    try:
        return os.pread(fd, _TAIL, offset - _TAIL).hex() if offset else ""
    except OSError:
        return ""


class _FileReader:
    """Reads on in one file. Iterate over it once.

    Args:
        root: Directory of the run.
        file: The file, as far as it was read.

    Attributes:
        file: The file as far as it was read, after the iteration.
        failed: Whether the system did not let all of it be read, or it is not the one that was
            found.
    """

    def __init__(self, root: str, file: EventFile) -> None:
        self._path = f"{root}/{file.path}"
        self.file = file
        self.failed = False

    def __iter__(self) -> Iterator[EventScalars]:
        file = self.file
        try:
            fd = os.open(self._path, _READ)
        except OSError:
            self.file = EventFile(path=file.path, size=0, ino=0)
            self.failed = True
            return
        try:
            status = os.fstat(fd)
            if status.st_ino != file.ino or status.st_size < file.offset:
                self.file = EventFile(path=file.path, size=0, ino=0)
                self.failed = True
            else:
                yield from self._read(fd, status.st_size)
        finally:
            os.close(fd)

    def _read(self, fd: int, size: int) -> Iterator[EventScalars]:
        kinds = dict(self.file.kinds)
        records = RecordReader(fd, self.file.offset, size=size)
        records.portion = _PORTION
        unread = 0
        scalars = EventScalars((), kinds)
        try:
            for messages in records:
                scalars.add(messages)
                if scalars.read < len(messages):
                    unread = sum(len(data) + _FRAME for data in messages[scalars.read :])
                    break
                if records.take(scalars.take):
                    records.portion = _PORTION
                else:  # to try again and again takes time
                    records.portion *= 4
                if len(scalars.tags) > _MANY:
                    yield scalars
                    scalars = EventScalars((), kinds)
        except OSError:
            size = records.offset
            self.failed = True
        yield scalars
        offset = records.offset - unread
        self.file = EventFile(
            path=self.file.path,
            size=size,
            ino=self.file.ino,
            mtime=self.file.mtime,
            offset=offset,
            tail=_tail_of(fd, offset),
            kinds=kinds,
            damaged=unread > 0 or records.damage is Damage.CORRUPT,
        )
